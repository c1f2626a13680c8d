"""The recipients of a mailing as a file."""

import csv
from pathlib import Path

from newsletter.models import Delivery, Mailing

HEADER = ("address", "name", "language", "state", "reason", "actor", "at", "delivery", "event", "event_at")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_recipients(mailing: Mailing, path: Path, *, state: Delivery.State | None = None) -> int:
    """Every recipient, or those in ``state``, with state, reason, actor and time, and what was told of the mail since,
    as CSV in UTF-8; how many there are.

    Only the owner of the file may read it. A cell that a spreadsheet would run as a formula begins with an apostrophe.
    Raises ``FileExistsError``: no file is overwritten.
    """
    rows = Delivery.objects.filter(mailing=mailing).order_by("id")
    if state is not None:
        rows = rows.filter(state=state)
    texts = ("address", "name", "batch__rendering__language", "state", "reason", "actor")
    columns = (*texts, "at", "public_id", "event", "event_at")
    with path.open("x", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file)
        writer.writerow(HEADER)
        number = 0
        for *cells, at, public_id, event, told_at in rows.values_list(*columns).iterator(chunk_size=2_000):
            told = (event, told_at.isoformat() if told_at else "")
            writer.writerow([*map(plain_cell, cells), at.isoformat(), plain_cell(public_id), *told])
            number += 1
    return number


def plain_cell(value: str) -> str:
    """``value`` as text, whatever a spreadsheet makes of its first character."""
    return f"'{value}" if value.startswith(_FORMULA) else value
