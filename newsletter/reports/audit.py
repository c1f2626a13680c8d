"""What people decided, and when: looked through page by page, and as a file."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from newsletter.models import Audit
from newsletter.reports.exports import plain_cell

PAGE = 50
HEADER = ("at", "actor", "action", "object", "detail")


@dataclass(frozen=True)
class Wanted:
    """What to show of the audit; empty means all. Days are those of ``zone``, the last one included."""

    actor: str = ""
    action: str = ""
    object: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"

    def rows(self) -> QuerySet[Audit]:
        """The rows, the newest first."""
        rows = Audit.objects.order_by("-pk")
        if self.actor:
            rows = rows.filter(actor=self.actor)
        if self.action:
            rows = rows.filter(action=self.action)
        if self.object:
            rows = rows.filter(object__icontains=self.object)
        if self.first:
            rows = rows.filter(at__gte=self._midnight(self.first))
        if self.last:
            rows = rows.filter(at__lt=self._midnight(self.last + timedelta(days=1)))
        return rows

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone))


def page(wanted: Wanted, before: int = 0) -> tuple[list[Audit], int]:
    """``PAGE`` rows with smaller numbers than ``before`` (0: the newest), and where the next page begins; 0 at the
    end. It costs the same however far one looks back."""
    rows = wanted.rows()
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def known(field: str) -> list[str]:
    """The actors, or actions, that there are."""
    return list(Audit.objects.order_by(field).values_list(field, flat=True).distinct()[:500])


class _Line:
    def write(self, line: str) -> str:
        return line


def as_csv(wanted: Wanted) -> Iterator[str]:
    """The rows as lines of CSV; a cell that a spreadsheet would run as a formula begins with an apostrophe."""
    writer = csv.writer(_Line())
    yield writer.writerow(HEADER)
    for row in wanted.rows().iterator(chunk_size=1_000):
        detail = json.dumps(row.detail, ensure_ascii=False) if row.detail else ""
        yield writer.writerow([row.at.isoformat(), *map(plain_cell, (row.actor, row.action, row.object, detail))])
