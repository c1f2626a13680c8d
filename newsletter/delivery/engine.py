"""Sends a mailing: one sender a site, until every row has its end state.

The rows say what is true; this only says what happens next, and can be cut off and started again at any point.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timedelta

from newsletter.delivery import fencing, ledger, origin, recovery
from newsletter.delivery.buckets import Limits
from newsletter.delivery.clock import store_now
from newsletter.delivery.flights import Progress
from newsletter.delivery.one_processor import on_one_processor
from newsletter.delivery.providers.base import Provider
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.sender import Sender
from newsletter.delivery.stamp import Stamp
from newsletter.models import Batch, Mailing
from newsletter.site import Site
from subscribers.stores import on_postgres

__all__ = ["Progress", "SenderBusy", "send_batch", "send_mailing", "sender_lock", "somebody_sends", "withdraw"]

MOMENT = timedelta(seconds=5)
"""So long a cancel waits for the calls that are on their way, so as to take back the newest first."""
_LOOK = 0.1
"""Seconds between two looks whether they have ended."""


class SenderBusy(Exception):
    """Another process of this site is sending."""


@contextmanager
def sender_lock(site: Site) -> Iterator[None]:
    """Only one process of a site sends. The lock ends with the process, however it ends. Raises ``SenderBusy``."""
    site.data.mkdir(parents=True, exist_ok=True)
    with (site.data / "sender.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SenderBusy from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def somebody_sends(site: Site) -> bool:
    """Whether a process of this site may be sending: on SQLite one that does has the lock; on PostgreSQL it may be on
    any machine, and only the rows tell."""
    if on_postgres():
        return True
    try:
        with (site.data / "sender.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def send_mailing(
    site: Site,
    mailing: Mailing,
    *,
    provider: Provider | None = None,
    now: Callable[[], datetime] = store_now,
    sleep: Callable[[float], None] = time.sleep,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Send what is left of ``mailing`` until every row has its end state, it pauses or is cancelled, or ``stop()``.

    ``stop``, and whether the mailing still runs, is asked between calls to the provider, so that nothing is cut off.
    On SQLite one process of a site sends; on PostgreSQL any number, and this one works along with the workers. A
    ``provider`` that is given stays open. Raises ``SenderBusy``.
    """
    shared = on_postgres()
    with nullcontext() if shared else sender_lock(site), nullcontext() if shared else on_one_processor():
        origin.check(site, now=now())
        if not shared:
            ledger.end_dead_claims(mailing.pk, now=now())
        _send(site, mailing, provider, now=now, sleep=sleep, progress=progress, stop=stop)


def send_batch(
    site: Site,
    mailing: Mailing,
    batch: int,
    *,
    provider: Provider | None = None,
    now: Callable[[], datetime] = store_now,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Send one batch, if it is due and nobody else has it: the share of one worker of many (PostgreSQL). A ``provider``
    that is given stays open."""
    _send(site, mailing, provider, now=now, sleep=time.sleep, progress=lambda _: None, stop=stop, only=batch)


def withdraw(
    site: Site,
    mailing: Mailing,
    provider: Provider,
    *,
    actor: str,
    now: Callable[[], datetime] = store_now,
    sleep: Callable[[float], None] = time.sleep,
) -> fencing.CalledBack:
    """Take back what the provider has of a mailing that was cancelled just now; wait a moment for calls on their way.

    What a sender still waits for then, it calls back itself.
    """
    end = now() + MOMENT
    while not _let_go(site, mailing, now=now()) and now() < end:
        sleep(_LOOK)
    recovery.recover(mailing, provider, now=now())
    return fencing.call_back(mailing, provider, actor=actor, now=now())


def _let_go(site: Site, mailing: Mailing, *, now: datetime) -> bool:
    """Whether no living sender has a batch of the mailing. On SQLite a dead one is known by the lock that it lost."""
    held = Batch.objects.filter(mailing=mailing, state=Batch.State.CLAIMED)
    if not on_postgres():
        with suppress(SenderBusy), sender_lock(site):
            ledger.end_dead_claims(mailing.pk, now=now)
    return not held.filter(lease_until__gt=now).exists()


def _send(
    site: Site,
    mailing: Mailing,
    provider: Provider | None,
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    progress: Callable[[Progress], None],
    stop: Callable[[], bool],
    only: int | None = None,
) -> None:
    chosen = provider or provider_for(site, mailing.provider)
    if chosen.capabilities.dry_run != mailing.dry_run:
        was = "started as a dry run" if mailing.dry_run else "did not start as a dry run"
        ledger.pause(mailing.pk, reason=f"the mailing {was}: set the sandbox as it was then, or cancel the mailing")
        return
    stamp = Stamp(site)
    limits = Limits(chosen.name, site.settings.delivery, until=now())
    sender = Sender(mailing, chosen, stamp, limits, now, sleep, progress, stop, only)
    try:
        with suppress(ledger.Stopped):
            sender.run()
        mailing.refresh_from_db()
        if mailing.state == Mailing.State.CANCELLED:
            ledger.sweep_cancelled(mailing.pk, actor=ledger.SYSTEM, now=now())
            if sender.flights:  # they were not there for who cancelled
                fencing.call_back(mailing, chosen, actor=ledger.SYSTEM, now=now())
    finally:
        if provider is None:
            chosen.close()
        stamp.close()
