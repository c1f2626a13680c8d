"""The rows of a file in a temporary table, beside the store: nothing is locked, and a crash leaves no trace.

``import_read`` holds the rows that can be taken as they were read, ``import_row`` the same sorted by address, one for
each, ``import_problem`` what is to be said about rows, ``import_known`` who of ``import_row`` is on the list already,
``import_change`` what known readers are called after the import. SQLite keeps temporary tables in a private file that
has no name.
"""

import base64
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection

from subscribers import suppression
from subscribers.hashing import value_hash, value_hashes
from subscribers.importing.rows import Row

CHUNK = 5_000
"""Rows written at once."""

_ROW = (
    "line INTEGER, norm TEXT, email TEXT, name TEXT, language TEXT, timezone TEXT, attributes TEXT, state TEXT,"
    " reason TEXT, hash TEXT, host_suppressed INTEGER, token TEXT"
)
_TABLES = {
    "import_read": _ROW,
    "import_row": f"id INTEGER PRIMARY KEY, {_ROW}",
    "import_problem": "line INTEGER PRIMARY KEY, verdict TEXT, reason TEXT, cells TEXT",
    "import_known": "row INTEGER PRIMARY KEY, subscriber INTEGER, subscription INTEGER, state TEXT",
    "import_change": "subscriber INTEGER PRIMARY KEY, name TEXT, language TEXT, timezone TEXT, attributes TEXT",
}


class Problem(NamedTuple):
    """What is to be said about a row: ``refused``, ``duplicate`` (neither is taken), ``erased`` (its reader was, and
    stays away), ``noted`` (taken, but not all of it) or ``kept`` (the reader opted out, and stays out)."""

    line: int
    verdict: str
    reason: str
    cells: str = "[]"
    """The row as it was read: a JSON array."""


@contextmanager
def stage() -> Iterator[None]:
    """Make the tables; on leaving they are gone."""
    with connection.cursor() as cursor:
        # A savepoint outside a transaction locks nothing of the store while only temporary tables are written.
        cursor.execute("SAVEPOINT import_stage")
        try:
            for name, columns in _TABLES.items():
                cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
            cursor.execute("RELEASE import_stage")
            yield
        finally:
            for name in _TABLES:
                cursor.execute(f"DROP TABLE IF EXISTS {name}")


class Stage:
    """Takes rows and problems, and writes them in chunks. ``rows`` and ``problems`` count them."""

    def __init__(self) -> None:
        self._hosts = _SuppressedHosts()
        self._rows: list[tuple[int, Row]] = []
        self._problems: list[Problem] = []
        self.rows = 0

    def take(self, line: int, row: Row) -> None:
        """Stage a row that can be taken."""
        self._rows.append((line, row))
        self.rows += 1
        if len(self._rows) == CHUNK:
            self.write()

    def report(self, line: int, verdict: str, reason: str, cells: Sequence[str]) -> None:
        """Stage what is to be said of a row."""
        short = [cell[:300].encode("utf-8", "replace").decode() for cell in cells[:50]]
        self._problems.append(Problem(line, verdict, reason[:300], json.dumps(short)))
        if len(self._problems) == CHUNK:
            self.write()

    def write(self) -> None:
        """Write what is waiting."""
        hashes = value_hashes(row.norm for _, row in self._rows)
        rows = [
            (line, *row, hashed, self._hosts.has(row.norm.rpartition("@")[2]), token)
            for (line, row), hashed, token in zip(self._rows, hashes, _tokens(len(self._rows)), strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT import_stage")
            cursor.executemany("INSERT INTO import_read VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", rows)
            cursor.executemany("INSERT INTO import_problem VALUES (%s, %s, %s, %s)", self._problems)
            cursor.execute("RELEASE import_stage")
        self._rows.clear()
        self._problems.clear()


class _SuppressedHosts:
    """Which hosts are suppressed; asks once for each, and hashes nothing where none is."""

    def __init__(self) -> None:
        self._all = suppression.suppressed_host_hashes()
        self._known: dict[str, bool] = {}

    def has(self, host: str) -> bool:
        if not self._all:
            return False
        if host not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[host] = value_hash(host) in self._all
        return self._known[host]


def _tokens(number: int) -> list[str]:
    """Tokens as ``new_token`` makes them, from one read of randomness (22 characters carry 132 bits)."""
    text = base64.urlsafe_b64encode(os.urandom(number * 33 // 2 + 3)).decode()
    return [text[at : at + 22] for at in range(0, number * 22, 22)]


def problems(limit: int = -1) -> Iterator[Problem]:
    """The staged problems that somebody can mend, refused rows first, up to ``limit``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM import_problem WHERE verdict <> 'kept' ORDER BY verdict <> 'refused', line LIMIT %s", [limit]
        )
        while rows := cursor.fetchmany(CHUNK):
            yield from map(Problem._make, rows)
