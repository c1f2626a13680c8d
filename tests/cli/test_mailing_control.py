"""``newsletter mailing``: pause, resume, retry, unknown, resolve, watch."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.cli import mailing_watch
from newsletter.delivery.engine import sender_lock
from newsletter.delivery.providers.base import Accepted, Answer, Barred
from newsletter.delivery.providers.outbox import Outbox
from newsletter.models import Audit, Batch, Delivery, Mailing, Notice
from newsletter.models import Site as SiteRow
from newsletter.site import load_site
from tests.cli.conftest import Run
from tests.cli.test_sending import issue, outbox

__all__ = ["issue"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def number(run: Run, issue: Path) -> int:
    """A mailing to three readers that nobody sends yet."""
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 3, "--detach")
    return Mailing.objects.get().pk


def set_states(*states: str) -> None:
    for key, state in zip(Delivery.objects.order_by("pk").values_list("pk", flat=True), states, strict=True):
        Delivery.objects.filter(pk=key).update(state=state)
    Batch.objects.update(state="done")


def test_a_paused_mailing_waits_for_resume(run: Run, issue: Path, number: int) -> None:
    assert run("mailing", "pause", number).code == 0
    assert "paused by" in run("mailing", "status", number).out and outbox(issue) == 0
    ran = run("mailing", "pause", number)
    assert ran.code == 1 and "is paused already" in ran.err
    assert run("issue", "send", issue, "--list", "upr").code == 75 and outbox(issue) == 0
    assert run("mailing", "resume", number).code == 0 and outbox(issue) == 3


def test_who_failed_is_mailed_again_and_nobody_else(run: Run, issue: Path, number: int) -> None:
    set_states("failed", "refused", "unknown")
    ran = run("mailing", "retry", number, "--json")
    assert ran.code == 4 and json.loads(ran.out)["states"] == {"accepted": 1, "refused": 1, "unknown": 1}
    assert outbox(issue) == 1
    ran = run("mailing", "retry", number)
    assert ran.code == 1 and "nobody of mailing" in ran.err and outbox(issue) == 1


def test_the_unknown_are_listed_exported_and_resolved_by_name(run: Run, issue: Path, number: int) -> None:
    set_states("accepted", "unknown", "unknown")
    ran = run("mailing", "unknown", number)
    assert ran.code == 0 and "reader1@example.org" in ran.out and "reader0@example.org" not in ran.out
    rows = json.loads(run("mailing", "unknown", number, "--json").out)
    file = issue.parent / "unknown.csv"
    assert run("mailing", "unknown", number, "--csv", file).code == 0
    assert len(file.read_text().splitlines()) == 3 and file.stat().st_mode & 0o077 == 0
    assert run("mailing", "unknown", number, "--csv", file).code == 1
    one = ("--delivery", rows[0]["delivery"], "--as", "accepted", "--reason", "she wrote back")
    assert run("mailing", "resolve", number, *one).code == 0
    ran = run("mailing", "resolve", number, "--all", "--as", "failed", "--reason", "the relay's log")
    assert ran.code == 0 and f"newsletter mailing retry {number}" in ran.err
    assert "it is known" in run("mailing", "unknown", number).err
    assert [entry.detail["reason"] for entry in Audit.objects.filter(action="resolve")] == [
        "she wrote back",
        "the relay's log",
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--as", "failed", "--reason", "x"), 2),
        (("--as", "failed", "--reason", "x", "--all", "--delivery", "y"), 2),
        (("--as", "gone", "--reason", "x", "--all"), 2),
        (("--as", "failed", "--all"), 2),
        (("--as", "failed", "--reason", " ", "--all"), 1),
        (("--as", "failed", "--reason", "x", "--delivery", "nobody"), 1),
    ],
)
def test_a_resolution_names_whom_what_and_why(run: Run, number: int, options: tuple[str], code: int) -> None:
    set_states("accepted", "unknown", "unknown")
    assert run("mailing", "resolve", number, *options).code == code
    assert Delivery.objects.filter(state="unknown").count() == 2


def test_a_mailing_is_watched_to_its_end(run: Run, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def settle(_: float) -> None:
        key = Delivery.objects.filter(state="pending").values_list("pk", flat=True)[0]
        Delivery.objects.filter(pk=key).update(state="accepted")

    monkeypatch.setattr(mailing_watch.time, "sleep", settle)
    ran = run("mailing", "watch", number, "--json")
    looks = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0 and [look["done"] for look in looks] == [0, 1, 2, 3]
    assert looks[0]["state"] == "stalled" and f"newsletter mailing resume {number}" in looks[0]["reason"]
    assert looks[0]["rate"] is None and looks[1]["rate"] > 0 and looks[-1]["state"] == "finished"
    passed = datetime.fromisoformat(looks[-1]["at"]) - datetime.fromisoformat(looks[0]["at"])
    assert looks[-1]["rate"] == pytest.approx(3 / passed.total_seconds()), "over all looks of the last half minute"
    set_states("accepted", "unknown", "accepted")
    ran = run("mailing", "watch", number)
    assert ran.code == 4 and "3 of 3" in ran.out and "1 unknown" in ran.out


def test_the_status_tells_who_is_sending_from_who_was_killed(run: Run, issue: Path, number: int) -> None:
    Batch.objects.update(state="claimed", fence=1, lease_until=datetime.now(UTC) + timedelta(minutes=15))
    with sender_lock(load_site(issue.parent)):
        assert run("mailing", "status", number).out.startswith("running: 0 of 3 done")
    ran = run("mailing", "status", number)
    assert ran.out.startswith("stalled (whoever was sending has given no sign of life since ")
    assert json.loads(run("mailing", "status", number, "--json").out)["state"] == "stalled"


def test_the_editor_hears_once_that_it_is_finished(run: Run, issue: Path, number: int) -> None:
    assert run("mailing", "resume", number).code == 0
    assert run("mailing", "resume", number).code == 0
    [mail] = (issue.parent / "notices" / "new").iterdir()
    text = mail.read_text()
    assert "To: news@example.org" in text and f"mailing {number} is finished" in text and "3  accepted" in text
    assert "reader" not in text
    assert Notice.objects.get().state == "accepted"


def test_the_editor_hears_why_it_stalls(run: Run, issue: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Outbox.submit

    def full(box: Outbox, asked: object) -> Answer:
        if asked.attempt.startswith("notice"):
            return real(box, asked)
        return Answer({one.delivery: Barred("452 quota") for one in asked.recipients})

    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "submit", full)
        assert run("mailing", "resume", number).code == 75
    [mail] = (issue.parent / "notices" / "new").iterdir()
    assert "is paused" in mail.read_text() and "452 quota" in mail.read_text()


def test_a_copy_says_so_and_mails_nobody(run: Run, issue: Path, number: int) -> None:
    SiteRow.objects.update(identifier="another place")
    ran = run("mailing", "resume", number)
    assert "warning: this store is a copy" in ran.err and f"newsletter mailing unknown {number}" in ran.err
    assert outbox(issue) == 0 and Delivery.objects.filter(state="unknown").count() == 3


def test_a_notice_that_fails_harms_nobody(run: Run, issue: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_: object, asked: object) -> Answer:
        if asked.attempt.startswith("notice"):
            raise RuntimeError("reader1@example.org")
        return Answer({one.delivery: Accepted() for one in asked.recipients})

    monkeypatch.setattr(Outbox, "submit", answer)
    ran = run("mailing", "resume", number)
    assert ran.code == 0 and Notice.objects.get().state == "unknown" and "reader1" not in ran.err


def test_the_report_adds_up_whatever_a_person_does(run: Run, issue: Path, number: int) -> None:
    def report() -> dict[str, int]:
        found = json.loads(run("mailing", "report", number, "--json").out)
        assert sum(found["states"].values()) == found["recipients"] == found["done"] + found["open"] == 3
        assert sum(sum(states.values()) for states in found["languages"].values()) == 3
        return found["states"]

    run("mailing", "pause", number)
    assert report() == {"pending": 3}
    set_states("accepted", "failed", "unknown")
    assert report() == {"accepted": 1, "failed": 1, "unknown": 1}
    run("mailing", "retry", number)
    assert report() == {"accepted": 2, "unknown": 1}
    run("mailing", "resolve", number, "--all", "--as", "failed", "--reason", "the relay's log")
    assert report() == {"accepted": 2, "failed": 1}
    Delivery.objects.filter(state="failed").update(state="pending")
    Batch.objects.update(state="pending")
    assert run("mailing", "cancel", number).code == 0
    assert report() == {"accepted": 2, "cancelled": 1}
