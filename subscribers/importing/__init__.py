"""Taking a list of readers from a CSV file.

1. The file is read row by row (``reading``, ``columns``, ``rows``) into temporary tables beside the store
   (``staging``). This is nearly all of the time; nothing of the store is locked, and memory does not grow.
2. What the rows change is found out, and changed, by a few sentences of SQL in one transaction (``merging``).

So an import is there as a whole or not at all: one that is interrupted leaves nothing, and is simply run again.

The rules: an import adds; it never takes back an opt-out, a suppression or an erasure, and it confirms nobody. An
opt-out in the file is one, whatever else is wrong with its row. Values of the file that are not empty replace those
that are known.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from subscribers import optouts
from subscribers.importing import merging, staging
from subscribers.importing.columns import Columns, columns_of
from subscribers.importing.merging import Counts
from subscribers.importing.reading import FileError, Records, RowError
from subscribers.importing.rows import row_maker
from subscribers.importing.staging import Problem
from subscribers.models import Import, MailingList
from subscribers.stores import on_postgres

__all__ = ["Counts", "FileError", "Problem", "Progress", "Report", "import_csv"]

SHOWN = 20
"""Problems that a report names."""

CACHE_KIB = 64 * 1024
"""Memory of the merge for pages of the store."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far it is, and how far it goes."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file."""

    counts: Counts
    columns: Columns
    problems: tuple[Problem, ...]
    """The first 20 by line."""
    errors: Path | None
    """Where the rows are that there is something to mend in."""
    before: datetime | None = None
    """When this very file was imported into this list; it changed nothing this time."""


def import_csv(
    path: Path,
    mailing_list: MailingList,
    *,
    at: datetime,
    actor: str,
    source: str = "",
    attributes: Collection[str] = (),
    dry_run: bool = False,
    errors: Path | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Report:
    """Import the readers of ``path`` into ``mailing_list``. The same file a second time changes nothing.

    Args:
        path: a CSV file, UTF-8 (or UTF-16 with a byte order mark), separated by comma, semicolon or tab, with a header.
        at: the time of the evidence.
        actor: who does it.
        source: where the consent comes from; the file's name when left out.
        attributes: the site's own fields, each taken from the column of that name.
        dry_run: find out what would change, and change nothing.
        errors: where to write the rows that there is something to mend in, as CSV; not where there is none, nor by a
            dry run.
        progress: told how far it is.

    Raises:
        FileError: nothing of the file can be taken.
        OSError: the file cannot be read, or ``errors`` not be written (the import is complete then).
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with closing(Records(path)) as records:
        columns = columns_of(records.header, attributes, place=f"{path.name}:{records.line}")
        run = Import(list=mailing_list, filename=_utf8(path.name, 255), sha256=sha256, mapping=columns.mapping)
        run.at, run.actor, run.source = at, actor, _utf8(source or path.name, 200)
        if before := _before(run):
            return Report(Counts(), columns, (), None, before)
        with staging.stage():
            _read(records, columns, path.stat().st_size, progress)
            progress("sorting", 0, 1)
            merging.settle()
            if dry_run:
                counts = merging.plan(mailing_list.pk)
            else:
                progress("merging", 0, 1)
                counts = _merge(run)
            found = tuple(staging.problems(SHOWN))
            if dry_run or not found:
                errors = None
            elif errors:
                _write_errors(errors, records.header)
    return Report(counts, columns, found, errors)


def _before(run: Import) -> datetime | None:
    """When this file was taken with these columns; other columns (an attribute declared since) are another import."""
    earlier = Import.objects.filter(list=run.list, sha256=run.sha256).order_by("-pk")
    return next((old.at for old in earlier if old.mapping == run.mapping), None)


def _read(records: Records, columns: Columns, size: int, progress: Progress) -> None:
    make = row_maker(columns)
    stage = staging.Stage()
    while True:
        cells: list[str] = []
        notes: list[str] = []
        try:
            cells = next(records)
            row = make(cells, notes)
        except StopIteration:
            break
        except RowError as error:
            if cells and not any(cells):
                continue  # spreadsheets end in rows of empty cells
            if error.opt_out:
                stage.take(records.line, error.opt_out)
                stage.report(records.line, "noted", f"only the opt-out was taken: {error}", cells)
            else:
                stage.report(records.line, "refused", str(error), cells)
            if cells:
                records.read_again()
        else:
            stage.take(records.line, row)
            if notes:
                stage.report(records.line, "noted", "; ".join(notes), cells)
            if not stage.rows % staging.CHUNK:
                progress("reading", records.bytes_read, size)
    stage.write()


def _merge(run: Import) -> Counts:
    # Each row refers to one that the same sentence found: checking a million of these again would double the time
    # for which the store is locked.
    with connection.constraint_checks_disabled(), _much_cache(), transaction.atomic():
        merging.lock()
        counts = merging.plan(run.list_id)
        if not counts.understood:
            return counts  # no import took place: once it is mended, or its columns are, the file may come again
        run.counts = {name: getattr(counts, name) for name in Counts.__slots__}
        run.save()
        merging.merge(run)
        optouts.append(optouts.of_import(run))
    return counts


@contextmanager
def _much_cache() -> Iterator[None]:
    """Room for the indexes of a million rows: with SQLite's own 2 MB each page of them is written many times over."""
    if on_postgres():
        yield
        return
    with connection.cursor() as cursor:
        [before] = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before:d}")


def _write_errors(path: Path, header: Sequence[str]) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600, exist_ok=False)  # it holds addresses
    with part.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["line", "verdict", "reason", *map(_inert, header)])
        for problem in staging.problems():
            cells = map(_inert, json.loads(problem.cells))
            table.writerow([problem.line, problem.verdict, problem.reason, *cells])
    part.replace(path)


def _utf8(text: str, length: int) -> str:
    """What the system gave as a name, without the bytes that are none."""
    return text[:length].encode("utf-8", "replace").decode()


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
