"""The two stores that a trial can have: how a test looks into one, goes back to its start, and lets time pass in it.

All of it goes past the code under test.
"""

import os
import sqlite3
import time
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests import tables

STORES = ("sqlite", "postgresql")
TIMES = {
    "newsletter_mailing": ("not_before", "started_at"),
    "newsletter_batch": ("next_at", "lease_until"),
    "newsletter_attempt": ("started_at", "ended_at", "send_at"),
}
"""What a sender goes by."""
_JOBS = {"procrastinate_workers": ("last_heartbeat",), "procrastinate_jobs": ("scheduled_at",)}
_number = count(1)


class SqliteStore:
    """A file in the site's ``data``; whoever copies that folder has copied the store."""

    settings = ""
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"

    def __init__(self, site: Path) -> None:
        self.file = site / "data" / "newsletter.sqlite3"
        tables.lay(site)

    def keep(self) -> None:
        """This is the start that ``again`` goes back to."""

    def again(self) -> None:
        """Back to the start."""

    def query(self, sql: str) -> list[Any]:
        """What the store says."""
        with closing(sqlite3.connect(self.file, timeout=30)) as store:
            return store.execute(sql).fetchall()

    def settle(self) -> None:
        """Wait until nothing is done any more for a sender that is dead."""

    def pass_time(self, seconds: int) -> None:
        """Everything was so much earlier."""
        with closing(sqlite3.connect(self.file, timeout=30)) as store, store:
            for table, columns in TIMES.items():
                earlier = (f"{name} = strftime('%Y-%m-%d %H:%M:%f', {name}, '-{seconds} seconds')" for name in columns)
                store.execute(f"UPDATE {table} SET {', '.join(earlier)}")

    def close(self) -> None:
        """Give it back."""


class PostgresStore:
    """A database of its own on the server of this process."""

    now = "now()"

    def __init__(self) -> None:
        from tests import postgres  # a server is there only where one is wanted

        self.server = postgres.server()
        self.name = f"proof_{os.getpid()}_{next(_number)}"
        self.server.new_database(self.name, template=tables.on_postgresql())
        self.settings = f'[database]\nurl = "{self.server.url(self.name)}"\n'
        self._open: psycopg.Connection[Any] | None = None

    def keep(self) -> None:
        """This is the start that ``again`` goes back to."""
        self.settle()
        self._leave()
        self.server.new_database(f"{self.name}_start", template=self.name)

    def again(self) -> None:
        """Back to the start."""
        self._leave()
        self.server.new_database(self.name, template=f"{self.name}_start")

    def query(self, sql: str) -> list[Any]:
        """What the store says."""
        return self._store().execute(sql).fetchall()

    def settle(self) -> None:
        """Wait until nothing is done any more for a sender that is dead: the server hears of a death a moment later."""
        end = time.monotonic() + 30
        while self.query(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ):
            assert time.monotonic() < end, "a session does not end"
            time.sleep(0.002)

    def pass_time(self, seconds: int) -> None:
        """Everything was so much earlier, for procrastinate too; of its ticks none was seen to since."""
        store = self._store()
        with store.transaction():
            for table, columns in (TIMES | _JOBS).items():
                earlier = (f"{name} = {name} - interval '{seconds} seconds'" for name in columns)
                store.execute(f"UPDATE {table} SET {', '.join(earlier)}")
            store.execute("DELETE FROM procrastinate_periodic_defers")

    def cut(self) -> int:
        """End every session of the others in mid-sentence; how many these were."""
        return len(
            self.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )

    def close(self) -> None:
        """Give it back."""
        self._leave()
        with closing(self.server.connect()) as server:
            for name in (self.name, f"{self.name}_start"):
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _store(self) -> "psycopg.Connection[Any]":
        """One connection for all that is asked: each costs the server a process."""
        if self._open is None:
            self._open = self.server.connect(self.name)
        return self._open

    def _leave(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


Store = SqliteStore | PostgresStore
