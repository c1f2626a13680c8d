"""Exports of other programs: known by their columns, and what each says of consent."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest

from subscribers import suppression
from subscribers.address import normalise
from subscribers.importing import FileError
from subscribers.models import Consent, Import, MailingList, Subscriber
from tests.subscribers.importing.lists import add, states, take, take_file

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]

EXPORTS = Path(__file__).parents[2] / "fixtures" / "exports"


def reasons(*names: str) -> dict[str, str]:
    found = suppression.reasons([normalise(f"{name}@example.org").norm for name in names])
    return {norm.partition("@")[0]: reason for norm, reason in found.items()}


def evidence(name: str) -> Consent:
    return Consent.objects.get(subscription__subscriber__email_norm=f"{name}@example.org")


@pytest.mark.parametrize(
    ("file", "name", "after", "suppressed"),
    [
        ("mailchimp-subscribed", "Mailchimp: subscribed", {"ana": "active", "bo": "active"}, {}),
        ("mailchimp-unsubscribed", "Mailchimp: unsubscribed", {"cleo": "unsubscribed", "dan": "unsubscribed"}, {}),
        ("mailchimp-cleaned", "Mailchimp: cleaned", {"eli": "pending"}, {"eli": "bounced"}),
        (
            "action-network",
            "Action Network",
            {"ana": "active", "bo": "unsubscribed", "cleo": "active", "dan": "unsubscribed", "eli": "active"},
            {"cleo": "bounced", "dan": "complained", "eli": "bounced"},
        ),
        ("sendgrid-contacts", "SendGrid: contacts", {"ana": "active"}, {}),
        (
            "sendgrid-bounces",
            "SendGrid: bounces",
            {"ana": "pending", "bo": "pending"},
            {"ana": "bounced", "bo": "bounced"},
        ),
        ("sendgrid-invalid", "SendGrid: invalid", {"ana": "pending"}, {"ana": "bounced"}),
        ("sendgrid-spam-reports", "SendGrid: spam", {"ana": "unsubscribed"}, {"ana": "complained"}),
        ("sendgrid-unsubscribes", "SendGrid: unsubscribes", {"ana": "unsubscribed", "bo": "unsubscribed"}, {}),
        ("sendgrid-group-unsubscribes", "SendGrid: unsubscribes of a group", {"ana": "unsubscribed"}, {}),
    ],
)
def test_exports(upr: MailingList, file: str, name: str, after: dict[str, str], suppressed: dict[str, str]) -> None:
    report = take_file(EXPORTS / f"{file}.csv", upr)
    assert report.columns.format is not None
    assert report.columns.format.name.startswith(name)
    assert any(f"recognised as an export of {name}" in remark for remark in report.remarks)
    assert states() == after
    assert reasons("ana", "bo", "cleo", "dan", "eli") == suppressed
    assert report.counts.refused == report.counts.noted == 0


def test_the_times_of_mailchimp_are_evidence(upr: MailingList) -> None:
    take_file(EXPORTS / "mailchimp-subscribed.csv", upr, basis="confirmed")
    ana, bo = evidence("ana"), evidence("bo")
    assert ana.told == "opted in 2019-03-04 10:22:31 from 192.0.2.1; confirmed 2019-03-04 10:25:02 from 192.0.2.1"
    assert ana.told_at == datetime(2019, 3, 4, 10, 25, 2, tzinfo=UTC)
    assert bo.told == "confirmed 2018-01-02 03:04:05 from 198.51.100.7"
    assert ana.imported_by is not None
    assert ana.imported_by.basis == "confirmed"
    assert Subscriber.objects.get(email_norm="ana@example.org").timezone == "Europe/Zurich"


def test_when_they_left_is_evidence(upr: MailingList) -> None:
    add(upr, "cleo")
    Consent.objects.all().delete()
    take_file(EXPORTS / "mailchimp-unsubscribed.csv", upr)
    left = Consent.objects.get(subscription__subscriber__email_norm="cleo@example.org", action="unsubscribed")
    assert left.told.endswith("unsubscribed 2020-02-02 12:00:00")
    assert left.told_at == datetime(2020, 2, 2, 12, tzinfo=UTC)
    take_file(EXPORTS / "sendgrid-unsubscribes.csv", upr)
    assert evidence("bo").told_at == datetime(2020, 3, 1, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("file", sorted(path.stem for path in EXPORTS.glob("*.csv") if "-subscribed" not in path.stem))
def test_no_export_of_who_left_brings_anybody_back(upr: MailingList, file: str) -> None:
    from subscribers import consent

    for name in ("ana", "bo", "cleo", "dan", "eli"):
        consent.unsubscribe(add(upr, name).token, at=datetime(2020, 1, 1, tzinfo=UTC), source="link")
    take_file(EXPORTS / f"{file}.csv", upr)
    assert set(states().values()) == {"unsubscribed"}


def test_a_list_of_bounces_subscribes_nobody_once_it_is_lifted(upr: MailingList) -> None:
    from subscribers import audience

    take_file(EXPORTS / "sendgrid-bounces.csv", upr)
    suppression.lift(normalise("ana@example.org"), at=datetime(2020, 12, 1, tzinfo=UTC))
    assert audience.count("upr") == 0


@pytest.mark.parametrize(
    ("export", "name", "message"),
    [
        ("mailchimp-subscribed", "nonsubscribed_members_export_1.csv", "never agreed to be mailed"),
        ("sendgrid-bounces", "suppression_blocks.csv", "for a passing reason"),
    ],
)
def test_exports_from_which_nothing_follows(
    upr: MailingList, tmp_path: Path, export: str, name: str, message: str
) -> None:
    copyfile(EXPORTS / f"{export}.csv", tmp_path / name)
    with pytest.raises(FileError, match=message):
        take_file(tmp_path / name, upr)
    assert not Import.objects.exists()


def test_a_list_of_sign_ups_that_looks_like_unsubscribes(path: Path, upr: MailingList) -> None:
    content = "email,created\nana@example.org,1583020800\n"
    assert "--column created=opted_in" in str(take(path, upr, content, dry_run=True).remarks)
    report = take(path, upr, content, columns={"created": "opted_in"})
    assert report.columns.format is None
    assert states() == {"ana": "active"}
    assert evidence("ana").told_at == datetime(2020, 3, 1, tzinfo=UTC)
    other = "email,created\nbo@example.org,yesterday\n"
    assert take(path, upr, other).columns.format is None


def test_activists_without_a_status_are_told_of(path: Path, upr: MailingList) -> None:
    report = take(path, upr, "email,can2_phone,State\nana@example.org,1,CA\n")
    assert "no column says who is subscribed" in str(report.remarks)
    assert states() == {"ana": "active"}


def test_a_state_is_a_status_only_where_it_says_so(path: Path, upr: MailingList) -> None:
    take(path, upr, "email,State\nana@example.org,California\n")
    take(path, upr, "email,State\nbo@example.org,unsubscribed\n")
    assert states() == {"ana": "active", "bo": "unsubscribed"}


def test_where_people_live_is_no_address_of_mail(path: Path, upr: MailingList) -> None:
    take(path, upr, "Address,Email\n1 Example Street,ana@example.org\n")
    assert states() == {"ana": "active"}


def test_a_column_of_an_export_that_may_forbid_to_mail_is_not_passed_over(path: Path, upr: MailingList) -> None:
    for header in ("EMAIL,CONTACT_ID,DO_NOT_CONTACT", "Email Address,LEID,Marketing permission"):
        with pytest.raises(FileError, match="may say who is not to be mailed"):
            take(path, upr, f"{header}\nana@example.org,1,\n")
    assert not Import.objects.exists()
