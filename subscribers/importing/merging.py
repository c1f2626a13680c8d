"""What the staged rows change, and changing it: sentences of SQL, each over all rows at once.

In them ``s`` is a staged row, ``r`` its subscriber, ``u`` its subscription, ``k`` one that was there before.
"""

# ruff: noqa: S608  # only names of tables and the constants of this file are put into the SQL; values are bound

from dataclasses import dataclass
from typing import Any

from django.db import connection

from subscribers.importing.staging import ROW
from subscribers.models import Consent, Import, ImportRow, Subscriber, Subscription, Suppression
from subscribers.stores import as_json, at_of, differ, json_list, merged, on_postgres, then

_SUBSCRIBER = Subscriber._meta.db_table
_SUBSCRIPTION = Subscription._meta.db_table
_SUPPRESSION = Suppression._meta.db_table
_CONSENT = f"{Consent._meta.db_table} (subscription_id, action, at, source, wording, told, imported_by_id)"

_STANDING = f"""SELECT 1 FROM {_SUPPRESSION} p
    WHERE p.kind = 'address' AND p.value_hash = s.hash AND p.lifted_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by what becomes of them. ``rows`` is the sum of the others down to ``refused``; the last three tell more
    of some of these."""

    rows: int = 0
    taken: int = 0
    """New on the list."""
    updated: int = 0
    """On the list; the file says something new about them."""
    unchanged: int = 0
    kept: int = 0
    """The file would have them mailed, but they opted out (or did not confirm yet): that stands."""
    opted_out: int = 0
    """On the list; the file says that they opted out, and so they have."""
    duplicate: int = 0
    """The address stands in another row of the file, too."""
    erased: int = 0
    """Their data was erased, and stays so."""
    refused: int = 0
    """No address, or something else wrong."""
    taken_unsubscribed: int = 0
    """Of those taken: as opted out, or as not confirmed. They are not mailed."""
    suppressed: int = 0
    """Of those above ``duplicate``: subscribed, and yet never mailed while the suppression stands, by this file's word
    or an earlier one."""
    noted: int = 0
    """Of those above ``duplicate``: a value was left out."""

    @property
    def understood(self) -> int:
        """Rows that name a reader: with none, nothing is imported."""
        return self.rows - self.duplicate - self.refused


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
            FROM import_row s WHERE EXISTS ({_STANDING} AND p.reason = 'erased')
            ON CONFLICT (line) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason""")
        _drop(cursor, "erased")
        cursor.execute(
            f"""
            INSERT INTO import_known SELECT s.id, r.id, u.id, u.state
            FROM import_row s {then()} {_SUBSCRIBER} r ON r.email_norm = s.norm
            {then()} {_SUBSCRIPTION} u ON u.subscriber_id = r.id AND u.list_id = %s""",
            [list_id],
        )
        cursor.execute("""
            INSERT INTO import_problem SELECT line, 'kept', 'stays ' || k.state || ' as before', '[]'
            FROM import_known k JOIN import_row s ON s.id = k.row
            WHERE k.state = 'unsubscribed' AND s.state <> 'unsubscribed' OR k.state = 'pending' AND s.state = 'active'
            ON CONFLICT (line) DO UPDATE SET
                verdict = excluded.verdict, reason = excluded.reason || '; ' || import_problem.reason""")
        cursor.execute(f"""
            INSERT INTO import_change
            SELECT r.id, coalesce(nullif(s.name, ''), r.name), coalesce(nullif(s.language, ''), r.language),
                coalesce(nullif(s.timezone, ''), r.timezone), {merged("r.attributes", "s.attributes")}
            FROM import_row s {then()} {_SUBSCRIBER} r ON r.email_norm = s.norm WHERE {_differs()}""")
        return _counts(cursor)


def lock() -> None:
    """Keep everybody else from writing what the plan reads, to the end of the transaction. SQLite does so by itself."""
    if on_postgres():
        with connection.cursor() as cursor:
            tables = ", ".join((_SUBSCRIBER, _SUBSCRIPTION, _SUPPRESSION))
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def merge(run: Import) -> None:
    """Change the list as planned, in the transaction of the caller, which holds the ``lock`` since before the plan was
    made. ``run`` is saved."""
    with connection.cursor() as cursor:
        _update_readers(cursor)
        _add_readers(cursor, run)
        _record_opt_outs(cursor, run)
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {_SUBSCRIPTION}")
        [last] = cursor.fetchone()
        _add_subscriptions(cursor, run)
        _record_consent(cursor, run, after=last)
        _add_suppressions(cursor, run)
        _keep_problems(cursor, run)


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


def _record_opt_outs(cursor: Any, run: Import) -> None:
    cursor.execute(
        f"""
        INSERT INTO {_CONSENT} SELECT k.subscription, 'unsubscribed', %s, %s, '', '', %s
        FROM import_known k JOIN import_row s ON s.id = k.row
        WHERE k.state <> 'unsubscribed' AND s.state = 'unsubscribed'""",
        [at_of(run.at), run.source, run.pk],
    )
    cursor.execute(f"""
        UPDATE {_SUBSCRIPTION} SET state = 'unsubscribed' WHERE id IN (
            SELECT k.subscription FROM import_known k JOIN import_row s ON s.id = k.row
            WHERE s.state = 'unsubscribed')""")


def _add_subscriptions(cursor: Any, run: Import) -> None:
    cursor.execute(
        f"""
        INSERT INTO {_SUBSCRIPTION} (subscriber_id, list_id, token, state, created_at)
        SELECT r.id, %s, s.token, s.state, %s
        FROM import_row s {then()} {_SUBSCRIBER} r ON r.email_norm = s.norm
        WHERE NOT EXISTS (SELECT 1 FROM import_known k WHERE k.row = s.id) ORDER BY s.id""",
        [run.list_id, at_of(run.at)],
    )


def _record_consent(cursor: Any, run: Import, *, after: int) -> None:
    # Nobody else writes meanwhile: all subscriptions later than ``after`` are of this import.
    cursor.execute(
        f"""
        INSERT INTO {_CONSENT}
        SELECT id, CASE state WHEN 'unsubscribed' THEN 'unsubscribed' ELSE 'imported' END, %s, %s, '', '', %s
        FROM {_SUBSCRIPTION} WHERE id > %s""",
        [at_of(run.at), run.source, run.pk, after],
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


def _keep_problems(cursor: Any, run: Import) -> None:
    cursor.execute(
        f"""
        INSERT INTO {ImportRow._meta.db_table} (run_id, line, verdict, reason)
        SELECT %s, line, verdict, reason FROM import_problem""",
        [run.pk],
    )


def _drop(cursor: Any, verdict: str) -> None:
    cursor.execute(
        "DELETE FROM import_row WHERE line IN (SELECT line FROM import_problem WHERE verdict = %s)", [verdict]
    )


def _counts(cursor: Any) -> Counts:
    cursor.execute("""
        SELECT k.state, s.state, c.subscriber IS NOT NULL, count(*)
        FROM import_known k JOIN import_row s ON s.id = k.row LEFT JOIN import_change c ON c.subscriber = k.subscriber
        GROUP BY 1, 2, 3""")
    found = dict.fromkeys(("updated", "unchanged", "kept", "opted_out"), 0)
    for before, now, differs, number in cursor.fetchall():
        if before != "unsubscribed" and now == "unsubscribed":
            found["opted_out"] += number
        elif now not in (before, "unsubscribed") and before != "active":
            found["kept"] += number
        else:
            found["updated" if differs else "unchanged"] += number
    cursor.execute("SELECT verdict, count(*) FROM import_problem GROUP BY 1")
    said = dict(cursor.fetchall())
    cursor.execute(f"""
        SELECT count(*), count(*) FILTER (WHERE s.state <> 'active' AND k.row IS NULL),
            count(*) FILTER (WHERE k.row IS NULL),
            count(*) FILTER (WHERE s.state <> 'unsubscribed' AND coalesce(k.state, s.state) = 'active'
                AND (s.reason <> '' OR s.host_suppressed OR EXISTS ({_STANDING})))
        FROM import_row s LEFT JOIN import_known k ON k.row = s.id""")
    staged, taken_unsubscribed, taken, suppressed = cursor.fetchone()
    lost = {verdict: said.get(verdict, 0) for verdict in ("duplicate", "erased", "refused")}
    return Counts(
        rows=staged + sum(lost.values()),
        taken=taken,
        **found,
        **lost,
        taken_unsubscribed=taken_unsubscribed,
        suppressed=suppressed,
        noted=said.get("noted", 0),
    )
