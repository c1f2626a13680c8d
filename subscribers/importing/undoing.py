"""Taking an import back.

Who came to the list by it, and has done nothing since, is off the list again; values that it changed go back to what
they were, unless they were changed since. Opt-outs and suppressions that the file brought stay: taking a file back is
no reader's word. Evidence stays, and the undoing is added to it, so that a link to unsubscribe that was mailed
meanwhile works for ever.
"""

# ruff: noqa: S608  # only names of tables and the constants of this file are put into the SQL; values are bound

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from subscribers.importing import merging
from subscribers.importing.memory import much_cache
from subscribers.models import Consent, Import, ImportRow, Subscriber, Subscription, TopicChoice
from subscribers.stores import at_of, differ, json_text, put_back

_CONSENT = Consent._meta.db_table
_ROW = ImportRow._meta.db_table
_SUBSCRIBER = Subscriber._meta.db_table
_SUBSCRIPTION = Subscription._meta.db_table
_CHOICE = TopicChoice._meta.db_table


CHUNK = 2_000
"""Rows of one transaction."""
PAUSE = 0.02
"""Seconds between two, in which others write."""


class UndoError(ValueError):
    """The import was undone already."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing an import did, or would do."""

    removed: int
    """Taken off the list: they came by it, and have done nothing since."""
    stayed: int
    """Came by it, and have done something since: confirmed, chose topics, left, or came again by another import."""
    put_back: int
    """Readers of whom something is again as it was."""
    opted_out: int
    """Opt-outs that the file brought; they stand."""


# Subscriptions that the import brought, as nobody touched them since.
_BROUGHT = f"""FROM {_SUBSCRIPTION} u JOIN {_CONSENT} e ON e.subscription_id = u.id
    WHERE e.imported_by_id = %s AND e.action = 'imported'"""
_UNTOUCHED = f"""u.state IN ('active', 'pending') AND u.paused_until IS NULL
    AND NOT EXISTS (SELECT 1 FROM {_CONSENT} later WHERE later.subscription_id = u.id AND later.id > e.id)
    AND NOT EXISTS (SELECT 1 FROM {_CHOICE} t WHERE t.subscriber_id = u.subscriber_id)"""


