"""Room for the indexes of a million rows, while they are written."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from subscribers.stores import on_postgres

CACHE_KIB = 64 * 1024
"""Memory of a merge for pages of the store."""


@contextmanager
def much_cache() -> Iterator[None]:
    """With SQLite's own 2 MB each page of an index would be written many times over. PostgreSQL has its own memory."""
    if on_postgres():
        yield
        return
    with connection.cursor() as cursor:
        [before] = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before:d}")
