"""What becomes of the staged rows, counted once the plan is made."""

# ruff: noqa: S608  # only names of tables and the constants of this file are put into the SQL; values are bound

from dataclasses import dataclass
from typing import Any

from subscribers.models import Suppression

STANDING = f"""SELECT 1 FROM {Suppression._meta.db_table} p
    WHERE p.kind = 'address' AND p.value_hash = s.hash AND p.lifted_at IS NULL"""
"""SQL: the suppression of the address of the staged row ``s``."""
IS_NEW = "(k.row IS NULL OR k.state = 'removed')"
"""SQL: the reader of a row is not on the list, or was taken off it by undoing an import."""
IS_SUPPRESSED = f"""(s.state <> 'unsubscribed' AND CASE WHEN {IS_NEW} THEN s.state ELSE k.state END = 'active'
    AND (s.reason <> '' OR s.host_suppressed OR EXISTS ({STANDING})))"""
"""SQL: subscribed after the import, and yet never mailed."""
IS_KEPT = """(k.state = 'unsubscribed' AND s.state <> 'unsubscribed' OR k.state = 'pending' AND s.state = 'active')"""
"""SQL: the file would have the reader mailed, but they opted out or did not confirm."""


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


def counts_of(cursor: Any) -> Counts:
    """Count what the plan says."""
    cursor.execute(f"""
        SELECT k.state, s.state, c.subscriber IS NOT NULL, count(*)
        FROM import_known k JOIN import_row s ON s.id = k.row LEFT JOIN import_change c ON c.subscriber = k.subscriber
        WHERE NOT {IS_NEW} GROUP BY 1, 2, 3""")
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
        SELECT count(*), count(*) FILTER (WHERE s.state <> 'active' AND {IS_NEW}),
            count(*) FILTER (WHERE {IS_NEW}),
            count(*) FILTER (WHERE {IS_SUPPRESSED})
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
