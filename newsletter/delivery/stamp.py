"""The stamp: outside the store, the number of the last attempt that was made, and how often the store was put back.

The attempt is on the disk before the provider is called. A store that does not know it was restored from a backup that
is older than it. So was one that was put back less often than the stamp says: it is of an earlier life, in which the
same numbers were given to other attempts.
"""

import os
from pathlib import Path

from django.db import connection

from newsletter.site import Site

_WIDTH = 20
"""Digits; the file never changes its size, so that a write is one block, old or new."""


class StoreGone(OSError):
    """The file of the store was deleted or replaced while it was open: what is written goes nowhere."""


class Stamp:
    """``data/stamp`` of a site, opened for writing. Of several processes each writes it; the highest number stays."""

    def __init__(self, site: Site) -> None:
        self._path = site.data / "stamp"
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._store = _store_file()

    def write(self, attempt: int) -> None:
        """Keep ``attempt``, unless a later one is kept already. Raises ``OSError``: then the call must not be made;
        ``StoreGone`` where nobody would ever find it in the store."""
        if _store_file() != self._store:
            raise StoreGone("the database file was deleted or replaced while a mailing was sent from it")
        if attempt > (_number(os.pread(self._descriptor, _WIDTH + 1, 0)) or 0):
            self.reset(attempt)

    def reset(self, attempt: int, life: int | None = None) -> None:
        """Keep ``attempt``, whatever stood there, and ``life`` where it is given. Raises ``OSError``."""
        lines = (attempt,) if life is None else (attempt, life)
        os.pwrite(self._descriptor, "".join(f"{number:0{_WIDTH}}\n" for number in lines).encode(), 0)
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)


def last_attempt(site: Site) -> int | None:
    """The number that is kept; ``None`` where there is none."""
    return _number(_line(site, 0))


def last_life(site: Site) -> int:
    """How often the store was put back, as far as this place knows."""
    return _number(_line(site, 1)) or 0


def _store_file() -> tuple[int, int] | None:
    """Which file the store is, on SQLite: a process that has it open goes on with it when it is deleted."""
    if connection.vendor != "sqlite":
        return None
    try:
        found = Path(str(connection.settings_dict["NAME"])).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _line(site: Site, number: int) -> bytes:
    path: Path = site.data / "stamp"
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return lines[number] if number < len(lines) else b""


def _number(content: bytes) -> int | None:
    digits = content.strip()
    return int(digits) if digits.isdigit() else None
