"""What sends on SQLite while no command does: a loop beside the web server, which sends whatever falls due.

One process of a site sends at a time (``engine.sender_lock``); while a command does, the loop waits.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from threading import Event, Thread

from django.db import connection

from newsletter.delivery import journal, ledger, notices, origin
from newsletter.delivery.clock import store_now
from newsletter.delivery.current import Current
from newsletter.delivery.engine import SenderBusy, send_batch, sender_lock
from newsletter.delivery.one_processor import on_one_processor
from newsletter.delivery.providers.base import Provider
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.recovery import left_behind, recover_all
from newsletter.models import Batch, Mailing
from newsletter.site import Site

EVERY = 5.0
"""Seconds between two looks at what is due."""


class Loop:
    """The loop on a thread of its own. ``stop`` ends it once the provider has answered."""

    def __init__(self, site: Site) -> None:
        self._site = Current(site)
        self._ended = Event()
        self._thread = Thread(target=self._run, name="sender")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for that."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            with on_one_processor():
                self._look_now_and_then()
        finally:
            connection.close()

    def _look_now_and_then(self) -> None:
        while not self._ended.is_set():
            try:
                send_due(self._site(), stop=self._ended.is_set)
            except Exception as error:  # the store may be busy; the next look tries again
                journal.warn("loop", error=type(error).__name__)
            self._ended.wait(EVERY)


def send_due(site: Site, *, now: Callable[[], datetime] = store_now, stop: Callable[[], bool] = lambda: False) -> int:
    """Send each batch that is due, or that a dead sender left; how many these were. While another process sends,
    none."""
    running = Batch.objects.filter(mailing__state=Mailing.State.RUNNING)
    claimed = Batch.objects.filter(state=Batch.State.CLAIMED)
    if not (claimed.exists() or running.filter(ledger.due_at(now())).exists() or left_behind(now=now()).exists()):
        return 0
    try:
        with sender_lock(site):
            origin.check(site, now=now())
            for held in claimed.values_list("mailing", flat=True).distinct():
                ledger.end_dead_claims(held, now=now())
            recover_all(site, now=now())
            due = running.filter(ledger.due_at(now())).order_by("mailing", "number")
            done = 0
            with ExitStack() as opened:
                providers: dict[str, Provider] = {}
                for batch, number in list(due.values_list("pk", "mailing")):
                    if stop():
                        break
                    mailing = Mailing.objects.get(pk=number)
                    if mailing.provider not in providers:
                        providers[mailing.provider] = provider = provider_for(site, mailing.provider)
                        opened.callback(provider.close)
                    send_batch(site, mailing, batch, provider=providers[mailing.provider], now=now, stop=stop)
                    notices.tell(site, mailing, now=now())
                    done += 1
            return done
    except SenderBusy:
        return 0
