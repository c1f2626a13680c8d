"""Approval: who may give it, what it holds for, and that no mailing starts without it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from newsletter.delivery import approval
from newsletter.delivery.approval import ApprovalError, Audience, NotApproved
from newsletter.delivery.mailing import freeze, start_mailing
from newsletter.delivery.plan import CountMismatch, plan_mailing
from newsletter.models import Account, Approval, Audit, Mailing, Notice, Revision
from newsletter.site import Site
from subscribers.models import Segment, Subscriber
from tests.delivery.approval_world import (
    CHANGES,
    ISSUE,
    LATER,
    added,
    approved,
    asked_otherwise,
    condition,
    person,
    save,
    start,
    submitted,
    swapped,
)
from tests.delivery.worlds import NOW, make_list, make_reader, make_site

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


@pytest.fixture
def people() -> dict[str, Account]:
    return {
        "editor": person("Ed", "editor"),
        "approver": person("Ann", "approver"),
        "both": person("Bo", "editor", "approver"),
    }


@pytest.fixture
def revision(site: Site) -> Revision:
    upr = make_list()
    for number in range(3):
        make_reader(number, upr, language="en" if number else "es")
    Segment.objects.create(slug="press", name="Press", conditions=condition("name", "Reader 1"))
    Segment.objects.create(slug="english", name="English", conditions=condition("language", "en"))
    return save(site)


def test_nobody_is_mailed_without_it(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    with pytest.raises(NotApproved, match="was not submitted for approval") as caught:
        start(site, revision)
    assert "/issues/october/approval/" in caught.value.mend
    made = submitted(site, revision, people["editor"])
    with pytest.raises(NotApproved, match="waits for an approver"):
        start(site, revision)
    approval.decide(site, made, by=people["approver"], approve=False, reason="Mend the date.", now=NOW)
    with pytest.raises(NotApproved, match=r"sent back: Mend the date\."):
        start(site, revision)
    assert not Mailing.objects.exists()
    approved(site, revision, people)
    assert start(site, revision).count == 3


def test_a_site_without_accounts_needs_none(site: Site, revision: Revision) -> None:
    assert not approval.needed(site)
    assert start(site, revision).count == 3


def test_one_operator_needs_none(tmp_path: Path, revision: Revision, people: dict[str, Account]) -> None:
    one = make_site(tmp_path, site={"name": "USHRN", "base_url": "https://news.example.org", "one_operator": True})
    assert start(one, revision).count == 3


def test_author_and_approver_differ(site: Site, revision: Revision, people: dict[str, Account], tmp_path: Path) -> None:
    both = people["both"]
    made = submitted(site, revision, both)
    with pytest.raises(ApprovalError, match="you submitted it"):
        approval.decide(site, made, by=both, approve=True, reason="", now=NOW)
    with pytest.raises(ApprovalError, match="only an approver"):
        approval.decide(site, made, by=people["editor"], approve=True, reason="", now=NOW)
    Revision.objects.filter(pk=revision.pk).update(account=both)
    revision.refresh_from_db()
    made = submitted(site, revision, people["editor"])
    with pytest.raises(ApprovalError, match="you wrote"):
        approval.decide(site, made, by=both, approve=True, reason="", now=NOW)
    with pytest.raises(ApprovalError, match="you wrote"):  # nor send it back
        approval.decide(site, made, by=both, approve=False, reason="No.", now=NOW)
    made.refresh_from_db()
    assert made.state == "waiting"
    one = make_site(tmp_path, site={"name": "USHRN", "base_url": "https://news.example.org", "one_operator": True})
    assert approval.decide(one, made, by=both, approve=True, reason="", now=NOW).state == "approved"


@pytest.mark.parametrize(("change", "in_part", "words"), CHANGES, ids=[one[0].__name__ for one in CHANGES])
def test_each_change_voids_it(
    site: Site,
    revision: Revision,
    people: dict[str, Account],
    change: Callable[[Site], None],
    in_part: bool,
    words: str,
) -> None:
    whom = {"only": ("english",)} if in_part else {}
    given = approved(site, revision, people, **whom)
    part = Audience("upr", **whom).part()
    change(site)
    newest = Revision.objects.order_by("-pk")[0]
    if in_part:
        with pytest.raises(NotApproved, match="changed after it was submitted"):
            start(site, newest, 2, **(whom if change is asked_otherwise else {}))
    else:
        with pytest.raises(NotApproved):
            start_mailing(
                site,
                newest,
                "upr",
                confirm_count=plan_mailing(site, newest, "upr", now=LATER, part=part).count,
                actor="Sam",
                now=LATER,
                part=part,
            )
    given.refresh_from_db()
    assert given.state == "void"
    assert words in given.reason
    assert given.voided_at == LATER
    assert not Mailing.objects.exists()


def test_a_picture_changes_it(site: Site, people: dict[str, Account]) -> None:
    from PIL import Image

    make_reader(1, make_list())
    text = ISSUE.split("## For", maxsplit=1)[0] + '\n## Us\n```image\nsrc = "us.png"\nalt = "Twelve people"\n```\n'
    site.issues.mkdir()
    Image.new("RGB", (8, 4), "#0b57d0").save(site.issues / "us.png")
    given = approved(site, save(site, text), people)
    Image.new("RGB", (8, 4), "#ff0000").save(site.issues / "us.png")
    revision = save(site, text)
    with pytest.raises(NotApproved, match="a picture or document"):
        start(site, revision, 1)
    given.refresh_from_db()
    assert given.state == "void"


def test_what_waits_is_void_too(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    made = submitted(site, revision, people["editor"])
    added(site)
    with pytest.raises(ApprovalError, match="3 then, 4 now; it has to be submitted again"):
        approval.decide(site, made, by=people["approver"], approve=True, reason="", now=NOW)
    assert made.state == "void"


def test_it_holds_while_nothing_changes(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    given = approved(site, revision, people)
    assert approval.looked(site, given, now=LATER).state == "approved"
    make_reader(7, make_list("other"))
    Subscriber.objects.filter(email_norm="reader1@example.org").update(timezone="Europe/Paris")
    assert approval.looked(site, given, now=LATER).state == "approved"
    assert start(site, revision).count == 3


def test_it_is_for_those_people_only(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    given = approved(site, revision, people, only=("english",))
    with pytest.raises(NotApproved, match="for other people: upr, only english"):
        start(site, revision)
    given.refresh_from_db()
    assert given.state == "approved"
    make_reader(8, make_list("other"))
    with pytest.raises(NotApproved, match="was not submitted"):
        start_mailing(site, revision, "other", confirm_count=1, actor="Sam", now=LATER)
    assert start(site, revision, 2, only=("english",)).count == 2


def test_a_wrong_number_starts_nothing(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    approved(site, revision, people)
    with pytest.raises(CountMismatch):
        start(site, revision, 4)
    assert not Mailing.objects.exists()


def test_an_older_revision_is_not_what_was_approved(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    newer = save(site, ISSUE.replace("Watch it.", "Watch it all."))
    given = approved(site, newer, people)
    with pytest.raises(NotApproved, match="revision 2 is, and this is 1"):
        start(site, revision)
    given.refresh_from_db()
    assert given.state == "approved"


def test_it_is_looked_at_in_the_transaction_that_freezes(
    site: Site, revision: Revision, people: dict[str, Account]
) -> None:
    given = approved(site, revision, people)
    plan = plan_mailing(site, revision, "upr", now=LATER)
    required = approval.require(site, plan, now=LATER)
    approval.withdraw(given, by=people["editor"], now=LATER)
    none = timedelta()
    with pytest.raises(NotApproved, match="was withdrawn"):
        freeze(plan, confirm_count=3, actor="Sam", now=LATER, undo=none, approved=required)
    given = approved(site, revision, people)
    swapped(site)
    with pytest.raises(NotApproved, match="not the same people"):
        freeze(plan, confirm_count=3, actor="Sam", now=LATER, undo=none, approved=given)
    assert not Mailing.objects.exists()


def test_submitting_anew_withdraws_what_was_before(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    first = approved(site, revision, people)
    part = approved(site, revision, people, only=("english",))
    second = submitted(site, revision, people["editor"])
    for one in (first, part):
        one.refresh_from_db()
    assert (first.state, part.state, second.state) == ("withdrawn", "approved", "waiting")
    with pytest.raises(NotApproved, match="waits"):
        start(site, revision)


def test_what_cannot_be_submitted(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    make_list("nobody")
    with pytest.raises(ApprovalError, match="nobody would get it"):
        approval.submit(site, revision, Audience("nobody"), by=people["editor"], note="", now=NOW)
    save(site, ISSUE.replace("Watch it.", "Watch it all."))
    with pytest.raises(ApprovalError, match="changed meanwhile"):
        submitted(site, revision, people["editor"])
    assert not Approval.objects.exists()


def test_it_is_decided_once(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    made = submitted(site, revision, people["editor"])
    stale = Approval.objects.select_related("revision__issue").get(pk=made.pk)
    with pytest.raises(ApprovalError, match="say what is to be changed"):
        approval.decide(site, made, by=people["approver"], approve=False, reason=" ", now=NOW)
    approval.decide(site, made, by=people["approver"], approve=True, reason="", now=NOW)
    with pytest.raises(ApprovalError, match="decided already: approved"):
        approval.decide(site, stale, by=people["both"], approve=False, reason="No.", now=NOW)
    assert Approval.objects.get().state == "approved"


def test_people_are_told_and_it_is_on_record(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    Account.objects.filter(pk=people["both"].pk).update(is_active=False)
    made = submitted(site, revision, people["editor"])
    [asked] = Notice.objects.all()
    assert (asked.address, asked.state, asked.kind) == ("ann@staff.example.org", "waiting", "approval")
    assert asked.values["subject"] == "October 2020 UPR Updates waits for your approval"
    assert "Please look." in asked.values["text"]
    assert "https://news.example.org/issues/october/approval/" in asked.values["text"]
    approval.decide(site, made, by=people["approver"], approve=False, reason="Mend the date.", now=NOW)
    told = Notice.objects.get(address="ed@staff.example.org")
    assert "sent back" in told.values["subject"]
    assert "Mend the date." in told.values["text"]
    found = list(Audit.objects.order_by("pk").values_list("actor", "action", "object"))
    assert found == [("Ed", "submit", "issue october"), ("Ann", "send back", "issue october")]


def test_a_notice_is_sent(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    from newsletter.delivery.reader_notices import send_waiting

    submitted(site, revision, people["editor"])
    with transaction.atomic():
        assert send_waiting(site, now=lambda: LATER) == 2
    said = b"".join(path.read_bytes() for path in site.notices.rglob("*") if path.is_file())
    assert b"waits for your approval" in said
    assert {one.state for one in Notice.objects.all()} == {"accepted"}
    assert {(one.address, str(one.values)) for one in Notice.objects.all()} == {("", "{}")}


def test_once_it_is_mailed_it_stays_as_it_was(site: Site, revision: Revision, people: dict[str, Account]) -> None:
    given = approved(site, revision, people)
    mailing = start(site, revision)
    assert approval.mailed_by(given) == mailing
    added(site)
    assert approval.looked(site, given, now=LATER).state == "approved"
    Mailing.objects.update(state="cancelled", key="given back")
    assert approval.looked(site, given, now=LATER).state == "void"


def test_a_start_that_was_slower_gets_the_mailing_that_there_is(
    site: Site, revision: Revision, people: dict[str, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one commits after this one looked, and before it plans: then nobody is left to mail."""
    approved(site, revision, people)
    first: list[Mailing | None] = []

    def slow(*args: object, **more: object) -> object:
        if not first:
            first.append(None)
            first[0] = start(site, revision)
        return plan_mailing(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("newsletter.delivery.mailing.plan_mailing", slow)
    assert start(site, revision) == first[0]
    assert Mailing.objects.count() == 1
