"""Sending from the command line: what is shown, asked and refused, and how it ends."""

import json
import re
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.cli.sending import span
from newsletter.delivery.providers.base import Accepted, Answer, Barred, Refused
from newsletter.delivery.providers.outbox import Outbox
from newsletter.models import Asset, Audit, Delivery, Mailing, Revision
from tests.cli.conftest import Run
from tests.delivery.test_mailing import ISSUE
from tests.delivery.worlds import make_list, make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(site: Path) -> Path:
    """An issue of a site whose list has three readers."""
    settings = site / "newsletter.toml"
    text = settings.read_text()
    settings.write_text(
        text.replace("[sender]", '[sender]\nemail = "news@example.org"').replace(
            "[organisation]", '[organisation]\npostal_address = "1 Street, Geneva"'
        )
    )
    upr = make_list()
    for number in range(3):
        make_reader(number, upr)
    file = site / "october-2020.md"
    file.write_text(ISSUE)
    return file


def outbox(issue: Path) -> int:
    folder = issue.parent / "outbox" / "new"
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_a_dry_run_leaves_no_file_behind(run: Run, issue: Path) -> None:
    data = issue.parent / "data"
    before = {path for path in data.rglob("*") if path.is_file()}
    assert run("issue", "send", issue, "--list", "upr", "--dry-run").code == 0
    assert not {path for path in data.rglob("*") if path.is_file()} - before - {data / "origin", data / "stamp"}
    assert not Asset.objects.exists()
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    assert len(list((data / "media").iterdir())) == Asset.objects.count() > 0


def test_a_dry_run_of_a_saved_issue_stores_nothing_either(run: Run, issue: Path) -> None:
    run("issue", "import", issue)
    Asset.objects.all().delete()
    shutil.rmtree(issue.parent / "data" / "media", ignore_errors=True)
    assert run("issue", "send", issue.stem, "--list", "upr", "--dry-run").code == 0
    assert not (issue.parent / "data" / "media").exists() and not Asset.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (10, "10 seconds"), (60, "1 minute"), (90, "1:30 minutes")],
)
def test_spans_are_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_a_dry_run_shows_everything_and_changes_nothing(run: Run, issue: Path) -> None:
    ran = run("issue", "send", issue, "--list", "upr", "--dry-run")
    assert re.search(r", revision \d+ of \d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)\n", ran.out)
    assert ran.code == 0
    for words in (
        "Friends, watch the review",
        "USHRN <news@example.org>",
        "UPR Network (upr): 3 recipients",
        "in the past",
    ):
        assert words in ran.out
    assert "nothing was sent" in ran.err
    assert not Mailing.objects.exists() and not Revision.objects.exists() and outbox(issue) == 0
    plan = json.loads(run("issue", "send", issue, "--list", "upr", "--dry-run", "--json").out)
    assert (plan["recipients"], plan["provider"]) == (3, "outbox")


def test_a_script_must_pass_the_right_number(run: Run, issue: Path) -> None:
    ran = run("issue", "send", issue, "--list", "upr")
    assert ran.code == 2 and "--confirm-count 3" in ran.err
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 2)
    assert ran.code == 5 and "2 recipients were confirmed, but there are 3" in ran.err
    assert not Mailing.objects.exists() and outbox(issue) == 0


def test_an_issue_is_sent_and_never_twice(run: Run, issue: Path) -> None:
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    assert ran.code == 0 and outbox(issue) == 3
    assert "accepted" in ran.out and "newsletter mailing report" in ran.err and str(issue.parent / "outbox") in ran.err
    issue.write_text(ISSUE.replace("on Monday", "on Tuesday"))
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    assert ran.code == 0 and "Nobody gets it twice" in ran.err and "revision 2 is not in it" in ran.err
    assert outbox(issue) == 3


@pytest.mark.parametrize(("typed", "code"), [("3", 0), ("4", 5), ("yes", 5), ("", 5)])
def test_the_number_is_asked_for(run: Run, issue: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda: typed)
    assert run("issue", "send", issue, "--list", "upr").code == code
    assert outbox(issue) == (3 if code == 0 else 0)


def test_errors_of_the_checks_block(run: Run, issue: Path) -> None:
    settings = issue.parent / "newsletter.toml"
    settings.write_text(settings.read_text().replace('postal_address = "1 Street, Geneva"', ""))
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    assert ran.code == 3 and "error:" in ran.out and not Mailing.objects.exists()


def test_an_unknown_list_names_those_there_are(run: Run, issue: Path) -> None:
    ran = run("issue", "send", issue, "--list", "upt", "--confirm-count", 3)
    assert ran.code == 2 and "there is: upr" in ran.err
    assert run("issue", "send", issue, "--confirm-count", 3).code == 2  # no list is named anywhere


def test_ctrl_c_in_the_undo_window_cancels(run: Run, issue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = issue.parent / "newsletter.toml"
    text = settings.read_text().replace("[delivery]", '[delivery]\nprovider = "smtp"')
    text = text.replace("[providers.smtp]", '[providers.smtp]\nhost = "127.0.0.1"\nport = 1\ntls = "none"')
    settings.write_text(text)
    monkeypatch.setenv("NEWSLETTER_PROVIDERS__ALLOW_TEST_ADDRESSES", "true")

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    assert ran.code == 130 and "cancelled. Nobody was mailed" in ran.err
    assert Audit.objects.get().action == "cancel", "who did so is on record"
    assert Mailing.objects.get().state == "cancelled"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_detached_mailing_waits_to_be_resumed(run: Run, issue: Path) -> None:
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3, "--detach", "--json")
    number = Mailing.objects.get().pk
    assert ran.code == 0 and f"newsletter mailing resume {number}" in ran.err and outbox(issue) == 0
    assert json.loads(ran.out)["id"] == number
    assert run("mailing", "status", number).out.startswith("stalled (nobody is sending it")
    assert " stalled " in run("mailing", "list").out
    assert "\nstalled: nobody is sending it" in run("mailing", "report", number).out
    assert run("mailing", "resume", number).code == 0 and outbox(issue) == 3
    assert "\nfinished\n" in run("mailing", "report", number).out
    assert run("mailing", "resume", number).code == 0 and outbox(issue) == 3


