"""Jobs and rows: one job a batch, in one transaction, and none too few for long. On PostgreSQL only."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from newsletter.delivery import ledger
from newsletter.delivery.clock import store_now
from newsletter.delivery.mailing import freeze
from newsletter.delivery.plan import CountMismatch
from newsletter.models import Batch, Mailing
from tests.delivery.worlds import NOW, make_list, make_mailing, make_plan, make_reader, make_revision

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def on_postgres(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests.postgres import django_on

    with django_db_blocker.unblock(), django_on("tasks"), django_db_blocker.block():
        yield


def jobs() -> list[tuple[str, int, bool]]:
    """Queue, batch, and whether it waits for a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name, (args->>'batch')::int, scheduled_at IS NOT NULL FROM procrastinate_jobs ORDER BY id"
        )
        return list(cursor.fetchall())


def forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def batches() -> list[int]:
    return list(Batch.objects.order_by("number").values_list("pk", flat=True))


def test_a_start_defers_a_job_for_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 2)
    make_mailing(5)
    assert jobs() == [("outbox", batch, False) for batch in batches()] and len(jobs()) == 3


def test_a_scheduled_start_is_a_scheduled_job() -> None:
    undo = store_now() - NOW + timedelta(hours=1)
    make_mailing(2, undo=undo)
    assert jobs() == [("outbox", batches()[0], True)]


def test_a_start_that_fails_leaves_no_job() -> None:
    upr = make_list()
    make_reader(1, upr)
    with pytest.raises(CountMismatch):
        freeze(make_plan(make_revision(), upr), confirm_count=7, actor="ed", now=NOW, undo=timedelta())
    assert jobs() == []


def test_to_defer_again_adds_nothing() -> None:
    from newsletter.delivery import tasks

    mailing = make_mailing(2)
    assert tasks.defer(mailing.pk, now=store_now()) == 0
    assert tasks.defer_due() == 0
    assert len(jobs()) == 1


def test_the_sweep_finds_batches_without_a_job() -> None:
    from newsletter.delivery import tasks

    mailing = make_mailing(2)
    forget_jobs()
    ledger.pause(mailing.pk, reason="a person")
    assert tasks.defer_due() == 0, "nothing of a paused mailing is due"
    ledger.resume(mailing.pk)
    assert tasks.defer_due() == 1
    Batch.objects.update(next_at=store_now() + timedelta(hours=1))
    forget_jobs()
    assert tasks.defer_due() == 0, "it is not due yet"


def test_the_claim_of_a_dead_worker_ends_but_not_a_living_one() -> None:
    from newsletter.delivery import tasks

    mailing = make_mailing(2)
    now = store_now()
    claim = ledger.claim(mailing.pk, now=now, exactly_once=True)
    tasks._end_claim(claim.batch)
    assert ledger.claim(mailing.pk, now=now, exactly_once=True) is None
    Batch.objects.update(lease_until=now + ledger.LEASE - timedelta(seconds=2 * tasks.SILENCE))
    tasks._end_claim(claim.batch)
    forget_jobs()
    assert tasks.defer_due() == 1
    taken = ledger.claim(mailing.pk, now=store_now(), exactly_once=True)
    assert taken and taken.fence == claim.fence + 1


def test_a_job_sends_its_batch_and_leaves_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from newsletter.delivery import engine
    from tests.delivery.worlds import make_site

    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 2)
    make_mailing(4)
    (tmp_path / "data").mkdir()
    site = make_site(tmp_path)
    first, second = batches()
    engine.send_batch(site, Mailing.objects.get(), second)
    assert dict(Batch.objects.values_list("pk", "state")) == {first: "pending", second: "done"}
    assert len(list((site.outbox / "new").iterdir())) == 2
