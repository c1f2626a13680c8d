"""What the staged rows change, and changing it: sentences of SQL, each over all rows at once.

In them ``s`` is a staged row, ``r`` its subscriber, ``u`` its subscription, ``k`` one that was there before.
"""

# ruff: noqa: S608  # only names of tables and the constants of this file are put into the SQL; values are bound

from typing import Any

from django.db import connection

from subscribers.importing.counting import IS_KEPT, STANDING, Counts, counts_of
from subscribers.importing.staging import ROW
from subscribers.models import Consent, Import, ImportRow, Subscriber, Subscription, Suppression
from subscribers.stores import (
    as_json,
    as_time,
    as_value,
    at_of,
    differ,
    json_list,
    json_object,
    merged,
    on_postgres,
    then,
)

_SUBSCRIBER = Subscriber._meta.db_table
_SUBSCRIPTION = Subscription._meta.db_table
_SUPPRESSION = Suppression._meta.db_table

# What an import says of a reader of the list.
_EVIDENCE = "subscription_id, action, at, source, wording, imported_by_id, told, told_at"
_CONSENT = f"{Consent._meta.db_table} ({_EVIDENCE})"
FACTS = ("name", "language", "timezone")
"""What is known of a reader beside attributes."""


def _differs() -> str:
    """What the file says is not empty, and is another thing than what is known."""
    attributes = differ(merged("r.attributes", "s.attributes"), "r.attributes")
    return f"""(
        (s.name <> '' AND s.name <> r.name) OR (s.language <> '' AND s.language <> r.language)
        OR (s.timezone <> '' AND s.timezone <> r.timezone) OR (s.attributes <> '{{}}' AND {attributes})
    )"""


def settle() -> None:
    """Sort the staged rows by address, and leave one for each."""
    with connection.cursor() as cursor:
        # In this order the merge meets the pages of the store's indexes one after the other. The strictest of several
        # rows with one address comes first and wins, so that an opt-out is not lost behind a subscription.
        cursor.execute(f"""
            INSERT INTO import_row ({", ".join(ROW)}) SELECT * FROM import_read
            ORDER BY norm, reason = '', state <> 'unsubscribed', state <> 'pending', line""")
        if on_postgres():
            cursor.execute("ANALYZE import_row")
        cursor.execute("DELETE FROM import_read")
        cursor.execute(f"""
            INSERT INTO import_problem
            SELECT s.line, 'duplicate', 'the same address as in line ' || stricter.line, {json_list("s.email")}
            FROM import_row s JOIN import_row stricter ON stricter.id = s.id - 1 WHERE stricter.norm = s.norm
            ON CONFLICT (line) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason""")
        # Of rows that suppress, one that says "bounced" comes first; the state that another one tells is not lost.
        cursor.execute("""
            UPDATE import_row SET state = CASE
                WHEN norm IN (SELECT norm FROM import_row WHERE state = 'unsubscribed') THEN 'unsubscribed'
                ELSE 'pending' END
            WHERE state = 'active' AND reason <> ''
                AND norm IN (SELECT norm FROM import_row WHERE state <> 'active')""")
        _drop(cursor, "duplicate")


