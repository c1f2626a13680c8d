"""Calls that can be taken back: nobody is mailed twice and nobody is lost, whatever the answer was."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from newsletter.delivery import fencing, ledger
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.mailing import freeze
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Fence,
    Hold,
    NoHold,
    Outcome,
    RateLimited,
)
from newsletter.delivery.schedule import Schedule
from newsletter.models import Attempt, Delivery, Mailing
from newsletter.site import Site
from tests.delivery.worlds import (
    NOW,
    Clock,
    Scripted,
    make_list,
    make_mailing,
    make_plan,
    make_reader,
    make_revision,
    states,
)

pytestmark = pytest.mark.django_db

LOST = Ambiguous("no answer")
FENCE = Fence(lead=timedelta(minutes=30), margin=timedelta(minutes=10), slots=3)


class Held(Scripted):
    """A scripted provider that holds what it takes, and takes it back as it is told to."""

    def __init__(self, answer: Any, *, clock: Clock, group: int = 2) -> None:
        super().__init__(answer, group=group)
        self.name = "sendgrid"
        self.capabilities = replace(self.capabilities, fence=FENCE)
        self.clock = clock
        self.confirms = True
        self.given: list[Hold] = []
        self.submitted: list[Hold] = []
        self.revoked: list[tuple[str, datetime]] = []
        self.refuses: list[Outcome] = []

    def submit(self, submission: Any) -> Any:
        attempt = Attempt.objects.get(pk=int(submission.attempt))
        assert (attempt.hold, attempt.send_at) == (submission.hold.ref, submission.hold.leaves_at), "not committed"
        assert attempt.slot and attempt.ended_at is None
        assert Attempt.objects.filter(slot=True, send_at__gt=self.clock.at).count() <= FENCE.slots
        self.submitted.append(submission.hold)
        return super().submit(submission)

    def hold(self, leaves_at: datetime) -> Hold:
        if self.refuses:
            raise NoHold(self.refuses.pop(0))
        self.given.append(Hold(f"hold{len(self.given)}", leaves_at))
        return self.given[-1]

    def revoke(self, hold: Hold) -> bool:
        self.revoked.append((hold.ref, self.clock.at))
        return self.confirms


def send(site: Site, mailing: Mailing, provider: Any, clock: Clock) -> None:
    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep)


def answers(*these: Outcome) -> Any:
    """Each of these once, then yes."""
    return lambda _, call: these[call - 1] if call <= len(these) else Accepted("yes")


def test_each_attempt_has_a_hold_of_its_own_and_leaves_half_an_hour_later(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(5, provider="sendgrid")
    provider = Held(answers(), clock=clock)
    send(site, mailing, provider, clock)
    assert states(mailing) == {"accepted": 5} and provider.revoked == []
    assert len({hold.ref for hold in provider.submitted}) == 3
    assert {hold.leaves_at for hold in provider.submitted} == {NOW + FENCE.lead}
    assert not Attempt.objects.filter(slot=True).exists(), "an answer frees the slot"


def test_a_lost_answer_is_called_back_before_anybody_is_asked_again(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(4, provider="sendgrid")
    provider = Held(answers(LOST), clock=clock)
    send(site, mailing, provider, clock)
    assert states(mailing) == {"accepted": 4}
    assert provider.calls[0] == provider.calls[1] and [ref for ref, _ in provider.revoked] == ["hold0"]
    first, second, _ = Attempt.objects.order_by("pk")
    assert (first.outcome, first.slot, second.outcome, second.slot) == ("fenced", True, "accepted", False)
    assert first.ended_at <= second.started_at


def test_what_cannot_be_called_back_yet_is_tried_again_and_nobody_is_asked_before(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(2, provider="sendgrid")
    provider = Held(answers(LOST), clock=clock)
    provider.confirms = False
    began = clock.at

    def confirm_later(seconds: float) -> None:
        clock.sleep(seconds)
        provider.confirms = clock.at > began + timedelta(minutes=2)
        assert len(provider.calls) == 1 or provider.confirms

    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=confirm_later)
    assert states(mailing) == {"accepted": 2} and len(provider.revoked) > 2
    assert [one.outcome for one in Attempt.objects.order_by("pk")] == ["fenced", "accepted"]


def test_who_was_accepted_in_a_call_that_may_have_been_called_back_is_not_lost(site: Site) -> None:
    """Of two in a call one is accepted, of the other nobody hears; the call is taken back, and nobody hears of that."""
    clock = Clock()
    mailing = make_mailing(2, provider="sendgrid")

    def half(submission: Any, call: int) -> Any:
        taken, lost = submission.recipients
        return Answer({taken.delivery: Accepted(), lost.delivery: LOST}) if call == 1 else Accepted()

    provider = Held(half, clock=clock)
    provider.confirms = False

    def confirm(seconds: float) -> None:
        clock.sleep(seconds)
        provider.confirms = True

    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=confirm)
    assert provider.calls[0] == provider.calls[1] and states(mailing) == {"accepted": 2}


def test_past_its_time_it_is_unknown_and_never_sent_again(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(2, provider="sendgrid")
    provider = Held(answers(LOST), clock=clock)
    provider.confirms = False
    send(site, mailing, provider, clock)
    assert states(mailing) == {"unknown": 2} and len(provider.calls) == 1
    deadline = NOW + FENCE.lead - FENCE.margin
    assert max(at for _, at in provider.revoked) < deadline <= clock.at


def test_slots_are_never_exceeded_and_are_waited_for(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(6, provider="sendgrid")
    provider = Held(answers(LOST, Accepted("yes"), LOST, Accepted("yes"), LOST), clock=clock)
    send(site, mailing, provider, clock)
    assert states(mailing) == {"accepted": 6}
    assert len(provider.revoked) == 3 and len(provider.calls) == 6
    assert provider.submitted[-1].leaves_at >= provider.submitted[0].leaves_at + FENCE.lead
    assert clock.at >= provider.submitted[0].leaves_at, "the sixth call had to wait for the first slot"


def test_after_a_kill_the_attempt_without_an_answer_is_called_back(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(4, provider="sendgrid")
    claim = ledger.claim(mailing.pk, now=clock.at, exactly_once=False, margin=FENCE.margin)
    hold = Hold("dead", clock.at + FENCE.lead)
    (intent,) = ledger.intend(claim, [claim.pending[:2]], now=clock.at, actor="a", holds=[hold])
    clock.at += timedelta(minutes=19)
    provider = Held(answers(), clock=clock)
    send(site, mailing, provider, clock)
    assert states(mailing) == {"accepted": 4} and [ref for ref, _ in provider.revoked] == ["dead"]
    assert Attempt.objects.get(pk=intent.attempt).outcome == "fenced"


def test_a_restart_that_comes_too_late_leaves_it_unknown(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(4, provider="sendgrid")
    claim = ledger.claim(mailing.pk, now=clock.at, exactly_once=False, margin=FENCE.margin)
    ledger.intend(claim, [claim.pending[:2]], now=clock.at, actor="a", holds=[Hold("dead", clock.at + FENCE.lead)])
    clock.at += timedelta(minutes=20)
    provider = Held(answers(), clock=clock)
    send(site, mailing, provider, clock)
    assert states(mailing) == {"accepted": 2, "unknown": 2} and provider.revoked == []


@pytest.mark.parametrize(("outcome", "end"), [(Barred("no key"), "pending"), (RateLimited("wait", 40.0), "accepted")])
def test_without_a_hold_nobody_is_submitted(site: Site, outcome: Outcome, end: str) -> None:
    clock = Clock()
    mailing = make_mailing(2, provider="sendgrid")
    provider = Held(answers(), clock=clock)
    provider.refuses = [outcome]
    send(site, mailing, provider, clock)
    assert states(mailing) == {end: 2}
    if end == "pending":
        mailing.refresh_from_db()
        assert (mailing.state, mailing.reason) == ("paused", "no key") and provider.calls == []
    else:
        assert clock.at >= NOW + timedelta(seconds=40)


def test_one_lost_answer_after_another_pauses_the_mailing(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(2, provider="sendgrid")
    provider = Held(lambda *_: LOST, clock=clock)
    send(site, mailing, provider, clock)
    mailing.refresh_from_db()
    assert mailing.state == "paused" and states(mailing) == {"pending": 2} and len(provider.calls) == 5


def test_cancelling_takes_back_the_newest_as_far_as_there_are_slots(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(10, provider="sendgrid")
    provider = Held(answers(), clock=clock)
    send(site, mailing, provider, clock)
    ledger.cancel(mailing.pk, actor="ed", now=clock.at)
    done = fencing.call_back(mailing, provider, actor="ed", now=clock.at)
    assert [ref for ref, _ in provider.revoked] == [hold.ref for hold in reversed(provider.submitted[-3:])]
    assert states(mailing) == {"accepted": 4, "cancelled": 6}
    assert (done.back, done.leaving) == (6, fencing.Leaving(4, NOW + FENCE.lead))
    again = fencing.call_back(mailing, provider, actor="ed", now=clock.at)
    assert (again.back, again.leaving.number) == (6, 4) and len(provider.revoked) == 3
    assert Delivery.objects.filter(state="cancelled", actor="ed", reason="called back before it left").count() == 6


def test_cancelling_too_late_takes_nothing_back(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(2, provider="sendgrid")
    provider = Held(answers(), clock=clock)
    send(site, mailing, provider, clock)
    clock.at += timedelta(minutes=20)
    done = fencing.call_back(mailing, provider, actor="ed", now=clock.at)
    assert (done.back, done.leaving.number) == (0, 2) and provider.revoked == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_mailing_and_a_dry_run_are_never_taken_for_each_other(site: Site, dry_run: bool) -> None:
    clock = Clock()
    mailing = make_mailing(2, provider="sendgrid", dry_run=dry_run)
    provider = Held(answers(), clock=clock)
    provider.capabilities = replace(provider.capabilities, dry_run=not dry_run)
    send(site, mailing, provider, clock)
    mailing.refresh_from_db()
    assert mailing.state == "paused" and "dry run" in mailing.reason
    assert provider.calls == [] and states(mailing) == {"pending": 2}


def test_a_scheduled_mailing_is_handed_over_before_and_leaves_at_its_time(site: Site) -> None:
    mailing_list = make_list()
    make_reader(1, mailing_list)
    at = NOW + timedelta(hours=5)
    plan = make_plan(make_revision(), mailing_list, provider="sendgrid", lead=FENCE.lead)
    schedule = Schedule(at, timedelta(hours=2))
    mailing = freeze(plan, confirm_count=1, actor="ed", now=NOW, undo=timedelta(minutes=5), schedule=schedule)
    assert (mailing.not_before, mailing.send_at) == (at - FENCE.lead, at)
    clock = Clock()
    provider = Held(answers(), clock=clock)
    send(site, mailing, provider, clock)
    assert [hold.leaves_at for hold in provider.submitted] == [clock.at + FENCE.lead]
    assert timedelta() <= clock.at - mailing.not_before < timedelta(seconds=1)


def test_a_lane_calls_back_without_asking_the_store_for_the_time(site: Site) -> None:
    clock = Clock()
    mailing = make_mailing(2, provider="sendgrid")
    provider = Held(answers(LOST), clock=clock)
    asked: list[str] = []
    provider.revoke = lambda hold: asked.append("revoke") or True

    def now() -> datetime:
        asked.append("now")
        return clock.at

    def submit(submission: Any, real: Any = provider.submit) -> Any:
        asked.append("submit")
        return real(submission)

    provider.submit = submit
    send_mailing(site, mailing, provider=provider, now=now, sleep=clock.sleep)
    began = asked.index("submit")
    assert asked[began : began + 2] == ["submit", "revoke"]
