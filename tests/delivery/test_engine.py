"""The sender: each row ends in one state, whatever the provider says."""

from datetime import timedelta
from itertools import pairwise

import pytest

from newsletter.delivery import ledger, verdicts
from newsletter.delivery.engine import Progress, send_mailing
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Postponed,
    RateLimited,
    Refused,
    Resubmit,
    Unreachable,
)
from newsletter.models import Attempt, Batch, Delivery, Mailing
from newsletter.site import Site
from subscribers import suppression
from subscribers.address import normalise
from subscribers.models import Subscription
from tests.delivery.worlds import NOW, Clock, Scripted, make_mailing, states

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


def send(site: Site, mailing: Mailing, provider: Scripted, **more: object) -> Clock:
    clock = more.pop("clock", None) or Clock()
    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep, **more)
    mailing.refresh_from_db()
    return clock


def test_every_row_is_accepted_once(site: Site) -> None:
    mailing = make_mailing(5)
    provider = Scripted(lambda *_: Accepted("yes"))
    seen: list[Progress] = []
    send(site, mailing, provider, progress=seen.append)
    assert states(mailing) == {"accepted": 5}
    assert [len(call) for call in provider.calls] == [2, 2, 1]
    assert seen[0].done == 0 and seen[-1] == Progress(5, 5)
    row = Delivery.objects.first()
    assert (row.actor, row.reason, row.at, row.tries) == ("provider scripted", "yes", NOW, 0)
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"accepted"}
    assert set(Batch.objects.values_list("state", flat=True)) == {"done"}
    assert provider.closed == 0, "it was lent"


def test_a_provider_of_its_own_is_closed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Scripted(lambda *_: Accepted("yes"))
    monkeypatch.setattr("newsletter.delivery.engine.provider_for", lambda *_: provider)
    clock = Clock()
    send_mailing(site, make_mailing(2), now=clock.now, sleep=clock.sleep)
    assert provider.closed == 1


@pytest.mark.django_db(transaction=True)
def test_the_intent_is_committed_before_the_call(site: Site) -> None:
    mailing = make_mailing(2)
    from django.db import connection

    def look(*_: object) -> Accepted:
        assert not connection.in_atomic_block
        assert states(mailing) == {"submitting": 2}
        assert Attempt.objects.get().ended_at is None
        return Accepted()

    send(site, mailing, Scripted(look))
    assert states(mailing) == {"accepted": 2}


def test_a_finished_mailing_sends_nothing_again(site: Site) -> None:
    mailing = make_mailing(2)
    send(site, mailing, Scripted(lambda *_: Accepted()))
    again = Scripted(lambda *_: Accepted())
    send(site, mailing, again)
    assert again.calls == []


def test_nothing_leaves_before_the_undo_window_is_over(site: Site) -> None:
    mailing = make_mailing(1, undo=timedelta(minutes=5))
    clock = Clock()
    when = []
    send(site, mailing, Scripted(lambda *_: when.append(clock.at) or Accepted()), clock=clock)
    assert when[0] >= NOW + timedelta(minutes=5)


def test_who_left_since_the_start_is_not_mailed(site: Site) -> None:
    mailing = make_mailing(4)
    Subscription.objects.filter(subscriber__email_norm="reader0@example.org").update(state="unsubscribed")
    suppression.suppress(normalise("reader1@example.org"), reason="bounced", actor="x", at=NOW)
    provider = Scripted(lambda *_: Accepted())
    send(site, mailing, provider)
    assert provider.calls == [("reader2@example.org", "reader3@example.org")]
    assert states(mailing) == {"cancelled": 1, "suppressed": 1, "accepted": 2}
    assert set(Delivery.objects.exclude(state="accepted").values_list("reason", "actor")) == {
        ("unsubscribed", "newsletter"),
        ("suppressed: bounced", "newsletter"),
    }


def test_an_unsubscription_during_the_mailing_counts_from_the_next_call_on(site: Site) -> None:
    mailing = make_mailing(4)

    def leave(*_: object) -> Accepted:
        Subscription.objects.filter(subscriber__email_norm="reader3@example.org").update(state="unsubscribed")
        return Accepted()

    provider = Scripted(leave)
    send(site, mailing, provider)
    assert provider.calls == [("reader0@example.org", "reader1@example.org"), ("reader2@example.org",)]


