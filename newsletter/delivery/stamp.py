"""The stamp: outside the store, the number of the last attempt that was made.

It is on the disk before the provider is called. A store that does not know that attempt was restored from a backup
that is older than it.
"""

import os
from pathlib import Path

from newsletter.site import Site

_WIDTH = 20
"""Digits; the file never changes its size, so that a write is one block, old or new."""


class Stamp:
    """``data/stamp`` of a site, opened for writing. Of several processes each writes it; the highest number stays."""

    def __init__(self, site: Site) -> None:
        self._path = site.data / "stamp"
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)

    def write(self, attempt: int) -> None:
        """Keep ``attempt``, unless a later one is kept already. Raises ``OSError``: then the call must not be made."""
        if attempt > (_number(os.pread(self._descriptor, _WIDTH + 1, 0)) or 0):
            self.reset(attempt)

    def reset(self, attempt: int) -> None:
        """Keep ``attempt``, whatever stood there. Raises ``OSError``."""
        os.pwrite(self._descriptor, f"{attempt:0{_WIDTH}}\n".encode(), 0)
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)


def last_attempt(site: Site) -> int | None:
    """The number that is kept; ``None`` where there is none."""
    path: Path = site.data / "stamp"
    return _number(path.read_bytes()) if path.exists() else None


def _number(content: bytes) -> int | None:
    digits = content.strip()
    return int(digits) if digits.isdigit() else None
