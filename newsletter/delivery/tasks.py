"""The jobs that carry mailings on PostgreSQL: one a batch, in the queue of its provider.

A job only says *when* a batch is sent; the rows say what is true. So a job too many finds nothing to do, and a job that
is lost is replaced by the sweep. Only a site on PostgreSQL loads this module.
"""

import logging
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from newsletter.delivery import engine, ledger, notices
from newsletter.delivery.clock import store_now
from newsletter.models import Batch, Mailing
from newsletter.site import Site

SWEEP_QUEUE = "sweep"
"""The queue of what is done now and then; the others are named by their providers."""
EVERY = 15
"""Seconds between two sweeps."""
SILENCE = 60
"""Seconds without a heartbeat after which a worker counts as dead."""
CHUNK = 1_000
"""Jobs of one statement."""
_log = logging.getLogger(__name__)
_jobs = JobManager(DjangoConnector())
"""Defers on Django's own connection, and so in the transaction of the rows."""


def defer(mailing: int, *, now: datetime) -> int:
    """A job for each batch of the mailing that has none; how many these are. To do so again adds nothing."""
    found = Batch.objects.filter(mailing=mailing).exclude(state=Batch.State.DONE).select_related("mailing")
    return _defer(list(found.order_by("number")), now)


@app.task(name="newsletter.send_batch", pass_context=True, retry=RetryStrategy(max_attempts=5, linear_wait=5))
def send_batch(context: JobContext, mailing: int, batch: int) -> None:
    """Send what is due of a batch; whatever is left of it gets a job of its own."""
    site = cast(Site, getattr(settings, "NEWSLETTER_SITE"))  # noqa: B009  (mypy knows Django's own only)
    found = Mailing.objects.get(pk=mailing)
    try:
        engine.send_batch(site, found, batch, stop=context.should_abort)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]  # its words may hold an address, its place does not
        _log.error("batch %s: %s in %s, line %s", batch, type(error).__name__, place.filename, place.lineno)
        raise
    notices.tell(site, found, now=store_now())
    left = Batch.objects.filter(pk=batch, mailing__state=Mailing.State.RUNNING).exclude(state=Batch.State.DONE)
    _defer(list(left.select_related("mailing")), store_now())


@app.periodic(cron=f"* * * * * */{EVERY}")  # the sixth field is that of seconds
@app.task(name="newsletter.sweep", queue=SWEEP_QUEUE, queueing_lock="sweep", pass_context=True)
async def sweep(context: JobContext, timestamp: int) -> None:
    """Give the work of dead workers to others, and a job to each batch that is due and has none."""
    from asgiref.sync import sync_to_async  # noqa: PLC0415  (Django's, and only here)

    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE)
    for job in stalled:
        if job.task_name == send_batch.name:
            await sync_to_async(_end_claim)(cast(int, job.task_kwargs["batch"]))
        await app.job_manager.retry_job(job)
        _log.warning("job %s is given to another worker: its own gives no sign of life", job.id)
    await sync_to_async(defer_due)()


def defer_due() -> int:
    """A job for each batch of a running mailing that is due and has none; how many these are."""
    now = store_now()
    due = Batch.objects.filter(ledger.due_at(now), mailing__state=Mailing.State.RUNNING)
    return _defer(list(due.select_related("mailing").order_by("mailing", "number")[: 10 * CHUNK]), now)


def _end_claim(batch: int) -> None:
    """Let the claim of a dead worker run out, unless somebody has renewed it since."""
    now = store_now()
    silent = now + ledger.LEASE - timedelta(seconds=SILENCE)
    Batch.objects.filter(pk=batch, state=Batch.State.CLAIMED, lease_until__lt=silent).update(lease_until=now)


def _defer(batches: Sequence[Batch], now: datetime) -> int:
    """A job for each of ``batches``, at the time at which it falls due, unless there is one for that time."""
    number = 0
    for start in range(0, len(batches), CHUNK):
        wanted = {job.queueing_lock: job for job in (_job(batch, now) for batch in batches[start : start + CHUNK])}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%s)",
                [list(wanted)],
            )
            there = {lock for (lock,) in cursor.fetchall()}
        new = [job for lock, job in wanted.items() if lock not in there]
        try:
            with transaction.atomic():
                _jobs.batch_defer_jobs(new)
            number += len(new)
        except AlreadyEnqueued:  # somebody did so at this moment; the sweep looks again
            _log.debug("jobs of %s batches were deferred by another process", len(new))
    if number > CHUNK:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE procrastinate_jobs")  # else workers search it as if it were small
    return number


def _job(batch: Batch, now: datetime) -> Job:
    due = batch.lease_until if batch.state == Batch.State.CLAIMED and batch.lease_until else batch.next_at
    return Job(
        id=None,
        status=None,
        queue=batch.mailing.provider,
        lock=None,  # a lock of procrastinate's is no provider slot, and slow
        queueing_lock=f"batch {batch.pk} {due.timestamp():.3f}",
        task_name=send_batch.name,
        task_kwargs={"mailing": batch.mailing_id, "batch": batch.pk},
        scheduled_at=due if due > now else None,
    )