def test_a_refusal_is_for_one(site: Site) -> None:
    mailing = make_mailing(2)

    def answer(submission, _):
        first, second = submission.recipients
        return Answer({first.delivery: Refused(f"550 <{first.address}>: no"), second.delivery: Accepted("ok")})

    send(site, mailing, Scripted(answer))
    assert states(mailing) == {"refused": 1, "accepted": 1}
    assert Delivery.objects.get(state="refused").reason == "550 <address>: no"
    assert Attempt.objects.get().outcome == "mixed"


def test_who_is_put_off_is_tried_again_later_a_few_times(site: Site) -> None:
    mailing = make_mailing(1)
    clock = Clock()
    times = []
    provider = Scripted(lambda *_: times.append(clock.at) or Postponed("450 busy"))
    send(site, mailing, provider, clock=clock)
    assert len(provider.calls) == verdicts.MAX_TRIES
    waits = [(after - before).total_seconds() for before, after in pairwise(times)]
    assert all(want * 0.8 <= wait <= want * 1.2 + 1 for want, wait in zip((30, 120, 480, 1920), waits, strict=True))
    row = Delivery.objects.get()
    assert (row.state, row.reason) == ("failed", "after 5 tries: 450 busy")


def test_who_is_put_off_once_gets_it_later(site: Site) -> None:
    mailing = make_mailing(3)
    provider = Scripted(lambda _, call: Postponed("450") if call == 1 else Accepted())
    send(site, mailing, provider)
    assert [len(call) for call in provider.calls] == [2, 2, 1]
    assert states(mailing) == {"accepted": 3}


def test_a_silent_provider_leaves_unknown_and_they_are_never_sent_again(site: Site) -> None:
    mailing = make_mailing(2)
    send(site, mailing, Scripted(lambda *_: Answer({})))
    assert states(mailing) == {"unknown": 2}
    again = Scripted(lambda *_: Accepted())
    send(site, mailing, again)
    assert again.calls == [] and states(mailing) == {"unknown": 2}


def test_calls_that_come_to_nothing_pause_the_mailing(site: Site) -> None:
    mailing = make_mailing(20)
    provider = Scripted(lambda *_: Ambiguous("500 oops"))
    clock = send(site, mailing, provider)
    assert len(provider.calls) == 3 and clock.at > NOW
    assert states(mailing) == {"unknown": 6, "pending": 14}
    assert (mailing.state, mailing.reason) == ("paused", "500 oops")


@pytest.mark.parametrize(
    ("outcome", "calls", "end"),
    [
        (Refused("554 relay access denied"), 2, {"refused": 4, "pending": 16}),
        (Postponed("452 daily quota"), 4, {"pending": 20}),
    ],
)
def test_a_provider_that_takes_nobody_does_not_burn_the_whole_list(
    site: Site, outcome: Refused | Postponed, calls: int, end: dict[str, int]
) -> None:
    mailing = make_mailing(20)
    provider = Scripted(lambda *_: outcome)
    send(site, mailing, provider)
    assert len(provider.calls) == calls and states(mailing) == end
    assert (mailing.state, mailing.reason) == ("paused", f"nobody was taken any more: {outcome.reason}")
    ledger.resume(mailing.pk)
    assert set(Delivery.objects.filter(state="pending").values_list("tries", flat=True)) == {0}


def test_an_unreachable_provider_costs_nobody_a_try(site: Site) -> None:
    mailing = make_mailing(4)
    provider = Scripted(lambda *_: Unreachable("refused"))
    send(site, mailing, provider)
    assert len(provider.calls) == 6
    assert states(mailing) == {"pending": 4} and mailing.state == "paused"
    assert set(Delivery.objects.values_list("tries", flat=True)) == {0}
    ledger.resume(mailing.pk)
    send(site, mailing, Scripted(lambda *_: Accepted()))
    assert states(mailing) == {"accepted": 4}


