"""Taking an import back.

Who came to the list by it, and has done nothing since, is off the list again; values that it changed go back to what
they were, unless they were changed since. Opt-outs and suppressions that the file brought stay: taking a file back is
no reader's word. Evidence stays, and the undoing is added to it, so that a link to unsubscribe that was mailed
meanwhile works for ever.
"""

# ruff: noqa: S608  # only names of tables and the constants of this file are put into the SQL; values are bound

from dataclasses import dataclass
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


def undo(run: Import, *, actor: str, at: datetime, dry_run: bool = False) -> Undone:
    """Undo ``run`` in one go.

    Raises:
        UndoError: that was done already.
    """
    with connection.constraint_checks_disabled(), much_cache(), transaction.atomic():
        merging.lock()
        run.refresh_from_db()
        if run.undone_at is not None:
            raise UndoError(f"import {run.pk} was undone on {run.undone_at:%Y-%m-%d at %H:%M} UTC by {run.undone_by}")
        with connection.cursor() as cursor:
            found = _count(cursor, run)
            if dry_run:
                return found
            cursor.execute(f"UPDATE {_SUBSCRIBER} SET {_put_back()} {_changed()}", [run.pk])
            last = _remove(cursor, run, actor=actor, at=at)
            cursor.execute(
                f"""UPDATE {_SUBSCRIPTION} SET state = 'removed' WHERE id IN (
                    SELECT subscription_id FROM {_CONSENT} WHERE id > %s AND action = 'removed')""",
                [last],
            )
        Import.objects.filter(pk=run.pk).update(undone_at=at, undone_by=actor)
    return found


def _remove(cursor: Any, run: Import, *, actor: str, at: datetime) -> int:
    """Add the evidence of who is taken off; the number of the last one before it."""
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {_CONSENT}")
    [last] = cursor.fetchone()
    cursor.execute(
        f"""
        INSERT INTO {_CONSENT} (subscription_id, action, at, source, wording, told, imported_by_id)
        SELECT u.id, 'removed', %s, %s, '', '', e.imported_by_id {_BROUGHT} AND {_UNTOUCHED} ORDER BY u.id""",
        [at_of(at), f"import {run.pk} undone by {actor}"[:200], run.pk],
    )
    return int(last)


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