def plan(list_id: int) -> Counts:
    """Find out what the staged rows would change on the list; only the temporary tables are written."""
    with connection.cursor() as cursor:
        cursor.execute(f"""
            INSERT INTO import_problem SELECT line, 'erased', 'this reader''s data was erased', '[]'
            FROM import_row s WHERE EXISTS ({STANDING} AND p.reason = 'erased')
            ON CONFLICT (line) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason""")
        _drop(cursor, "erased")
        cursor.execute(
            f"""
            INSERT INTO import_known SELECT s.id, r.id, u.id, u.state
            FROM import_row s {then()} {_SUBSCRIBER} r ON r.email_norm = s.norm
            {then()} {_SUBSCRIPTION} u ON u.subscriber_id = r.id AND u.list_id = %s""",
            [list_id],
        )
        cursor.execute(f"""
            INSERT INTO import_problem SELECT line, 'kept', 'stays ' || k.state || ' as before', '[]'
            FROM import_known k JOIN import_row s ON s.id = k.row WHERE {IS_KEPT}
            ON CONFLICT (line) DO UPDATE SET
                verdict = excluded.verdict, reason = excluded.reason || '; ' || import_problem.reason""")
        cursor.execute(f"""
            INSERT INTO import_change
            SELECT r.id, s.line, coalesce(nullif(s.name, ''), r.name), coalesce(nullif(s.language, ''), r.language),
                coalesce(nullif(s.timezone, ''), r.timezone), {merged("r.attributes", "s.attributes")}
            FROM import_row s {then()} {_SUBSCRIBER} r ON r.email_norm = s.norm WHERE {_differs()}""")
        return counts_of(cursor)


def lock() -> None:
    """Keep everybody else from writing what the plan reads, to the end of the transaction. SQLite does so by itself."""
    if on_postgres():
        with connection.cursor() as cursor:
            tables = ", ".join((_SUBSCRIBER, _SUBSCRIPTION, _SUPPRESSION))
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def merge(run: Import, wording: str) -> None:
    """Change the list as planned, in the transaction of the caller, which holds the ``lock`` since before the plan was
    made. ``run`` is saved; ``wording`` is what its readers agreed to."""
    evidence = [at_of(run.at), run.source, wording, run.pk]
    with connection.cursor() as cursor:
        _keep_rows(cursor, run)
        _update_readers(cursor)
        _add_readers(cursor, run)
        _record_opt_outs(cursor, evidence)
        _bring_back(cursor, evidence)
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {_SUBSCRIPTION}")
        [last] = cursor.fetchone()
        _add_subscriptions(cursor, run)
        _record_consent(cursor, run, evidence, after=last)
        _add_suppressions(cursor, run)


def _keep_rows(cursor: Any, run: Import) -> None:
    """What is to be said of rows, and what was known where that changes."""
    known, new = (
        json_object(*((fact, f"{row}.{fact}") for fact in FACTS), ("attributes", as_value(f"{row}.attributes")))
        for row in ("r", "c")
    )
    cursor.execute(
        f"""
        INSERT INTO {ImportRow._meta.db_table} (run_id, line, verdict, reason, before, after, subscriber_id)
        SELECT %s, c.line, coalesce(p.verdict, 'updated'), coalesce(p.reason, ''), {known}, {new}, r.id
        FROM import_change c {then()} {_SUBSCRIBER} r ON r.id = c.subscriber
            LEFT JOIN import_problem p ON p.line = c.line
        UNION ALL SELECT %s, p.line, p.verdict, p.reason, NULL, NULL, NULL FROM import_problem p
        WHERE p.line NOT IN (SELECT line FROM import_change)""",
        [run.pk, run.pk],
    )


def _update_readers(cursor: Any) -> None:
    cursor.execute(f"""
        UPDATE {_SUBSCRIBER}
        SET name = c.name, language = c.language, timezone = c.timezone, attributes = {as_json("c.attributes")}
        FROM import_change c WHERE c.subscriber = {_SUBSCRIBER}.id""")


def _add_readers(cursor: Any, run: Import) -> None:
    cursor.execute(
        f"""
        INSERT INTO {_SUBSCRIBER} (email, email_norm, name, language, timezone, attributes, created_at)
        SELECT email, norm, name, language, timezone, {as_json("attributes")}, %s FROM import_row s
        WHERE NOT EXISTS (SELECT 1 FROM {_SUBSCRIBER} r WHERE r.email_norm = s.norm) ORDER BY s.id""",
        [at_of(run.at)],
    )


