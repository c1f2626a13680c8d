"""The log tells every transition once, by ids, and never an address."""

import json
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter.delivery import journal
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.providers.base import Accepted, Ambiguous, Answer, Barred, Postponed, Refused
from newsletter.delivery.providers.outbox import Outbox
from newsletter.models import Delivery, Mailing
from tests.cli.conftest import Run, run, site
from tests.cli.test_sending import issue
from tests.delivery.worlds import Clock, Scripted, make_mailing, make_site, states

__all__ = ["issue", "run", "site"]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.django_db(transaction=True)
def test_a_whole_run_is_logged_once_and_without_addresses(
    run: Run, issue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [
        lambda who: Refused(f"550 <{who}> is not {who.replace('reader', 'Reader')}"),
        lambda who: Postponed(f"450 other@example.net said no to {who}"),
    ]

    def answer(_: object, asked: Any) -> Answer:
        if asked.attempt.startswith("notice"):
            return Answer({one.delivery: Ambiguous(one.address) for one in asked.recipients})
        if len(asked.recipients) == 1:
            return Answer({asked.recipients[0].delivery: Barred(f"quota of {asked.recipients[0].address}")})
        made = [*said, lambda _: Accepted()]
        return Answer({one.delivery: say(one.address) for one, say in zip(asked.recipients, made, strict=True)})

    errs = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3, "--detach").err
    number = Mailing.objects.get().pk
    errs += run("mailing", "pause", number).err
    monkeypatch.setattr("newsletter.delivery.verdicts.FIRST_RETRY", timedelta(milliseconds=10))
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "submit", answer)
        ran = run("mailing", "resume", number)
    assert ran.code == 75
    errs += ran.err
    Delivery.objects.filter(state="pending").update(state="unknown")
    errs += run("mailing", "resolve", number, "--all", "--as", "failed", "--reason", "the log").err
    errs += run("mailing", "retry", number).err
    found = lines(errs)
    assert "@" not in json.dumps(found)
    for address in Delivery.objects.values_list("address", flat=True):
        assert address not in errs
    events = [(one["event"], one.get("state")) for one in found]
    assert [state for event, state in events if event == "mailing"] == [
        "started",
        "paused",
        "running",
        "paused",
        "running",
        "finished",
    ]
    counts = Counter(events)
    assert counts["submitting", None] == counts["settled", None] == 3
    assert counts["delivery", "refused"] == counts["delivery", "failed"] == 1
    public_ids = set(Delivery.objects.values_list("public_id", flat=True))
    assert {one["delivery"] for one in found if one["event"] == "delivery"} < public_ids
    assert all({"timestamp", "level"} <= one.keys() for one in found)


@pytest.mark.django_db(transaction=True)
def test_on_a_terminal_it_is_text_and_only_what_needs_a_look(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    journal.note("batch", batch=1)
    journal.warn("mailing", mailing=7, state="paused", reason="no a@example.org")
    err = capsys.readouterr().err
    assert "batch" not in err and "mailing=7" in err and "reason='no <address>'" in err


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    from django.db import transaction

    with transaction.atomic():
        journal.note("batch", batch=1)
        transaction.set_rollback(True)
    assert capsys.readouterr().err == ""


@pytest.mark.django_db(transaction=True)
def test_a_log_that_cannot_be_written_harms_no_mailing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    mailing = make_mailing(6)
    clock = Clock()
    with Path("/dev/full").open("w", buffering=1) as full, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", full)
        with pytest.raises(OSError, match="No space"):
            full.write("a line\n")
        provider = Scripted(lambda *_: Accepted())
        send_mailing(make_site(tmp_path), mailing, provider=provider, now=clock.now, sleep=clock.sleep)
        with suppress(OSError):
            full.close()
    assert states(mailing) == {"accepted": 6}
