"""Mailings that were paused or cancelled: what is under way then is called back by whoever is there."""

from datetime import timedelta
from typing import Any

import pytest

from newsletter.delivery import control, fencing, ledger, loop, recovery
from newsletter.delivery.engine import send_mailing, sender_lock, withdraw
from newsletter.delivery.providers.base import Accepted, Hold
from newsletter.models import Attempt, Batch, Delivery, Mailing
from newsletter.site import Site
from tests.delivery.test_fencing import FENCE, LOST, Held, answers
from tests.delivery.worlds import NOW, Clock, Scripted, make_mailing, states

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def left_by_the_dead(readers: int = 4, *, silent: bool = True) -> Mailing:
    """A mailing whose sender was killed in its first call, to two of the readers."""
    mailing = make_mailing(readers, provider="sendgrid")
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False, margin=FENCE.margin)
    ledger.intend(claim, [claim.pending[:2]], now=NOW, actor="a", holds=[Hold("dead", NOW + FENCE.lead)])
    if silent:
        ledger.end_dead_claims(mailing.pk, now=NOW)
    return mailing


def test_while_paused_the_unanswered_are_called_back_and_wait(clock: Clock) -> None:
    mailing = left_by_the_dead()
    ledger.pause(mailing.pk, reason="a person")
    provider = Held(answers(), clock=clock)
    recovery.recover(mailing, provider, now=NOW)
    assert states(mailing) == {"pending": 4} and [ref for ref, _ in provider.revoked] == ["dead"]
    assert provider.calls == [] and Attempt.objects.get().outcome == "fenced"
    recovery.recover(mailing, provider, now=NOW)
    assert len(provider.revoked) == 1
    mailing.refresh_from_db()
    assert mailing.state == "paused" and Batch.objects.get().state == "pending"


def test_what_cannot_be_confirmed_is_tried_until_it_is_too_late(clock: Clock) -> None:
    mailing = left_by_the_dead()
    ledger.pause(mailing.pk, reason="a person")
    provider = Held(answers(), clock=clock)
    provider.confirms = False
    while states(mailing).get("submitting"):
        recovery.recover(mailing, provider, now=clock.at)
        clock.sleep(5)
    assert states(mailing) == {"pending": 2, "unknown": 2}
    tries = [at for _, at in provider.revoked]
    assert len(tries) > 50 and max(tries) < NOW + FENCE.lead - FENCE.margin <= clock.at


def test_a_living_sender_is_left_alone(clock: Clock) -> None:
    mailing = left_by_the_dead(silent=False)
    ledger.pause(mailing.pk, reason="a person")
    provider = Held(answers(), clock=clock)
    recovery.recover(mailing, provider, now=NOW)
    assert states(mailing) == {"submitting": 2, "pending": 2} and provider.revoked == []


def test_nothing_of_a_mailing_that_runs_is_touched() -> None:
    left_by_the_dead()
    assert not recovery.left_behind(now=NOW).exists()


def test_the_unanswered_of_a_cancelled_mailing_are_called_back_too(clock: Clock) -> None:
    mailing = left_by_the_dead()
    control.cancel(mailing, actor="ed", now=NOW)
    mailing.refresh_from_db()
    provider = Held(answers(), clock=clock)
    recovery.recover(mailing, provider, now=NOW)
    assert states(mailing) == {"cancelled": 4} and len(provider.revoked) == 1


def test_where_nothing_can_be_called_back_they_are_unknown() -> None:
    mailing = make_mailing(4)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    ledger.intend(claim, [claim.pending[:2]], now=NOW, actor="a")
    ledger.pause(mailing.pk, reason="a person")
    recovery.recover(mailing, Scripted(answers()), now=NOW + ledger.LEASE)
    assert states(mailing) == {"pending": 2, "unknown": 2}


