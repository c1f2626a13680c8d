"""Claims: one sender at a time, and one that comes late or died changes nothing."""

from datetime import timedelta

import pytest

from newsletter.delivery import ledger
from newsletter.delivery.claims import Result, Settled
from newsletter.delivery.engine import SenderBusy, sender_lock
from newsletter.delivery.mailing import freeze
from newsletter.delivery.providers.base import Accepted
from newsletter.models import Attempt, Delivery
from newsletter.site import Site
from subscribers.consent import unsubscribe
from subscribers.models import Subscriber
from tests.delivery.test_engine import send
from tests.delivery.worlds import NOW, Scripted, make_list, make_mailing, make_plan, make_reader, make_revision, states

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


@pytest.mark.parametrize(("exactly_once", "end"), [(True, {"accepted": 4}), (False, {"unknown": 2, "accepted": 2})])
def test_what_a_dead_sender_left_behind(site: Site, exactly_once: bool, end: dict[str, int]) -> None:
    mailing = make_mailing(4)

    def die(*_: object) -> None:
        raise SystemExit  # not an Exception: nothing is settled, as after a kill

    with pytest.raises(SystemExit):
        send(site, mailing, Scripted(die, exactly_once=exactly_once))
    assert states(mailing) == {"submitting": 2, "pending": 2}
    send(site, mailing, Scripted(lambda *_: Accepted(), exactly_once=exactly_once))
    assert states(mailing) == end
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"lost", "accepted"}


def test_a_fencing_number_keeps_a_late_sender_from_settling(site: Site) -> None:
    mailing = make_mailing(2)
    late = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    (intent,) = ledger.intend(late, [late.pending], now=NOW, actor="a")
    after = NOW + ledger.LEASE
    assert ledger.claim(mailing.pk, now=after - timedelta(seconds=1), exactly_once=False) is None
    new = ledger.claim(mailing.pk, now=after, exactly_once=False)
    assert new.fence == late.fence + 1 and states(mailing) == {"unknown": 2}
    settled = {row.pk: Settled("accepted", "", "a") for row in intent.rows}
    with pytest.raises(ledger.LostClaim):
        ledger.settle(late, [Result(intent, settled, "accepted")], now=after)
    with pytest.raises(ledger.LostClaim):
        ledger.intend(late, [late.pending], now=after, actor="a")
    assert states(mailing) == {"unknown": 2}


def test_only_one_sender_a_site(site: Site, store: str) -> None:
    if store == "postgresql":
        pytest.skip("there any number of senders work along; tests/delivery/test_workers.py")
    mailing = make_mailing(1)
    with sender_lock(site), pytest.raises(SenderBusy):
        send(site, mailing, Scripted(lambda *_: Accepted()))
    send(site, mailing, Scripted(lambda *_: Accepted()))
    assert states(mailing) == {"accepted": 1}


def test_a_pause_holds_from_the_next_call_on(site: Site) -> None:
    mailing = make_mailing(6)
    provider = Scripted(lambda *_: ledger.pause(mailing.pk, reason="a person") or Accepted())
    send(site, mailing, provider)
    assert len(provider.calls) == 1 and states(mailing) == {"accepted": 2, "pending": 4}
    assert (mailing.state, mailing.reason) == ("paused", "a person")


def test_a_batch_of_which_only_the_answer_is_missing_is_not_done(site: Site) -> None:
    mailing = make_mailing(2)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(site, mailing, Scripted(die, exactly_once=True))
    assert states(mailing) == {"submitting": 2}
    send(site, mailing, Scripted(lambda *_: Accepted(), exactly_once=True))
    assert states(mailing) == {"accepted": 2}


def test_what_got_its_end_state_after_the_claim_is_not_submitted(site: Site) -> None:
    mailing = make_mailing(3)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    ended = Delivery.objects.filter(pk=claim.pending[0])
    ended.update(state="cancelled", reason="by hand", actor="ed")
    [intent] = ledger.intend(claim, [claim.pending], now=NOW, actor="a")
    assert [row.pk for row in intent.rows] == [*claim.pending[1:]]
    assert ended.get().state == "cancelled"


