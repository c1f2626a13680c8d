"""The settings of a site as its files are now, for those who send for weeks: a key that was changed holds from their
next batch on, and a mailing that was paused because of the old one goes on."""

import time

from newsletter.delivery import journal
from newsletter.site import Site, SiteError, load_site, versions_of

SETTLED = 0.5
"""Seconds since a file was written last: before, somebody may be writing it still."""


class Current:
    """Gives the site; another one once newsletter.toml or secrets.toml was changed. While there is a mistake in them it
    stays as it was. What Django took from them at its start, such as the store, holds until the process ends."""

    def __init__(self, site: Site) -> None:
        self.first = self._site = site
        self._seen = site.versions

    def __call__(self) -> Site:
        found = versions_of(self.first.root)
        written = max((at for _, at, _ in found), default=0) / 1e9
        if self._seen and found != self._seen and time.time() - written > SETTLED:
            self._seen = found
            try:
                self._site = load_site(self.first.root)
            except SiteError:  # its words may hold what is secret
                journal.fault("settings", reason="there is a mistake in them; newsletter settings show names it")
        return self._site