def test_a_paused_mailing_says_why_and_how_to_go_on(run: Run, issue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        full = Barred("the disk is full")
        broken.setattr(Outbox, "submit", lambda _, asked: Answer({one.delivery: full for one in asked.recipients}))
        ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    assert ran.code == 75 and "the disk is full" in ran.err and "newsletter mailing resume" in ran.err
    number = Mailing.objects.get().pk
    assert run("mailing", "status", number).code == 75
    assert run("mailing", "resume", number).code == 0 and outbox(issue) == 3


def test_a_refusal_ends_with_another_code(run: Run, issue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def some(_: object, asked: object) -> Answer:
        first, *rest = asked.recipients
        return Answer({first.delivery: Refused("550 no such user")} | {one.delivery: Accepted() for one in rest})

    monkeypatch.setattr(Outbox, "submit", some)
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3, "--json")
    assert ran.code == 4
    report = json.loads(ran.out)
    assert report["states"] == {"accepted": 2, "refused": 1} and report["recipients"] == 3
    assert report["reasons"] == [{"state": "refused", "reason": "550 no such user", "count": 1}]


def test_mailings_are_listed_reported_and_exported(run: Run, issue: Path) -> None:
    assert "no mailing yet" in run("mailing", "list").err
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    number = Mailing.objects.get().pk
    assert json.loads(run("mailing", "list", "--json").out)[0]["state"] == "finished"
    assert "october-2020" in run("mailing", "list").out
    assert json.loads(run("mailing", "status", number, "--json").out)["done"] == 3
    file = issue.parent / "out.csv"
    ran = run("mailing", "report", number, "--csv", file)
    assert re.search(r", \d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)\n", ran.out)
    assert ran.code == 0 and "3 recipients" in ran.err and len(file.read_text().splitlines()) == 4
    assert "reader1@example.org" not in ran.out + ran.err
    assert run("mailing", "report", number, "--csv", file).code == 1
    assert run("mailing", "report", 999).code == 2


def test_a_cancelled_mailing_stays_so(run: Run, issue: Path) -> None:
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 3, "--detach")
    number = Mailing.objects.get().pk
    assert run("mailing", "cancel", number).code == 0
    ran = run("mailing", "resume", number)
    assert ran.code == 1 and "was cancelled" in ran.err and outbox(issue) == 0
    assert run("issue", "send", issue, "--list", "upr", "--confirm-count", 3).code == 0 and outbox(issue) == 3
    assert run("mailing", "cancel", Mailing.objects.latest("pk").pk).code == 1


def test_a_test_mail(run: Run, issue: Path) -> None:
    ran = run("issue", "test", issue, "--to", "a@example.org", "b@example.org", "--as", "reader1@example.org")
    assert ran.code == 0 and ran.out.count("accepted") == 2
    mails = [mail.read_text() for mail in (issue.parent / "testmail" / "new").iterdir()]
    assert len(mails) == 2 and all("Subject: [Test] Name1, watch the review" in mail for mail in mails)
    assert run("issue", "test", issue, "--to", "a@example.org", "--as", "nobody@example.org").code == 2
    assert run("issue", "test", issue, "--to", "not an address").code == 2
    assert run("issue", "test", issue).code == 2
    eleven = [word for number in range(11) for word in ("--to", f"a{number}@example.org")]
    ran = run("issue", "test", issue, *eleven)
    assert ran.code == 2 and "at most" in ran.err


@pytest.mark.parametrize(
    ("outcome", "word"), [(Refused("550 no"), "refused"), (Barred("401"), "not sent"), (None, "unknown")]
)
def test_a_test_mail_that_is_not_taken(
    run: Run, issue: Path, monkeypatch: pytest.MonkeyPatch, outcome: object, word: str
) -> None:
    def say(_: object, asked: object) -> Answer:
        return Answer({one.delivery: outcome for one in asked.recipients} if outcome else {})

    monkeypatch.setattr(Outbox, "submit", say)
    ran = run("issue", "test", issue, "--to", "a@example.org", "--json")
    assert ran.code == 4 and json.loads(ran.out)[0]["outcome"] == word


def test_a_scheduled_mailing_waits_for_its_time(run: Run, issue: Path) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3, "--at", f"{day} 09:00", "--zone", "UTC")
    mailing = Mailing.objects.get()
    assert ran.code == 0 and f"on {day}" in ran.err and outbox(issue) == 0
    assert mailing.not_before == datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    assert mailing.latest_start == mailing.not_before + timedelta(hours=2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--at", "2020-11-08 09:00"), "is past"),
        (("--at", "soon"), "not a date with a time"),
        (("--zone", "UTC"), "belong to --at"),
        (("--at", "2020-11-08 09:00", "--latest", "long"), "is not a span of time"),
    ],
)
def test_a_time_that_cannot_be_meant_starts_nothing(run: Run, issue: Path, options: tuple[str], words: str) -> None:
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3, *options)
    assert ran.code == 2 and words in ran.err and not Mailing.objects.exists()
