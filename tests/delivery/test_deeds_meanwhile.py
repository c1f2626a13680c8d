"""What a person decides while a sender gives its batch back, on PostgreSQL, where both are under way at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from newsletter.delivery import control, ledger, rows
from newsletter.events import process
from newsletter.models import Batch, Delivery, Mailing
from tests.delivery.test_optouts_meanwhile import LONG, SHORT, Other
from tests.delivery.worlds import NOW, make_mailing, states

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def on_postgres(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests.postgres import django_on

    with django_db_blocker.unblock(), django_on("deeds"), django_db_blocker.block():
        yield


@contextmanager
def a_sender_gives_back(claim: ledger.Claim) -> Iterator[Other]:
    """Within, it has looked for open rows, found none, and has not committed that; after, it has."""
    there, go_on = threading.Event(), threading.Event()

    def give_back() -> None:
        with transaction.atomic():
            ledger.release(claim, now=NOW, next_at=NOW)
            there.set()
            assert go_on.wait(LONG)

    sender = Other(give_back)
    assert there.wait(LONG)
    try:
        yield sender
    finally:
        go_on.set()
    sender.end()


def test_who_failed_is_tried_again_though_a_sender_gives_the_batch_back_at_that_moment() -> None:
    mailing = make_mailing(2)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    assert claim
    Delivery.objects.update(state="accepted")
    Delivery.objects.filter(pk=min(claim.pending)).update(state="failed")
    with a_sender_gives_back(claim):
        person = Other(lambda: control.retry_failed(Mailing.objects.get(), actor="anna", now=NOW))
        person.done.wait(SHORT)
    person.end()
    assert states(mailing) == {"pending": 1, "accepted": 1}
    assert Batch.objects.get().state == "pending" and ledger.any_open(mailing.pk)


def test_a_cancel_waits_for_a_sender_before_it_takes_any_row() -> None:
    """Else each could have rows that the other wants."""
    mailing = make_mailing(3)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    assert claim
    first, *_, last = claim.pending
    there, go_on = threading.Event(), threading.Event()

    def sender() -> None:
        with transaction.atomic():
            assert rows.renew(claim.batch, claim.fence, NOW)
            assert list(rows.look(claim, [last]).pending) == [last]
            there.set()
            assert go_on.wait(LONG)
            assert list(rows.look(claim, [first]).pending) == [first]

    sending = Other(sender)
    assert there.wait(LONG)
    person = Other(lambda: control.cancel(Mailing.objects.get(), actor="anna", now=NOW))
    assert not person.done.wait(SHORT)
    go_on.set()
    sending.end()
    person.end()
    assert states(mailing) == {"cancelled": 3}


def test_a_resume_and_a_sender_that_holds_the_mailing_back_do_not_wait_for_each_other() -> None:
    mailing = make_mailing(4)
    ledger.pause(mailing.pk, reason="paused by anna")
    claimed = Batch.objects.get()
    Batch.objects.create(mailing=mailing, number=2, rendering=claimed.rendering, next_at=NOW)  # another one, not begun
    Batch.objects.filter(pk=claimed.pk).update(state="claimed", fence=1, lease_until=NOW + ledger.LEASE)
    Delivery.objects.update(tries=1)
    there, go_on = threading.Event(), threading.Event()

    def sender() -> None:
        with transaction.atomic():
            Delivery.objects.filter(batch=claimed).update(tries=2)
            there.set()
            assert go_on.wait(LONG)
            ledger.hold_back(mailing.pk, until=NOW + ledger.LEASE)

    sending = Other(sender)
    assert there.wait(LONG)
    person = Other(lambda: control.resume(Mailing.objects.get(), actor="anna", now=NOW))
    assert not person.done.wait(SHORT)
    go_on.set()
    sending.end()
    person.end()
    assert Mailing.objects.get().state == "running"
    assert set(Delivery.objects.values_list("tries", flat=True)) == {0}


def test_who_turns_out_to_have_the_mail_after_the_claim_is_not_submitted_under_it() -> None:
    mailing = make_mailing(3)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    assert claim
    process.accept(Delivery.objects.filter(pk=claim.pending[0]), "sendgrid", "delivered", NOW)
    alone, both = ledger.intend(claim, [claim.pending[:1], claim.pending[1:]], now=NOW, actor="provider")
    assert (alone.rows, [row.pk for row in both.rows]) == ((), list(claim.pending[1:]))
    assert states(mailing) == {"accepted": 1, "submitting": 2}
