"""Jobs and rows: one job a batch, in one transaction, and none too few for long. On PostgreSQL only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from newsletter.delivery import control, ledger
from newsletter.delivery.clock import store_now
from newsletter.delivery.mailing import freeze
from newsletter.delivery.plan import CountMismatch
from newsletter.delivery.providers.base import Accepted
from newsletter.models import Batch, Delivery, Mailing, Notice
from newsletter.site import Site
from tests.delivery.worlds import NOW, Scripted, make_list, make_mailing, make_plan, make_reader, make_revision, states

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
    assert not tasks._end_claim(claim.batch), "its job must not be given away yet: it would wait for the lease"
    assert ledger.claim(mailing.pk, now=now, exactly_once=True) is None
    Batch.objects.update(lease_until=now + ledger.LEASE - timedelta(seconds=2 * tasks.SILENCE))
    assert tasks._end_claim(claim.batch)
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


class Job:
    """What procrastinate gives a task."""

    def should_abort(self) -> bool:
        return False


@pytest.fixture
def provider(site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """What the jobs send through; ``made`` counts how often it was asked for."""
    from newsletter.delivery import tasks

    settings.NEWSLETTER_SITE = site
    provider = Scripted(lambda *_: Accepted("yes"), group=1_000)
    provider.made = 0

    def make(*_: object) -> Scripted:
        provider.made += 1
        return provider

    monkeypatch.setattr(tasks, "provider_for", make)
    monkeypatch.setattr(tasks, "_idle", [])
    yield provider


def do(batch: Batch) -> None:
    """The job of a batch, as a worker does it."""
    from newsletter.delivery import tasks

    end = "succeeded"
    try:
        tasks.send_batch(Job(), batch.mailing_id, batch.pk)
    except Exception:
        end = "failed"
        raise
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s WHERE status = 'todo' AND (args->>'batch')::int = %s",
                [end, batch.pk],
            )


def test_a_job_leaves_its_connections_to_the_next_one(provider: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsletter.delivery import tasks

    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 2)
    provider.name = "outbox"
    mailing = make_mailing(6)
    for batch in Batch.objects.order_by("pk"):
        do(batch)
    assert states(mailing) == {"accepted": 6} and (provider.made, provider.closed) == (1, 0)
    assert [notice.kind for notice in Notice.objects.all()] == ["finished"], "the editor is told, once"
    tasks.close_providers()
    assert provider.closed == 1


def test_two_jobs_at_a_time_have_each_their_own(provider: Scripted) -> None:
    from newsletter.delivery import tasks

    provider.name = "outbox"
    with tasks._kept(None, "outbox"), tasks._kept(None, "outbox"):
        assert provider.made == 2
    with tasks._kept(None, "other"):
        assert provider.made == 3


def test_a_provider_is_not_kept_where_the_settings_have_changed(provider: Scripted, site: Site) -> None:
    from newsletter.delivery import tasks

    for one in (site, site, replace(site)):
        with tasks._kept(one, provider.name):
            pass
    assert (provider.made, provider.closed) == (2, 1)


def test_a_batch_that_fails_again_and_again_pauses_its_mailing(provider: Scripted, monkeypatch: Any) -> None:
    from newsletter.delivery import engine, tasks

    def fail(*_: object, **__: object) -> None:
        raise LookupError("reader0@example.org")

    good = engine.send_batch
    monkeypatch.setattr(engine, "send_batch", fail)
    mailing = make_mailing(2)
    for number in range(tasks.TRIES):
        batch = Batch.objects.get()
        assert Mailing.objects.get().state == "running" and not Notice.objects.exists()
        assert (batch.next_at > store_now()) == (number > 0), "it rests between two tries"
        Batch.objects.update(next_at=NOW)
        tasks.defer_due()
        with pytest.raises(LookupError):
            do(batch)
    mailing.refresh_from_db()
    assert mailing.state == "paused" and "batch 1 failed 3 times: LookupError" in mailing.reason
    assert "@" not in mailing.reason
    assert [notice.kind for notice in Notice.objects.all()] == ["paused"], "the editor is told"
    control.resume(mailing, actor="ed", now=store_now())
    with pytest.raises(LookupError):
        do(Batch.objects.get())
    mailing.refresh_from_db()
    assert mailing.state == "running", "a person who resumes gives it all tries again"
    monkeypatch.setattr(engine, "send_batch", good)
    Batch.objects.update(next_at=NOW)
    do(Batch.objects.get())
    assert states(mailing) == {"accepted": 2}


def test_the_claim_of_a_job_that_failed_ends_once_its_call_has_an_answer(provider: Scripted, monkeypatch: Any) -> None:
    from newsletter.delivery import sender, tasks

    def fail(*_: object, **__: object) -> None:
        raise LookupError

    monkeypatch.setattr(sender.Sender, "_turn", fail)
    make_mailing(2)
    with pytest.raises(LookupError):
        do(Batch.objects.get())
    batch = Batch.objects.get()
    assert batch.state == "claimed" and store_now() < batch.lease_until <= store_now() + tasks.AFTER_FAILURE


def test_what_a_person_decides_is_a_job_at_once() -> None:
    mailing = make_mailing(2)
    control.pause(mailing, actor="ed", now=store_now())
    forget_jobs()
    mailing.refresh_from_db()
    control.resume(mailing, actor="ed", now=store_now())
    assert len(jobs()) == 1
    forget_jobs()
    Delivery.objects.update(state="failed")
    Batch.objects.update(state="done")
    assert control.retry_failed(mailing, actor="ed", now=store_now()) == 2
    assert len(jobs()) == 1


def test_the_workers_call_back_what_the_dead_left_in_a_mailing_that_was_paused(
    provider: Scripted, monkeypatch: Any
) -> None:
    from newsletter.delivery import recovery, tasks

    mailing = make_mailing(2)
    claim = ledger.claim(mailing.pk, now=store_now(), exactly_once=False)
    ledger.intend(claim, [claim.pending], now=store_now(), actor="a")
    ledger.pause(mailing.pk, reason="a person")
    monkeypatch.setattr(recovery, "provider_for", lambda *_: provider)
    tasks.recover(timestamp=0)
    assert states(mailing) == {"submitting": 2}
    ledger.end_dead_claims(mailing.pk, now=store_now())
    tasks.recover(timestamp=0)
    assert states(mailing) == {"unknown": 2}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waits", [False, True])
def test_a_dead_workers_job_is_given_away_or_dropped_where_another_waits_for_it(waits: bool) -> None:
    """Else each sweep failed at it, and nothing else was given away any more."""
    forget_jobs()
    with connection.cursor() as cursor:
        for status in ("doing", "todo")[: 1 + waits]:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, lock, queueing_lock, args) "
                "VALUES ('sweep', 'newsletter.recover', %s, 'recover', 'recover', '{\"timestamp\": 1}')",
                [status],
            )
    from newsletter.delivery import tasks

    [dead] = app.job_manager.list_jobs(status="doing")
    assert async_to_sync(tasks._given_away)(dead) is not waits
    assert [job.status for job in app.job_manager.list_jobs()] == ["todo"]
    forget_jobs()
