"""What an import would change, row by row, read from the staged rows once the plan is made."""

# ruff: noqa: S608  # only names of tables and the constants of the package are put into the SQL; values are bound

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from subscribers.importing.columns import Columns
from subscribers.importing.counting import IS_KEPT, IS_NEW, IS_SUPPRESSED
from subscribers.importing.staging import CHUNK
from subscribers.models import Subscriber

VERDICTS = ("new", "changed", "unsubscribed", "kept", "suppressed", "refused", "duplicate", "erased", "unchanged")
"""In the order in which they are shown: new on the list; on it, and known better; on it, and leaving; out, and staying
out; subscribed, but never mailed; and what is not taken."""


class Difference(NamedTuple):
    """A row of the file and what becomes of it."""

    line: int
    email: str
    verdict: str
    """One of ``VERDICTS``."""
    changes: dict[str, tuple[str, str]]
    """Field -> what is known, and what would be."""
    reason: str


_VERDICT = f"""CASE
    WHEN {IS_SUPPRESSED} THEN 'suppressed'
    WHEN {IS_NEW} THEN 'new'
    WHEN s.state = 'unsubscribed' AND k.state <> 'unsubscribed' THEN 'unsubscribed'
    WHEN {IS_KEPT} THEN 'kept'
    WHEN c.subscriber IS NOT NULL THEN 'changed'
    ELSE 'unchanged' END"""
# The first lines of each verdict, in one look at the rows; values of known readers are not needed for it.
_FIRST = f"""
    SELECT verdict, line FROM (
        SELECT verdict, line, row_number() OVER (PARTITION BY verdict ORDER BY line) AS number FROM (
            SELECT {_VERDICT} AS verdict, s.line AS line FROM import_row s LEFT JOIN import_known k ON k.row = s.id
            LEFT JOIN import_change c ON c.subscriber = k.subscriber
            UNION ALL SELECT verdict, line FROM import_problem WHERE verdict IN ('refused', 'duplicate', 'erased')
        ) every WHERE verdict <> 'unchanged'
    ) numbered WHERE number <= %s"""
_ROWS = f"""
    SELECT s.line AS line, s.email AS email, {_VERDICT} AS verdict, coalesce(p.reason, '') AS reason,
        CASE WHEN {IS_NEW} THEN s.state ELSE '' END AS state, '[]' AS cells,
        r.name AS a, r.language AS b, r.timezone AS c, CAST(r.attributes AS TEXT) AS d,
        c.name AS e, c.language AS f, c.timezone AS g, CAST(c.attributes AS TEXT) AS h
    FROM import_row s LEFT JOIN import_known k ON k.row = s.id LEFT JOIN import_problem p ON p.line = s.line
    LEFT JOIN {Subscriber._meta.db_table} r ON r.email_norm = s.norm LEFT JOIN import_change c ON c.subscriber = r.id"""
_LOST = """
    SELECT line, '', verdict, reason, '', cells, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM import_problem WHERE verdict IN ('refused', 'duplicate', 'erased')"""


def differences(columns: Columns) -> Iterator[Difference]:
    """All rows: those that are taken by line, then those that are not."""
    for sql in (f"{_ROWS} ORDER BY s.line", f"{_LOST} ORDER BY line"):
        yield from _read(sql, [], columns)


def first_differences(columns: Columns, limit: int) -> dict[str, list[Difference]]:
    """The first rows of each verdict, by line; none of those that stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [limit])
        lines = [line for _, line in cursor.fetchall()]
    if not lines:
        return {}
    among = f"line IN ({', '.join(['%s'] * len(lines))})"
    found: dict[str, list[Difference]] = {}
    for sql in (f"{_ROWS} WHERE s.{among} ORDER BY s.line", f"{_LOST} AND {among} ORDER BY line"):
        for row in _read(sql, lines, columns):
            found.setdefault(row.verdict, []).append(row)
    return found


def _read(sql: str, values: list[Any], columns: Columns) -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            for line, email, verdict, reason, state, cells, *facts in rows:
                shown = email or _address(json.loads(cells), columns, verdict)
                said = "; ".join(filter(None, (f"as {state}" if state not in {"", "active"} else "", reason)))
                yield Difference(line, shown, verdict, _changes(facts), said)


def _address(cells: list[str], columns: Columns, verdict: str) -> str:
    at = 0 if verdict == "duplicate" else columns.fields["email"]
    return cells[at] if at < len(cells) else ""


def _changes(facts: list[Any]) -> dict[str, tuple[str, str]]:
    known, new = (_flat(facts[:4]), _flat(facts[4:]))
    if not new:
        return {}
    return {
        name: (known.get(name, ""), new.get(name, "")) for name in {**known, **new} if known.get(name) != new.get(name)
    }


def _flat(facts: list[Any]) -> dict[str, str]:
    if facts[0] is None:
        return {}
    name, language, timezone, attributes = facts
    more = {key: str(value) for key, value in json.loads(attributes).items()}
    return {"name": name, "language": language, "timezone": timezone, **more}