def undo(
    run: Import,
    *,
    actor: str,
    at: datetime,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Undone:
    """Undo ``run``, in many short transactions, so that nobody who opts out meanwhile waits. Where it breaks off, doing
    it again goes on with it.

    Raises:
        UndoError: that was done already.
    """
    run.refresh_from_db()
    if run.undone_at is not None:
        raise UndoError(f"import {run.pk} was undone on {run.undone_at:%Y-%m-%d at %H:%M} UTC by {run.undone_by}")
    with connection.cursor() as cursor:
        found = _count(cursor, run)
    if dry_run:
        return found
    new: dict[str, Any] = {"by": actor, "line": 0, "evidence": 0, "removed": 0, "put_back": 0}
    Import.objects.filter(pk=run.pk, undone_at=None, undoing__isnull=True).update(undoing=new)
    with connection.constraint_checks_disabled(), much_cache():
        while (done := _step(run.pk, at)) is not None:
            progress("undoing", done, found.removed + found.stayed + found.put_back)
            time.sleep(PAUSE)
    run.refresh_from_db()
    with connection.cursor() as cursor:
        left = _count(cursor, run)
    ours: dict[str, Any] = run.undoing or new
    stayed = left.removed + left.stayed - ours["removed"]
    return replace(left, removed=ours["removed"], stayed=stayed, put_back=ours["put_back"])


def _step(number: int, at: datetime) -> int | None:
    """Undo some of it; how many rows that were up to now, and nothing at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        merging.lock()
        run = Import.objects.select_for_update().get(pk=number)
        if run.undone_at is not None:
            return None
        state: dict[str, Any] = dict(run.undoing or {})
        cursor.execute(
            f"""SELECT max(line) FROM (SELECT line FROM {_ROW} WHERE run_id = %s AND line > %s
                ORDER BY line LIMIT {CHUNK}) next_ones""",
            [number, state["line"]],
        )
        [line] = cursor.fetchone()
        if line is not None:
            cursor.execute(
                f"UPDATE {_SUBSCRIBER} SET {_put_back()} {_changed()} AND c.line > %s AND c.line <= %s",
                [number, state["line"], line],
            )
            state |= {"line": line, "put_back": state["put_back"] + cursor.rowcount}
        else:
            cursor.execute(
                f"""SELECT max(id) FROM (SELECT id FROM {_CONSENT} WHERE imported_by_id = %s AND action = 'imported'
                    AND id > %s ORDER BY id LIMIT {CHUNK}) next_ones""",
                [number, state["evidence"]],
            )
            [evidence] = cursor.fetchone()
            if evidence is None:
                Import.objects.filter(pk=number).update(undone_at=at, undone_by=state["by"])
                return None
            removed = _remove(cursor, number, (state["evidence"], evidence), actor=state["by"], at=at)
            state |= {"evidence": evidence, "removed": state["removed"] + removed}
        Import.objects.filter(pk=number).update(undoing=state)
    return int(state["removed"] + state["put_back"])


def _remove(cursor: Any, number: int, evidence: tuple[int, int], *, actor: str, at: datetime) -> int:
    """Take off who came by this evidence (above the first, up to the second) and was not touched since; how many."""
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {_CONSENT}")
    [last] = cursor.fetchone()
    cursor.execute(
        f"""
        INSERT INTO {_CONSENT} (subscription_id, action, at, source, wording, told, imported_by_id)
        SELECT u.id, 'removed', %s, %s, '', '', e.imported_by_id {_BROUGHT}
            AND e.id > %s AND e.id <= %s AND {_UNTOUCHED}
        ORDER BY u.id""",
        [at_of(at), f"import {number} undone by {actor}"[:200], number, *evidence],
    )
    removed: int = cursor.rowcount
    cursor.execute(
        f"""UPDATE {_SUBSCRIPTION} SET state = 'removed' WHERE id IN (
            SELECT subscription_id FROM {_CONSENT} WHERE id > %s AND action = 'removed' AND imported_by_id = %s)""",
        [last, number],
    )
    return removed


def _count(cursor: Any, run: Import) -> Undone:
    cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE {_UNTOUCHED}) {_BROUGHT}", [run.pk])
    brought, removed = cursor.fetchone()
    cursor.execute(f"SELECT count(*) FROM {_SUBSCRIBER} {_changed_from()}", [run.pk])
    [put_back] = cursor.fetchone()
    cursor.execute(f"SELECT count(*) FROM {_CONSENT} WHERE imported_by_id = %s AND action = 'unsubscribed'", [run.pk])
    [opted_out] = cursor.fetchone()
    return Undone(removed=removed, stayed=brought - removed, put_back=put_back, opted_out=opted_out)


def _changed_from() -> str:
    return f"JOIN {_ROW} c ON c.subscriber_id = {_SUBSCRIBER}.id {_changed(joined=True)}"


def _changed(*, joined: bool = False) -> str:
    """SQL for the rows of an import that changed something which is still as it left it."""
    facts = [
        f"{_SUBSCRIBER}.{fact} = {_of('after', fact)} AND {_of('before', fact)} <> {_of('after', fact)}"
        for fact in merging.FACTS
    ]
    attributes = differ(_attributes_back(), f"{_SUBSCRIBER}.attributes")
    source = "" if joined else f"FROM {_ROW} c"
    meeting = "" if joined else f"AND c.subscriber_id = {_SUBSCRIBER}.id"
    return f"""{source} WHERE c.run_id = %s {meeting}
        AND ({" OR ".join(f"({fact})" for fact in facts)} OR {attributes})"""


def _put_back() -> str:
    facts = [
        f"{fact} = CASE {_SUBSCRIBER}.{fact} WHEN {_of('after', fact)} THEN {_of('before', fact)} "
        f"ELSE {_SUBSCRIBER}.{fact} END"
        for fact in merging.FACTS
    ]
    return ", ".join([*facts, f"attributes = {_attributes_back()}"])


def _of(side: str, fact: str) -> str:
    return json_text(f"c.{side}", fact)


def _attributes_back() -> str:
    return put_back(f"{_SUBSCRIBER}.attributes", "c.before", "c.after", "attributes")
