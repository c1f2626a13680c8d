"""The jobs that carry mailings on PostgreSQL: one a batch, in the queue of its provider.

A job only says *when* a batch is sent; the rows say what is true. So a job too many finds nothing to do, and a job that
is lost is replaced by the sweep. Only a site on PostgreSQL loads this module.
"""

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import cast

from django.db import InterfaceError, OperationalError, connection, transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from newsletter.delivery import engine, journal, ledger, notices, reader_notices, recovery, stalls
from newsletter.delivery.clock import store_now
from newsletter.delivery.current import this_site
from newsletter.delivery.providers.base import Provider
from newsletter.delivery.providers.registry import provider_for
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
TRIES = 3
"""So many jobs of a batch may fail before its mailing pauses."""
AFTER_FAILURE = timedelta(seconds=90)
"""Before the next one: a call that was on its way has its answer by then."""
_jobs = JobManager(DjangoConnector())
"""Defers on Django's own connection, and so in the transaction of the rows."""


_FAILED = "FROM procrastinate_jobs WHERE status = 'failed' AND task_name = %s"
_idle: list[tuple[Site, Provider]] = []
"""Providers of this process that nobody uses, with the connections that they hold open, and the site they were made
for."""
_idle_lock = Lock()
_watch = stalls.Watch()


def defer(mailing: int, *, now: datetime) -> int:
    """A job for each batch of the mailing that has none; how many these are. To do so again adds nothing. Jobs that
    failed are forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE {_FAILED} AND args->>'mailing' = %s", [send_batch.name, str(mailing)])
    found = Batch.objects.filter(mailing=mailing).exclude(state=Batch.State.DONE).select_related("mailing")
    return _defer(list(found.order_by("number")), now)


@app.task(name="newsletter.send_batch", pass_context=True)
def send_batch(context: JobContext, mailing: int, batch: int) -> None:
    """Send what is due of a batch; whatever is left of it gets a job of its own.

    A job that fails stays in the table, and the sweep gives the batch a new one; after a few the mailing pauses.
    """
    _reconnect()
    site, found = this_site(), Mailing.objects.get(pk=mailing)
    try:
        with _kept(site, found.provider) as provider:
            engine.send_batch(site, found, batch, provider=provider, stop=context.should_abort)
    except Exception as error:
        _failed(found, batch, error)
        notices.tell(site, found, now=store_now())
        raise
    notices.tell(site, found, now=store_now())
    left = Batch.objects.filter(pk=batch, mailing__state=Mailing.State.RUNNING).exclude(state=Batch.State.DONE)
    _defer(list(left.select_related("mailing")), store_now())


def close_providers() -> None:
    """Give back what the providers of this process hold open."""
    while _idle:
        _idle.pop()[1].close()


@contextmanager
def _kept(site: Site, name: str) -> Iterator[Provider]:
    """A provider for one job alone, with its connections as the job before left them, unless the settings have changed
    since."""
    with _idle_lock:
        old = [one for one in _idle if one[0] is not site]
        idle = next((one for one in _idle if one[0] is site and one[1].name == name), None)
        for one in [*old, *([idle] if idle else [])]:
            _idle.remove(one)
    for _, provider in old:
        provider.close()
    provider = idle[1] if idle else provider_for(site, name)
    try:
        yield provider
    except BaseException:
        provider.close()
        raise
    with _idle_lock:
        _idle.append((site, provider))


def _failed(mailing: Mailing, batch: int, error: Exception) -> None:
    """Let the batch rest for a while; pause its mailing where that is the last of its tries."""
    place = traceback.extract_tb(error.__traceback__)[-1]  # its words may hold an address, its place does not
    what = f"{type(error).__name__} in {place.filename}, line {place.lineno}"
    journal.warn("batch failed", mailing=mailing.pk, batch=batch, error=what)
    _reconnect()
    again = store_now() + AFTER_FAILURE
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_FAILED} AND args->>'batch' = %s", [send_batch.name, str(batch)])
        [failed] = cursor.fetchone()
    if failed + 1 >= TRIES and not _says_nothing(error):
        number = Batch.objects.values_list("number", flat=True).get(pk=batch)
        ledger.pause(mailing.pk, reason=f"batch {number} failed {failed + 1} times: {what}")
    rest = Batch.objects.filter(pk=batch)
    rest.filter(state=Batch.State.CLAIMED, lease_until__gt=again).update(lease_until=again)
    rest.filter(state=Batch.State.PENDING, next_at__lt=again).update(next_at=again)


def _says_nothing(error: Exception) -> bool:
    """Whether the connection to the store was cut, which is no fault of the batch: then there is no code, or one of
    classes 08 and 57 (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
    code = getattr(error.__cause__, "sqlstate", None) or ""
    return isinstance(error, OperationalError | InterfaceError) and (not code or code.startswith(("08", "57P")))


def _reconnect() -> None:
    """Give up a connection of this thread that was cut."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()


@app.periodic(cron=f"* * * * * */{EVERY}")  # the sixth field is that of seconds
@app.task(name="newsletter.sweep", queue=SWEEP_QUEUE, queueing_lock="sweep", pass_context=True)
async def sweep(context: JobContext, timestamp: int) -> None:
    """Give the work of dead workers to others, and a job to each batch that is due and has none."""
    from asgiref.sync import sync_to_async  # noqa: PLC0415  (Django's, and only here)

    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE)
    for job in stalled:
        if job.task_name == send_batch.name and not await sync_to_async(_end_claim)(
            cast(int, job.task_kwargs["batch"])
        ):
            continue  # too early; a job that is given away now would wait for the end of the lease
        if not await _given_away(job):
            continue
        warn = sync_to_async(journal.warn)  # it asks the connection whether a transaction is open
        await warn("job", job=job.id, state="given to another worker", reason="its own gives no sign of life")
    await sync_to_async(defer_due)()
    await sync_to_async(_send_notices)()


async def _given_away(job: Job) -> bool:
    """Let another worker take the job of a dead one. Where another job waits in its place already, as the next round of
    what is done now and then does, it is dropped: that one would never begin while this one counts as running."""
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
        return False
    return True


def _send_notices() -> None:
    reader_notices.send_waiting(this_site(), now=store_now)
    _watch.tell(this_site(), now=store_now())


@app.periodic(cron=f"* * * * * */{EVERY}")
@app.task(name="newsletter.recover", queue=SWEEP_QUEUE, queueing_lock="recover")
def recover(timestamp: int) -> None:
    """Call back what dead workers left without an answer in mailings that were paused or cancelled since."""
    _reconnect()
    recovery.recover_all(this_site(), now=store_now())


def defer_due() -> int:
    """A job for each batch of a running mailing that is due and has none; how many these are."""
    now = store_now()
    due = Batch.objects.filter(ledger.due_at(now), mailing__state=Mailing.State.RUNNING)
    return _defer(list(due.select_related("mailing").order_by("mailing", "number")[: 10 * CHUNK]), now)


def _end_claim(batch: int) -> bool:
    """Let the claim of a dead worker run out, unless somebody has renewed it since; whether nobody holds the batch."""
    now = store_now()
    claimed = Batch.objects.filter(pk=batch, state=Batch.State.CLAIMED)
    claimed.filter(lease_until__lt=now + ledger.LEASE - timedelta(seconds=SILENCE)).update(lease_until=now)
    return not claimed.filter(lease_until__gt=now).exists()


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
        except AlreadyEnqueued:  # somebody did so at this moment
            continue  # the sweep looks again
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
