"""The recipients of a mailing as a file."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from newsletter.models import Delivery, Mailing
from newsletter.reports.fates import Fates

HEADER = ("address", "name", "language", "state", "reason", "actor", "at", "delivery", "event", "event_at")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_recipients(mailing: Mailing, path: Path, *, state: Delivery.State | None = None) -> int:
    """Every recipient, or those in ``state``, with state, reason, actor and time, and what was told of the mail since,
    as CSV in UTF-8; how many there are.

    Only the owner of the file may read it. A cell that a spreadsheet would run as a formula begins with an apostrophe.
    Raises ``FileExistsError``: no file is overwritten.
    """
    number = -1  # the heading
    with path.open("x", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        for line in recipient_lines(mailing, state=state):
            file.write(line)
            number += 1
    return number


def recipient_lines(mailing: Mailing, *, state: Delivery.State | None = None) -> Iterator[str]:
    """The same, line by line, the heading first."""
    rows = Delivery.objects.filter(mailing=mailing).order_by("id")
    if state is not None:
        rows = rows.filter(state=state)
    texts = ("address", "name", "batch__rendering__language", "state", "reason", "actor")
    columns = (*texts, "at", "public_id", "event", "event_at")
    yield _line(HEADER)
    for *cells, at, public_id, event, told_at in rows.values_list(*columns).iterator(chunk_size=2_000):
        told = (event, told_at.isoformat() if told_at else "")
        yield _line([*map(plain_cell, cells), at.isoformat(), plain_cell(public_id), *told])


def figure_lines(mailing: Mailing, fates: Fates) -> Iterator[str]:
    """What became of a mailing as CSV, without anybody's address."""
    yield _line(("mailing", "issue", "list", "what", "recipients"))
    names = (mailing.pk, plain_cell(mailing.revision.issue.slug), plain_cell(mailing.list.slug))
    for fate, number in fates.counts.items():
        yield _line((*names, fate, number))
    yield _line((*names, "recipients", fates.recipients))


def _line(cells: Sequence[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def plain_cell(value: str) -> str:
    """``value`` as text, whatever a spreadsheet makes of its first character."""
    return f"'{value}" if value.startswith(_FORMULA) else value
