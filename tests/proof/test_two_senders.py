"""Two processes at once: starts at the same moment, and a sender that wakes up after another took its work."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.delivery import ledger
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.providers.base import Accepted, Barred, Outcome
from tests.delivery.worlds import Clock, Scripted, make_mailing, make_site, states
from tests.proof.processes import Sender
from tests.proof.trial import Trial, trial
from tests.proof.witnesses import witness

TRIES = 100
LEASE = 1.5


def test_two_starts_at_the_same_moment_make_one_mailing(tmp_path: Path) -> None:
    with witness("outbox", tmp_path) as other_end, trial(tmp_path, other_end, readers=20) as one:
        assert one.sender.run("issues", TRIES) == 0
        other = Sender(one.site)
        try:
            one.sender.begin("start", "a", "b", TRIES, suffix="a")
            other.begin("start", "b", "a", TRIES, suffix="b")
            assert [one.sender.end(), other.end()] == [0, 0]
        finally:
            other.close()
        answers = [(one.site / f"said{suffix}").read_text().split() for suffix in "ab"]
        assert answers[0] == answers[1] and len(set(answers[0])) == TRIES
        started = one.query("SELECT id, count FROM newsletter_mailing WHERE id > 1")
        assert sorted(started) == sorted((int(key), 20) for key in answers[0])
        rows = one.query("SELECT count(*), count(DISTINCT mailing_id || '/' || subscriber_id) FROM newsletter_delivery")
        assert rows == [(20 * (TRIES + 1), 20 * (TRIES + 1))]


@pytest.mark.parametrize("provider", ["smtp", "outbox"])
def test_a_sender_stopped_past_its_lease_settles_nothing_when_it_goes_on(tmp_path: Path, provider: str) -> None:
    with (
        witness(provider, tmp_path, seconds=0.02) as other_end,
        trial(tmp_path, other_end, readers=400) as one,
    ):
        sleeper = one.sender
        sleeper.begin("command", "mailing", "resume", "1", tell=True, without_lock=True, lease=LEASE, suffix="a")
        sleeper.sending()
        _stop_between_transactions(one, sleeper)
        before = one.states()
        assert before["submitting"] or before["pending"], "it was stopped too late"
        other = Sender(one.site)
        try:
            assert other.run("command", "mailing", "resume", "1", without_lock=True, lease=LEASE) in {0, 4}
        finally:
            other.close()
        assert one.faults(ended=False) == []
        taken_over = one.rows()
        assert {row.state for row in taken_over} <= {"accepted", "unknown"}
        os.kill(sleeper.child, signal.SIGCONT)
        sleeper.end()
        assert one.rows() == taken_over
        assert one.faults(ended=True) == []
        ((fence,),) = one.query("SELECT max(fence) FROM newsletter_batch")
        assert fence > 1


@pytest.mark.django_db
def test_who_has_lost_a_claim_does_not_pause_the_mailing(tmp_path: Path) -> None:
    mailing, clock = make_mailing(2), Clock()

    def answer(_: object, call: int) -> Outcome:
        if call > 1:
            return Accepted("250 OK")
        clock.at += ledger.LEASE
        taken = ledger.claim(mailing.pk, now=clock.at, exactly_once=True)
        ledger.release(taken, now=clock.at, next_at=clock.at)
        return Barred("the key was revoked")

    provider = Scripted(answer, exactly_once=True)
    send_mailing(make_site(tmp_path), mailing, provider=provider, now=clock.now, sleep=clock.sleep)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.reason) == ("running", "")
    assert states(mailing) == {"accepted": 2} and len(provider.calls) == 2


def _stop_between_transactions(one: Trial, sender: Sender) -> None:
    """Stop a sender that has handed something over and has something under way, while it does not hold the store."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        time.sleep(0.01)
        os.kill(sender.child, signal.SIGSTOP)
        if one.states()["submitting"] and one.witness.mails() and _is_free(one):
            return
        os.kill(sender.child, signal.SIGCONT)
    raise AssertionError("no moment was found")


def _is_free(one: Trial) -> bool:
    with closing(
        sqlite3.connect(one.site / "data" / "newsletter.sqlite3", timeout=0.05, isolation_level=None)
    ) as store:
        try:
            store.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        store.execute("ROLLBACK")
        return True