def test_an_attempt_settles_no_row_of_another(site: Site) -> None:
    mailing = make_mailing(2)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    first, second = ledger.intend(claim, [(row,) for row in claim.pending], now=NOW, actor="a")
    everything = {row: Settled("accepted", "", "a") for row in claim.pending}
    ledger.settle(claim, [Result(first, everything)], now=NOW)
    assert states(mailing) == {"accepted": 1, "submitting": 1}
    again = {row: Settled("refused", "", "a") for row in claim.pending}
    ledger.settle(claim, [Result(first, again)], now=NOW)
    assert states(mailing) == {"accepted": 1, "submitting": 1}, "what is settled stays so"
    ledger.settle(claim, [Result(second, again)], now=NOW)
    assert states(mailing) == {"accepted": 1, "refused": 1}


def test_a_reader_who_was_erased_since_the_start_is_not_mailed(site: Site) -> None:
    mailing = make_mailing(2)
    Subscriber.objects.get(email="reader0@example.org").delete()
    provider = Scripted(lambda *_: Accepted())
    send(site, mailing, provider)
    assert provider.calls == [("reader1@example.org",)]
    row = Delivery.objects.get(address="reader0@example.org")
    assert (row.state, row.reason) == ("cancelled", "erased")


@pytest.mark.parametrize("then", ["unsubscribe", "cancel"])
def test_a_row_that_may_have_been_accepted_is_never_said_to_be_left_out(site: Site, then: str) -> None:
    mailing = make_mailing(3)
    first = ledger.claim(mailing.pk, now=NOW, exactly_once=True)
    ledger.intend(first, [first.pending[:2]], now=NOW, actor="a")  # then the sender dies
    later = NOW + ledger.LEASE
    second = ledger.claim(mailing.pk, now=later, exactly_once=True)
    assert states(mailing) == {"pending": 3}
    if then == "cancel":
        ledger.cancel(mailing.pk, actor="ed", now=later)
        assert states(mailing) == {"unknown": 2, "cancelled": 1}
    else:
        for row in Delivery.objects.exclude(pk=first.pending[1]):
            unsubscribe(row.token, at=later, source="link")
        ledger.intend(second, [second.pending], now=later, actor="a")
        assert states(mailing) == {"unknown": 1, "submitting": 1, "cancelled": 1}
    assert Delivery.objects.filter(state="unknown", actor=ledger.SYSTEM, reason__startswith=ledger.IN_DOUBT).exists()


def test_what_waits_is_counted_by_its_batches(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 2)
    mailing = make_mailing(5)
    assert ledger.open_rows(mailing.pk) == 5 and ledger.any_open(mailing.pk)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    first, _ = ledger.intend(claim, [(row,) for row in claim.pending], now=NOW, actor="a")
    ledger.settle(claim, [Result(first, {claim.pending[0]: Settled("accepted", "", "a")}, "accepted")], now=NOW)
    assert states(mailing) == {"accepted": 1, "submitting": 1, "pending": 3}
    assert ledger.open_rows(mailing.pk) == 4
    ledger.cancel(mailing.pk, actor="ed", now=NOW)
    assert states(mailing) == {"accepted": 1, "submitting": 1, "cancelled": 3}
    assert ledger.open_rows(mailing.pk) == 1 and ledger.any_open(mailing.pk)


def test_rows_are_read_as_they_were_frozen(site: Site) -> None:
    name = 'Zo\\"ë\u2028 \U0001f600 %s {}'
    mailing_list = make_list()
    make_reader(1, mailing_list, attributes={"first_name": name, "last_name": "no field of the mail", "age": 7})
    plan = make_plan(make_revision(), mailing_list)
    mailing = freeze(plan, confirm_count=1, actor="ed", now=NOW, undo=timedelta())
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    [intent] = ledger.intend(claim, [claim.pending], now=NOW, actor="a")
    [row] = intent.rows
    kept = Delivery.objects.get()
    assert row.values == kept.values == {"first_name": name}
    assert row[:6] == (kept.pk, kept.subscription_id, kept.public_id, kept.address, kept.name, kept.token)
    assert kept.attempt_id == intent.attempt
