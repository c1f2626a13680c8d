"""What listens while the pages are served: whatever comes in is looked into at once, and the rest in its turn."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import connection

from newsletter.delivery import journal
from newsletter.delivery.clock import store_now
from newsletter.delivery.current import Current
from newsletter.events import inbox, mailbox, process, retention, sendgrid_lists
from newsletter.site import Site

EVERY = 5.0
"""Seconds between two looks at what came in through other processes."""
GATHER = 0.3
"""Seconds in which more may come in before it is looked into: together it costs less."""
ROUND = timedelta(minutes=1)
"""Between two looks into the mailbox, at SendGrid's lists (which are read once a day) and at what is too old."""


class Loop:
    """The loop on a thread of its own."""

    def __init__(self, site: Site) -> None:
        self._site = Current(site)
        self._ended = Event()
        self._thread = Thread(target=self._run, name="listener")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for that."""
        self._ended.set()
        inbox.arrived.set()
        self._thread.join()

    def _run(self) -> None:
        last: datetime | None = None
        try:
            while not self._ended.is_set():
                inbox.arrived.clear()
                try:
                    now = store_now()
                    if last is None or now - last >= ROUND:
                        last = now
                        look_around(self._site(), now=store_now, stop=self._ended.is_set)
                    process.process_waiting(now=store_now, stop=self._ended.is_set)
                except Exception as error:  # the store may be busy; the next look tries again
                    journal.warn("listener", error=type(error).__name__)
                if inbox.arrived.wait(EVERY):
                    self._ended.wait(GATHER)
        finally:
            connection.close()


def look_around(site: Site, *, now: Callable[[], datetime], stop: Callable[[], bool] = lambda: False) -> None:
    """What is done each minute, by whoever listens: the mailbox is read, SendGrid's lists once a day, what is unknown
    resolved, what is too old deleted."""
    if mailbox.configured(site):
        try:
            mailbox.read(site, now=now(), stop=stop)
        except mailbox.MailboxError as error:
            journal.warn("mailbox", error=str(error))
    sendgrid_lists.pull_if_due(site, now=now())
    process.resolve_late(now=now())
    retention.purge(site, now=now())
