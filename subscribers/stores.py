"""What SQLite and PostgreSQL say differently, where rows go past Django's object layer because there are many."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, transaction

CHUNK = 1_000
"""Rows that are written in one call."""


def on_postgres() -> bool:
    """Whether the store is PostgreSQL; else it is SQLite."""
    return connection.vendor == "postgresql"


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put ``rows`` into ``table`` while they stream by; on PostgreSQL by COPY. JSON is given as text, a time as
    ``at_of`` gives it."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    stream = iter(rows)
    while chunk := list(islice(stream, CHUNK)):  # whole first: what makes the rows asks the store, too
        with connection.cursor() as cursor:
            if on_postgres():
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    for row in chunk:
                        copy.write_row(row)
            else:
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', chunk)  # noqa: S608


@contextmanager
def together() -> Iterator[None]:
    """Statements that write temporary tables only, together; nothing of the store is locked by them.

    On SQLite a savepoint outside a transaction; a transaction would take the write lock at once.
    """
    if on_postgres():
        with transaction.atomic():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT together")
        try:
            yield
        finally:
            cursor.execute("RELEASE together")


@contextmanager
def room() -> Iterator[None]:
    """Room for an index of a million rows while many are written: SQLite keeps 2 MB of pages in memory, and writes one
    that gets a row now and then over and over."""
    if on_postgres():
        yield
        return
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute("PRAGMA cache_size = -94208")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual}")


def merged(known: str, new: str) -> str:
    """SQL for the JSON object ``known`` (a column) with the keys of ``new`` (JSON as text) put over it."""
    return f"({known} || {new}::jsonb)" if on_postgres() else f"json_patch({known}, {new})"


def differ(merged: str, known: str) -> str:
    """SQL: whether a ``merged`` JSON value is another than ``known``."""
    return f"({merged} <> {known})" if on_postgres() else f"({merged} <> json({known}))"


def as_json(text: str) -> str:
    """SQL for a column of JSON out of JSON as text."""
    return f"{text}::jsonb" if on_postgres() else text


def json_list(value: str) -> str:
    """SQL for JSON text: a list of one."""
    return f"json_build_array({value})::text" if on_postgres() else f"json_array({value})"


def as_one(columns: Sequence[str]) -> str:
    """SQL for all rows that are found as one value: JSON, a list for each, in no order.

    SQLite's module gives the interpreter to other threads at each row that it fetches, and waits for it again.
    """
    names = ", ".join(columns)
    if on_postgres():
        return f"coalesce(json_agg(json_build_array({names})), '[]')::text"
    return f"json_group_array(json_array({names}))"


def json_in(column: str) -> str:
    """SQL for a column of JSON within ``as_one``."""
    return column if on_postgres() else f"json({column})"


def among(column: str) -> str:
    """SQL: whether ``column`` is one of many ids, which are given as one value (``ids_of``)."""
    return f"{column} = ANY(%s)" if on_postgres() else f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608


def ids_of(keys: Iterable[int] | Iterable[str]) -> Any:
    """Many ids, or other keys, as the one value that ``among`` takes."""
    return list(keys) if on_postgres() else json.dumps(list(keys))


def ids_table(name: str) -> str:
    """SQL for a table ``name`` whose column ``value`` holds many ids, which are given as one value (``ids_of``)."""
    return f"unnest(%s::bigint[]) {name}(value)" if on_postgres() else f"json_each(%s) {name}"


def pairs_table(name: str) -> str:
    """SQL for a table ``name`` whose columns ``key`` and ``value`` hold a JSON object, given as text; cast what is a
    number."""
    return f"json_each_text(%s::json) {name}" if on_postgres() else f"json_each(%s) {name}"


def as_value(text: str) -> str:
    """SQL for a value of ``json_object`` out of JSON (a column, or as text)."""
    return f"{text}::jsonb" if on_postgres() else f"json({text})"


def json_object(*pairs: tuple[str, str]) -> str:
    """SQL for a JSON object: names (constants) and SQL for their values."""
    inside = ", ".join(f"'{name}', {value}" for name, value in pairs)
    return f"jsonb_build_object({inside})" if on_postgres() else f"json_object({inside})"


def json_text(value: str, key: str) -> str:
    """SQL for the text under ``key`` (a constant) of a JSON object."""
    return f"({value} ->> '{key}')" if on_postgres() else f"json_extract({value}, '$.{key}')"


def not_text(value: str, key: str) -> str:
    """SQL: whether a JSON object has something else than text under ``key`` (a constant)."""
    if on_postgres():
        return f"coalesce(jsonb_typeof({value} -> '{key}') NOT IN ('string', 'null'), false)"
    return f"coalesce(json_type({value}, '$.{key}') NOT IN ('text', 'null'), false)"


def without_nulls(value: str) -> str:
    """SQL for a JSON object (``json_object``) without what is null in it."""
    return f"jsonb_strip_nulls({value})" if on_postgres() else f"json_patch('{{}}', {value})"


def put_back(current: str, before: str, after: str, key: str) -> str:
    """SQL for the JSON object ``current`` with what is in it as in ``after`` put back to what it was in ``before``.
    These two are JSON objects that hold the whole under ``key``."""
    if on_postgres():
        still = f"jsonb_each({after} -> '{key}') a WHERE a.value = {current} -> a.key"
        was = f"{before} -> '{key}' -> a.key"
        return f"""(({current}
            || coalesce((SELECT jsonb_object_agg(a.key, {was}) FROM {still} AND {was} IS NOT NULL), '{{}}'))
            - coalesce((SELECT array_agg(a.key) FROM {still} AND {was} IS NULL), '{{}}'))"""  # noqa: S608  # names of columns
    # What was not there is null, which takes its key out.
    literal = "CASE b.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_quote(b.value) END"
    return f"""json_patch({current}, (
        SELECT json_group_object(a.key, json({literal}))
        FROM json_each({after}, '$.{key}') a LEFT JOIN json_each({before}, '$.{key}') b ON b.key = a.key
        WHERE json_extract({current}, '$."' || a.key || '"') IS a.value))"""  # noqa: S608  # names of columns


def as_time(text: str) -> str:
    """SQL for a column of times out of UTC as ``2020-11-09 14:30:00``; NULL where that is empty."""
    return f"nullif({text}, '')::timestamptz" if on_postgres() else f"nullif({text}, '')"


def then() -> str:
    """SQL for a JOIN that is done in the order in which it is written.

    SQLite keeps to that for CROSS JOIN (https://www.sqlite.org/optoverview.html#crossjoin): temporary tables have no
    statistics there, and the other way round takes the square of the time. PostgreSQL has statistics after ANALYZE.
    """
    return "JOIN" if on_postgres() else "CROSS JOIN"


def at_of(moment: Any) -> Any:
    """A time as raw SQL takes it."""
    return connection.ops.adapt_datetimefield_value(moment)
