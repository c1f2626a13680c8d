"""What looks at the links of mailed issues once a day, beside the web server."""

from threading import Event, Thread

from django.db import connection

from newsletter.delivery import journal, link_watch
from newsletter.delivery.clock import store_now
from newsletter.delivery.current import Current
from newsletter.outside import links
from newsletter.site import Site

EVERY = 3_600.0
"""Seconds between two looks whether a day is over; nothing is asked right after the start."""


class Watcher:
    """The thread. ``stop`` ends it; what it is just asking is left to itself."""

    def __init__(self, site: Site) -> None:
        self._site = Current(site)
        self._ended = Event()
        self._thread = Thread(target=self._run, name="links", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._ended.set()
        self._thread.join(timeout=1.0)

    def _run(self) -> None:
        try:
            while not self._ended.wait(EVERY):
                try:
                    look_if_due(self._site())
                except Exception as error:  # the store may be busy; the next look tries again
                    journal.warn("links", error=type(error).__name__)
        finally:
            connection.close()


def look_if_due(site: Site, *, follow: link_watch.Follow = links.follow) -> int:
    """Look, if nobody did for a day; how many links do not work."""
    now = store_now()
    if not link_watch.is_due(site, now=now):
        return 0
    return len(link_watch.look(site, link_watch.watched(site, now=now), now=now, follow=follow))
