"""The report adds up to the snapshot, whatever became of its rows."""

import csv
from pathlib import Path

import pytest

from newsletter.models import Delivery, Mailing
from newsletter.reports.counts import Reason, report_of
from newsletter.reports.exports import HEADER, plain_cell, write_recipients
from tests.delivery.worlds import NOW, RENDERING, SPANISH, make_list, make_mailing, make_reader

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


def mailing_with(**states: tuple[int, str]) -> Mailing:
    """A mailing with so many rows of each state, with a reason."""
    total = sum(number for number, _ in states.values())
    mailing = make_mailing(total)
    ids = iter(Delivery.objects.values_list("pk", flat=True))
    for state, (number, reason) in states.items():
        for _ in range(number):
            Delivery.objects.filter(pk=next(ids)).update(state=state, reason=reason)
    return mailing


def test_states_add_up_to_the_snapshot() -> None:
    report = report_of(mailing_with(accepted=(4, "250"), refused=(2, "550 no"), unknown=(1, "lost")))
    assert report.states == {"accepted": 4, "refused": 2, "unknown": 1}
    assert (report.recipients, report.done, report.open, report.state) == (7, 7, 0, "finished")
    assert report.reasons == (Reason("refused", "550 no", 2), Reason("unknown", "lost", 1))
    assert report.partly_failed
    assert report.as_json()["languages"] == {"en": {"accepted": 4, "refused": 2, "unknown": 1}}


def test_a_row_that_is_missing_is_noticed() -> None:
    mailing = mailing_with(accepted=(2, ""))
    Delivery.objects.first().delete()
    with pytest.raises(AssertionError, match="has 1 rows, not 2"):
        report_of(mailing)


def test_it_is_finished_when_nothing_is_open() -> None:
    mailing = mailing_with(accepted=(1, ""), submitting=(1, ""), pending=(1, ""))
    assert (report_of(mailing).state, report_of(mailing).open) == ("running", 2)
    Delivery.objects.exclude(state="accepted").update(state="suppressed")
    report = report_of(mailing)
    assert report.state == "finished" and not report.partly_failed
    Mailing.objects.update(state="paused", reason="401")
    assert (report_of(mailing.__class__.objects.get()).state) == "paused"


def test_languages_are_counted_apart() -> None:
    upr = make_list()
    make_reader(50, upr, language="es")
    mailing = make_mailing_more(upr)
    assert report_of(mailing).languages == {"en": {"pending": 2}, "es": {"pending": 1}}


def make_mailing_more(upr: object) -> Mailing:
    from newsletter.delivery.mailing import freeze
    from tests.delivery.worlds import NO_TIME, make_plan, make_revision

    make_reader(1, upr)
    make_reader(2, upr)
    plan = make_plan(make_revision(), upr, renderings={"en": RENDERING, "es": SPANISH})
    return freeze(plan, confirm_count=3, actor="ed", now=NOW, undo=NO_TIME)


def test_recipients_as_a_file_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    mailing = mailing_with(accepted=(2, "=HYPERLINK(1)"))
    Delivery.objects.filter(address="reader0@example.org").update(name="@cmd", address="+a@example.org")
    path = tmp_path / "out.csv"
    assert write_recipients(mailing, path) == 2
    with path.open(newline="", encoding="utf-8") as file:
        header, first, second = csv.reader(file)
    assert tuple(header) == HEADER and first[:5] == ["'+a@example.org", "'@cmd", "en", "accepted", "'=HYPERLINK(1)"]
    assert second[0] == "reader1@example.org"
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        write_recipients(mailing, path)


def test_what_was_told_of_the_mails_adds_up() -> None:
    mailing = mailing_with(accepted=(6, ""), refused=(1, "550"))
    assert report_of(mailing).events == {}
    pks = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    for pk, event in zip(pks, ("delivered", "delivered", "bounced", "deferred", "complained"), strict=False):
        Delivery.objects.filter(pk=pk).update(event=event, event_at=NOW)
    report = report_of(mailing)
    assert report.events == {"delivered": 2, "deferred": 1, "bounced": 1, "complained": 1, "nothing": 2}
    assert next(iter(report.events)) == "delivered" and sum(report.events.values()) == report.recipients
    assert report.states == {"accepted": 6, "refused": 1}, "the states count as before"
    assert report.languages == {"en": {"accepted": 6, "refused": 1}}


def test_each_recipient_has_what_was_told_of_them(tmp_path: Path) -> None:
    mailing = mailing_with(accepted=(2, ""))
    Delivery.objects.filter(address="reader0@example.org").update(event="bounced", event_at=NOW)
    write_recipients(mailing, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert (first["event"], first["event_at"]) == ("bounced", NOW.isoformat())
    assert (second["event"], second["event_at"]) == ("", "")


@pytest.mark.parametrize("start", "=+-@\t\r")
def test_each_start_of_a_formula(start: str) -> None:
    assert plain_cell(start + "x") == "'" + start + "x" and plain_cell("x" + start) == "x" + start