def test_a_revoked_key_pauses_and_burns_nobody(site: Site) -> None:
    mailing = make_mailing(4)
    provider = Scripted(lambda *_: Barred("401 no"))
    send(site, mailing, provider)
    assert len(provider.calls) == 1
    assert (mailing.state, mailing.reason) == ("paused", "401 no") and states(mailing) == {"pending": 4}
    again = Scripted(lambda *_: Accepted())
    send(site, mailing, again)
    assert again.calls == []  # until a person resumes it


def test_a_limit_is_waited_for_by_all_batches(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 2)
    mailing = make_mailing(4)
    clock = Clock()
    times = []

    def answer(_, call):
        times.append(clock.at)
        return RateLimited("429", 90) if call == 1 else Accepted()

    send(site, mailing, Scripted(answer), clock=clock)
    assert [time >= NOW + timedelta(seconds=90) for time in times] == [False, True, True]
    assert states(mailing) == {"accepted": 4}


def test_a_call_is_halved_down_to_the_one_it_fails_for(site: Site) -> None:
    mailing = make_mailing(8)

    def answer(submission, _):
        bad = any(one.address == "reader5@example.org" for one in submission.recipients)
        return Resubmit("400 bad") if bad else Accepted()

    provider = Scripted(answer, group=8)
    send(site, mailing, provider)
    assert [len(call) for call in provider.calls] == [8, 4, 4, 2, 1, 1, 2]
    assert Delivery.objects.get(state="refused").address == "reader5@example.org"
    assert states(mailing) == {"accepted": 7, "refused": 1}


def test_the_rest_of_a_call_is_asked_again_whole(site: Site) -> None:
    mailing = make_mailing(4)

    def answer(submission, call):
        if call > 1:
            return Accepted()
        first, *rest = submission.recipients
        return Answer({first.delivery: Refused("400")} | {r.delivery: Resubmit("400", halves=False) for r in rest})

    send(site, mailing, provider := Scripted(answer, group=4))
    assert [len(call) for call in provider.calls] == [4, 3]
    assert states(mailing) == {"accepted": 3, "refused": 1}


@pytest.mark.parametrize(("exactly_once", "state"), [(True, "pending"), (False, "unknown")])
def test_a_provider_that_fails_by_mistake_stops_nothing_else(
    site: Site, exactly_once: bool, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mailing = make_mailing(2)
    stopping = iter([False, False, True, True, True])

    def fail(*_: object) -> None:
        raise KeyError("reader0@example.org")

    send(site, mailing, Scripted(fail, exactly_once=exactly_once), stop=lambda: next(stopping))
    assert states(mailing) == {state: 2}
    assert Delivery.objects.first().reason == "the provider failed: KeyError"
    said = capsys.readouterr().err
    assert '"error": "KeyError in ' in said and "reader0@" not in said


def test_an_address_that_the_provider_cannot_write_is_refused(site: Site) -> None:
    mailing = make_mailing(2)
    Delivery.objects.filter(address="reader0@example.org").update(address="zoë@example.org")
    provider = Scripted(lambda *_: Accepted())
    send(site, mailing, provider)
    assert provider.calls == [("reader1@example.org",)]
    assert "SMTPUTF8" in Delivery.objects.get(state="refused").reason


def test_stop_is_heeded_between_calls_and_the_rest_goes_on_later(site: Site) -> None:
    mailing = make_mailing(6)
    provider = Scripted(lambda *_: Accepted())
    send(site, mailing, provider, stop=lambda: len(provider.calls) >= 1)
    assert states(mailing) == {"accepted": 2, "pending": 4}
    send(site, mailing, provider)
    assert states(mailing) == {"accepted": 6} and len(provider.calls) == 3


def test_a_cancelled_mailing_ends_every_row(site: Site) -> None:
    mailing = make_mailing(6)

    def answer(_, call):
        ledger.cancel(mailing.pk, actor="ed", now=NOW)
        return Postponed("450")

    provider = Scripted(answer)
    send(site, mailing, provider)
    assert len(provider.calls) == 1 and states(mailing) == {"cancelled": 6}
    assert mailing.key == f"/{mailing.pk}" and mailing.state == "cancelled"