def test_the_loop_does_so(site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch, store: str) -> None:
    if store == "postgresql":
        pytest.skip("there the workers do; tests/delivery/test_tasks.py")
    mailing = left_by_the_dead(silent=False)
    ledger.pause(mailing.pk, reason="a person")
    provider = Held(answers(), clock=clock)
    monkeypatch.setattr(recovery, "provider_for", lambda *_: provider)
    assert loop.send_due(site, now=clock.now) == 0
    assert states(mailing) == {"pending": 4} and len(provider.revoked) == 1


def cancelling(mailing: Mailing, site: Site, clock: Clock, *, at_call: int) -> tuple[Held, list[fencing.CalledBack]]:
    """A provider; while its call of that number is under way, a person cancels the mailing."""
    said: list[fencing.CalledBack] = []

    def answer(_: Any, call: int) -> Accepted:
        if call == at_call:
            control.cancel(mailing, actor="ed", now=clock.at)
            mailing.refresh_from_db()
            said.append(withdraw(site, mailing, provider, actor="ed", now=clock.now, sleep=clock.sleep))
        return Accepted("yes")

    provider = Held(answer, clock=clock)
    return provider, said


def test_a_sender_takes_back_what_was_in_its_hands_when_the_mailing_was_cancelled(site: Site, clock: Clock) -> None:
    mailing = make_mailing(6, provider="sendgrid")
    provider, said = cancelling(mailing, site, clock, at_call=2)
    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep)
    assert said == [fencing.CalledBack(2, fencing.Leaving(0, None), calling=2)]
    assert states(mailing) == {"cancelled": 6} and len(provider.calls) == 2
    assert [ref for ref, _ in provider.revoked] == ["hold0", "hold1"]


def test_so_it_does_where_the_call_was_the_last(site: Site, clock: Clock) -> None:
    mailing = make_mailing(2, provider="sendgrid")
    provider, _ = cancelling(mailing, site, clock, at_call=1)
    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep)
    assert states(mailing) == {"cancelled": 2}


def test_a_cancel_waits_for_a_call_that_ends_soon_and_takes_it_back_first(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = make_mailing(4, provider="sendgrid")
    provider = Held(answers(), clock=clock)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    intents = [
        *ledger.intend(claim, [claim.pending[:2]], now=NOW, actor="a", holds=[Hold("old", NOW + FENCE.lead)]),
        *ledger.intend(claim, [claim.pending[2:]], now=NOW, actor="a", holds=[Hold("new", NOW + FENCE.lead)]),
    ]

    def land(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.at > NOW + timedelta(seconds=1) and Batch.objects.get().state == "claimed":
            Delivery.objects.update(state="accepted")
            Attempt.objects.update(ended_at=clock.at, outcome="accepted", slot=False)
            ledger.release(claim, now=clock.at, next_at=clock.at)

    control.cancel(mailing, actor="ed", now=NOW)
    mailing.refresh_from_db()
    assert len(intents) == 2
    with sender_lock(site):
        done = withdraw(site, mailing, provider, actor="ed", now=clock.now, sleep=land)
    assert [ref for ref, _ in provider.revoked] == ["new", "old"] and done.back == 4
    assert clock.at < NOW + timedelta(seconds=3)


def test_a_cancel_after_a_kill_calls_back_at_once_where_the_lock_tells_that_nobody_sends(
    site: Site, clock: Clock, store: str
) -> None:
    if store == "postgresql":
        pytest.skip("there the workers do, after a minute of silence")
    mailing = left_by_the_dead(silent=False)
    control.cancel(mailing, actor="ed", now=NOW)
    mailing.refresh_from_db()
    provider = Held(answers(), clock=clock)
    done = withdraw(site, mailing, provider, actor="ed", now=clock.now, sleep=clock.sleep)
    assert states(mailing) == {"cancelled": 4} and (done.calling, clock.at) == (0, NOW)


def test_a_lost_answer_while_paused_is_called_back_by_the_sender_as_it_lands(site: Site, clock: Clock) -> None:
    mailing = make_mailing(4, provider="sendgrid")
    provider = Held(lambda *_: ledger.pause(mailing.pk, reason="a person") or LOST, clock=clock)
    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep)
    assert states(mailing) == {"pending": 4} and len(provider.revoked) == 1
