"""The settings of a site as its files are now, for those who send for weeks: a key that was changed holds from their
next batch on, and a mailing that was paused because of the old one goes on."""

import time

from django.conf import settings

from newsletter.delivery import journal
from newsletter.django_conf import follow
from newsletter.site import Site, SiteError, load_site, versions_of

SETTLED = 0.5
"""Seconds since a file was written last: before, somebody may be writing it still."""


class Current:
    """Gives the site; another one once newsletter.toml or secrets.toml was changed. While there is a mistake in them it
    stays as it was. The store and the keys hold until the process ends."""

    def __init__(self, site: Site) -> None:
        self.first = self._site = site
        self._seen = site.versions

    def __call__(self) -> Site:
        found = versions_of(self.first.root)
        written = max((one[1] for one in found if one not in self._seen), default=0) / 1e9
        if self._seen and found != self._seen and time.time() - written > SETTLED:
            self._seen = found
            try:
                self._site = load_site(self.first.root)
                if getattr(settings, "NEWSLETTER_SITE", None) is self.first:
                    follow(self._site)
            except SiteError:  # its words may hold what is secret
                journal.fault("settings", reason="there is a mistake in them; newsletter settings show names it")
        return self._site


_current: Current | None = None


def this_site() -> Site:
    """The site that Django was started for, with its settings as they are now."""
    global _current  # noqa: PLW0603  (the site of a process)
    first = getattr(settings, "NEWSLETTER_SITE", None)
    if not isinstance(first, Site):
        raise RuntimeError("Django was not started by newsletter.django_conf.start_django")
    current = _current
    if current is None or current.first is not first:
        current = _current = Current(first)
    return current()
