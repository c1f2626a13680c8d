"""The slots of a provider that takes calls back: so many over all workers of PostgreSQL, however they end."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from newsletter.delivery import fencing, ledger
from newsletter.delivery.claims import Claim
from newsletter.delivery.providers.base import Hold
from newsletter.models import Attempt
from tests.delivery.test_optouts_meanwhile import LONG, SHORT, Other
from tests.delivery.worlds import NOW, make_mailing

pytestmark = pytest.mark.django_db(transaction=True)
LEAVES = NOW + timedelta(minutes=30)
SLOTS = 3


@pytest.fixture(scope="module", autouse=True)
def on_postgres(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests.postgres import django_on

    with django_db_blocker.unblock(), django_on("slots"), django_db_blocker.block():
        yield


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> list[Claim]:
    """Of eight batches of two readers, each by a worker of its own."""
    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 2)
    mailing = make_mailing(16, provider="sendgrid")
    found = [ledger.claim(mailing.pk, now=NOW, exactly_once=False) for _ in range(8)]
    return [claim for claim in found if claim]


def begin(claim: Claim) -> None:
    """An attempt, if there is a slot for it: as a sender does."""
    free, _ = fencing.free_slots("sendgrid", SLOTS, now=NOW)
    if free > 0:
        ledger.intend(claim, [claim.pending], now=NOW, actor="a", holds=[Hold(f"hold{claim.batch}", LEAVES)])


def test_workers_at_the_same_moment_never_take_more_than_there_are(claims: list[Claim]) -> None:
    ready = threading.Barrier(len(claims))

    def work(claim: Claim) -> None:
        ready.wait(LONG)
        with transaction.atomic():
            begin(claim)

    for worker in [Other(lambda claim=claim: work(claim)) for claim in claims]:
        worker.end()
    assert len(claims) == 8 and Attempt.objects.filter(slot=True).count() == SLOTS


def test_a_worker_that_dies_before_its_intent_is_committed_frees_its_slots(claims: list[Claim]) -> None:
    one, two, *_ = claims
    taken, died = threading.Event(), threading.Event()
    session: list[int] = []

    def die() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            begin(one)
            cursor.execute("SELECT pg_backend_pid()")
            session.extend(cursor.fetchone())
            taken.set()
            assert died.wait(LONG)

    dying = Other(die)
    assert taken.wait(LONG)
    other = Other(lambda: transaction.atomic(begin)(two))
    assert not other.done.wait(SHORT), "until its end nobody else is told of the same slots"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", session)
    other.end()
    died.set()
    assert dying.done.wait(LONG) and dying.failed
    assert [attempt.batch_id for attempt in Attempt.objects.filter(slot=True)] == [two.batch]
    assert fencing.free_slots("sendgrid", SLOTS, now=NOW)[0] == SLOTS - 1


def test_one_that_dies_after_it_keeps_them_until_its_mails_would_have_left(claims: list[Claim]) -> None:
    begin(claims[0])
    assert fencing.free_slots("sendgrid", SLOTS, now=LEAVES - timedelta(seconds=1))[0] == SLOTS - 1
    assert fencing.free_slots("sendgrid", SLOTS, now=LEAVES)[0] == SLOTS
