"""Stores that can be copied and put back whole, on SQLite and on PostgreSQL."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, connections

from tests.postgres import django_on


class Store(ABC):
    """Django's default store, for as long as the context that made it lasts."""

    def __init__(self) -> None:
        self._fresh = self.copy()

    def empty(self) -> None:
        """As it was at first."""
        self.put_back(self._fresh)

    @abstractmethod
    def copy(self) -> Any:
        """All rows, for ``put_back``."""

    @abstractmethod
    def put_back(self, kept: Any) -> None:
        """All rows as they were, and the numbers that are given out next."""


class Sqlite(Store):
    """In memory."""

    def copy(self) -> sqlite3.Connection:
        kept = sqlite3.connect(":memory:")
        connection.connection.backup(kept)
        return kept

    def put_back(self, kept: sqlite3.Connection) -> None:
        kept.backup(connection.connection)


class Postgres(Store):
    """By COPY; TRUNCATE makes room."""

    def __init__(self) -> None:
        models = [model for label in ("newsletter", "subscribers") for model in apps.get_app_config(label).get_models()]
        self._tables = [model._meta.db_table for model in models]
        self._numbers = [f"{table}_id_seq" for table in self._tables]
        super().__init__()

    def copy(self) -> tuple[dict[str, bytes], list[Any]]:
        with connection.cursor() as cursor:
            rows = {table: self._out(cursor, table) for table in self._tables}
            each = " UNION ALL ".join(f"SELECT '{name}', last_value, is_called FROM {name}" for name in self._numbers)
            cursor.execute(each)
            return rows, cursor.fetchall()

    def put_back(self, kept: tuple[dict[str, bytes], list[Any]]) -> None:
        rows, numbers = kept
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # rows come before what they refer to
            cursor.execute(f"TRUNCATE {', '.join(self._tables)}, procrastinate_jobs CASCADE")
            for table, content in rows.items():
                if content:
                    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                        copy.write(content)
            cursor.execute(f"SELECT {', '.join(['setval(%s, %s, %s)'] * len(numbers))}", sum(numbers, ()))
            cursor.execute("SET session_replication_role = DEFAULT")

    @staticmethod
    def _out(cursor: Any, table: str) -> bytes:
        with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
            return b"".join(copy)


@contextmanager
def store_on(kind: str) -> Iterator[Store]:
    """An empty store, instead of that of the tests."""
    if kind == "postgresql":
        with django_on("machine"):
            yield Postgres()
    else:
        tables = sqlite3.connect(":memory:")
        tables.deserialize(connection.connection.serialize())
        with _own_sqlite():
            connection.ensure_connection()
            tables.backup(connection.connection)
            yield Sqlite()


@contextmanager
def _own_sqlite() -> Iterator[None]:
    """A database of its own, as a site has it, in memory: what is committed is committed."""
    before, settings_before = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**settings_before, "NAME": ":memory:"}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"].connection = None
        connections.settings["default"] = settings_before
        connections["default"] = before