def _record_opt_outs(cursor: Any, evidence: list[Any]) -> None:
    cursor.execute(
        f"""
        INSERT INTO {_CONSENT} SELECT k.subscription, 'unsubscribed', %s, %s, %s, %s, s.told, {as_time("s.told_at")}
        FROM import_known k JOIN import_row s ON s.id = k.row
        WHERE k.state <> 'unsubscribed' AND s.state = 'unsubscribed'""",
        evidence,
    )
    cursor.execute(f"""
        UPDATE {_SUBSCRIPTION} SET state = 'unsubscribed' WHERE id IN (
            SELECT k.subscription FROM import_known k JOIN import_row s ON s.id = k.row
            WHERE s.state = 'unsubscribed')""")


def _bring_back(cursor: Any, evidence: list[Any]) -> None:
    """Those whom the undoing of an import took off the list."""
    back = "import_known k JOIN import_row s ON s.id = k.row WHERE k.state = 'removed' AND s.state <> 'unsubscribed'"
    cursor.execute(
        f"""
        INSERT INTO {_CONSENT} SELECT k.subscription, 'imported', %s, %s, %s, %s, s.told, {as_time("s.told_at")}
        FROM {back}""",
        evidence,
    )
    for state in ("active", "pending"):
        cursor.execute(
            f"UPDATE {_SUBSCRIPTION} SET state = %s WHERE id IN (SELECT k.subscription FROM {back} AND s.state = %s)",
            [state, state],
        )


def _add_subscriptions(cursor: Any, run: Import) -> None:
    cursor.execute(
        f"""
        INSERT INTO {_SUBSCRIPTION} (subscriber_id, list_id, token, state, created_at)
        SELECT r.id, %s, s.token, s.state, %s
        FROM import_row s {then()} {_SUBSCRIBER} r ON r.email_norm = s.norm
        WHERE NOT EXISTS (SELECT 1 FROM import_known k WHERE k.row = s.id) ORDER BY s.id""",
        [run.list_id, at_of(run.at)],
    )


def _record_consent(cursor: Any, run: Import, evidence: list[Any], *, after: int) -> None:
    # Nobody else writes meanwhile: all subscriptions later than ``after`` are of this import.
    action = "CASE u.state WHEN 'unsubscribed' THEN 'unsubscribed' ELSE 'imported' END"
    cursor.execute("SELECT 1 FROM import_row WHERE told <> '' LIMIT 1")
    if cursor.fetchone():
        cursor.execute(
            f"""
            INSERT INTO {_CONSENT} SELECT u.id, {action}, %s, %s, %s, %s, s.told, {as_time("s.told_at")}
            FROM import_row s {then()} {_SUBSCRIBER} r ON r.email_norm = s.norm
            {then()} {_SUBSCRIPTION} u ON u.subscriber_id = r.id AND u.list_id = %s
            WHERE u.id > %s ORDER BY u.id""",
            [*evidence, run.list_id, after],
        )
        return
    cursor.execute(
        f"""
        INSERT INTO {_CONSENT} SELECT u.id, {action}, %s, %s, %s, %s, '', NULL FROM {_SUBSCRIPTION} u
        WHERE u.id > %s""",
        [*evidence, after],
    )


def _add_suppressions(cursor: Any, run: Import) -> None:
    cursor.execute(
        f"""
        INSERT INTO {_SUPPRESSION} AS p (kind, value_hash, reason, actor, at)
        SELECT 'address', hash, reason, %s, %s FROM import_row WHERE reason <> ''
        ON CONFLICT (kind, value_hash) DO UPDATE SET
            reason = excluded.reason, actor = excluded.actor, at = excluded.at, lifted_at = NULL
        WHERE p.lifted_at IS NOT NULL""",
        [run.actor, at_of(run.at)],
    )


def _drop(cursor: Any, verdict: str) -> None:
    cursor.execute(
        "DELETE FROM import_row WHERE line IN (SELECT line FROM import_problem WHERE verdict = %s)", [verdict]
    )
