"""What sends notices beside the web server: a thread that looks every second for those to readers, and every minute
whether the editor is to be told that nobody sends a mailing."""

import time
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from django.db import connection

from newsletter.delivery import journal, reader_notices, stalls
from newsletter.delivery.clock import store_now
from newsletter.delivery.current import Current
from newsletter.site import Site

EVERY = 1.0
"""Seconds between two looks for what waits."""
TIDY_EVERY = 3_600.0
"""Seconds between two times of tidying up."""
STALLS_EVERY = 60.0
"""Seconds between two looks for mailings that nobody sends."""


class Post:
    """The thread. ``stop`` ends it once the provider has answered."""

    def __init__(self, site: Site, *, now: Callable[[], datetime] = store_now) -> None:
        self._site = Current(site)
        self._now = now
        self._ended = Event()
        self._thread = Thread(target=self._run, name="post")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for that."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        tidied = looked = float("-inf")
        watch = stalls.Watch()
        try:
            while not self._ended.wait(EVERY):
                try:
                    reader_notices.send_waiting(self._site(), now=self._now)
                    if time.monotonic() - tidied > TIDY_EVERY:
                        tidied = time.monotonic()
                        reader_notices.tidy(at=self._now())
                    if time.monotonic() - looked > STALLS_EVERY:
                        looked = time.monotonic()
                        watch.tell(self._site(), now=self._now())
                except Exception as error:  # the store may be busy; the next look tries again
                    journal.warn("post", error=type(error).__name__)
        finally:
            connection.close()
