"""Taking a list of readers from a file: CSV in whatever encoding, or a sheet of Excel.

1. What kind of file it is, and what its columns are, is found out (``opening``, ``encodings``, ``reading``,
   ``workbook``, ``columns``, ``formats``).
2. The file is read row by row (``rows``) into temporary tables beside the store (``staging``). This is nearly all of
   the time; nothing of the store is locked, and memory does not grow.
3. What the rows change is found out, and changed, by a few sentences of SQL in one transaction (``merging``).

So an import is there as a whole or not at all: one that is interrupted leaves nothing, and is simply run again. It can
be taken back (``undoing``).

The rules: an import adds; it never takes back an opt-out, a suppression or an erasure, and it confirms nobody. An
opt-out in the file is one, whatever else is wrong with its row. Values of the file that are not empty replace those
that are known.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from subscribers import attributes, optouts
from subscribers.importing import merging, staging
from subscribers.importing.basis import Basis, BasisError
from subscribers.importing.columns import Columns
from subscribers.importing.counting import Counts
from subscribers.importing.difference import Difference, differences, first_differences
from subscribers.importing.error_file import write_errors
from subscribers.importing.errors import FileError, RowError
from subscribers.importing.memory import much_cache
from subscribers.importing.opening import Table, open_table
from subscribers.importing.rows import row_maker
from subscribers.importing.staging import Problem
from subscribers.models import Import, MailingList

__all__ = ["Basis", "BasisError", "Counts", "Difference", "FileError", "Problem", "Progress", "Report", "import_file"]

SHOWN = 20
"""Problems that a report names."""
FIRST = 5
"""Rows of each kind that a dry run shows."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far it is, and how far it goes."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file."""

    counts: Counts
    columns: Columns
    problems: tuple[Problem, ...] = ()
    """The first 20 by line."""
    errors: Path | None = None
    """Where the rows are that there is something to mend in."""
    before: datetime | None = None
    """When this very file was imported into this list; it changed nothing this time."""
    remarks: tuple[str, ...] = ()
    """What was found out about the file: its encoding, the sheet, the program that it comes from."""
    unit: str = "line"
    """What the numbers of rows count: the lines of a text, or the rows of a sheet."""
    run: int | None = None
    """The number of the import, by which it is undone."""
    first: Mapping[str, Sequence[Difference]] = field(default_factory=dict)
    """Of a dry run, the first rows of each kind."""


def import_file(
    path: Path,
    mailing_list: MailingList,
    *,
    at: datetime,
    actor: str,
    basis: str = "",
    needs_basis: bool = False,
    source: str = "",
    wording: str = "",
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    encoding: str = "",
    dry_run: bool = False,
    difference: Callable[[Iterator[Difference]], None] | None = None,
    errors: Path | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Report:
    """Import the readers of ``path`` into ``mailing_list``. The same file a second time changes nothing.

    Args:
        path: a CSV file with comma, semicolon, tab or bar between cells, or a workbook (.xlsx).
        at: the time of the evidence.
        actor: who does it.
        basis: on what ground its readers may be mailed, one of ``Basis``.
        needs_basis: refuse a file that may subscribe somebody where ``basis`` is not given; a dry run may do without.
        source: where the consent comes from; the file's name when left out.
        wording: what the readers agreed to, as they read it.
        columns: title of a column, or its number from 1 -> field or attribute, or ``-`` to pass over it.
        sheet: the sheet of a workbook; the first one when left out.
        encoding: the encoding of a text; found out when left out.
        dry_run: find out what would change, and change nothing.
        difference: of a dry run, is given every row and what would become of it.
        errors: where to write the rows that there is something to mend in, as CSV; not where there is none, nor by a
            dry run.
        progress: told how far it is.

    The attributes of the site (``subscribers.attributes``) are taken from the columns of their names.

    Raises:
        BasisError: it is not said on what ground its readers may be mailed.
        FileError: nothing of the file can be taken.
        OSError: the file cannot be read, or ``errors`` not be written (the import is complete then).
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    kinds = attributes.declared()
    table = open_table(path, own_attributes(kinds), columns=columns or {}, sheet=sheet, encoding=encoding)
    known = table.columns
    with closing(table.records):
        run = Import(list=mailing_list, filename=_utf8(path.name, 255), sha256=sha256, mapping=known.mapping)
        run.at, run.actor, run.basis, run.source = at, actor, basis, _utf8(source or path.name, 200)
        _not_while_undoing(mailing_list)
        if before := _before(run):
            return Report(Counts(), known, before=before, remarks=table.remarks)
        if needs_basis and not (basis or dry_run or (known.format and known.format.verdict)):
            raise BasisError(f"it is not said on what ground the readers of {path.name} may be mailed")
        with staging.stage():
            _read(table, kinds, at, progress)
            progress("sorting", 0, 1)
            merging.settle()
            first: Mapping[str, Sequence[Difference]] = {}
            if dry_run:
                progress("comparing", 0, 1)
                counts = merging.plan(mailing_list.pk)
                first = first_differences(known, FIRST)
                if difference:
                    difference(differences(known))
            else:
                progress("merging", 0, 1)
                counts = _merge(run, wording)
            found = tuple(staging.problems(SHOWN))
            if dry_run or not found:
                errors = None
            elif errors:
                write_errors(errors, table)
    return Report(counts, known, found, errors, remarks=table.remarks, unit=table.records.unit, run=run.pk, first=first)


def own_attributes(kinds: Mapping[str, attributes.Kind]) -> list[str]:
    """Those that are not among the fields of every site."""
    return [name for name in kinds if name not in attributes.BUILT_IN]


def _before(run: Import) -> datetime | None:
    """When this file was taken with these columns; other columns (an attribute declared since) are another import, and
    what was undone since may come again."""
    earlier = Import.objects.filter(list=run.list)
    undone = earlier.exclude(undone_at=None).order_by("-undone_at").values_list("undone_at", flat=True).first()
    same = earlier.filter(sha256=run.sha256, undone_at=None).order_by("-pk")
    return next((old.at for old in same if old.mapping == run.mapping and (not undone or old.at > undone)), None)


def _not_while_undoing(mailing_list: MailingList) -> None:
    """What came now would be taken for what is being undone."""
    half = Import.objects.filter(list=mailing_list, undone_at=None, undoing__isnull=False).values_list("pk", flat=True)
    if half:
        raise FileError(
            f"import {half[0]} into {mailing_list.slug} is being undone",
            f"wait until that is done; if it was broken off: newsletter subscriber undo-import {half[0]}",
        )


def _read(table: Table, kinds: Mapping[str, attributes.Kind], now: datetime, progress: Progress) -> None:
    records = table.records
    make = row_maker(table.columns, kinds, now)
    stage = staging.Stage()
    while True:
        cells: Sequence[str] = []
        notes: list[str] = []
        try:
            cells = next(records)
            row = make(cells, notes)
        except StopIteration:
            break
        except RowError as error:
            if cells and not any(cells):
                continue  # spreadsheets end in rows of empty cells
            if cells:
                records.read_again()
            if error.opt_out:
                stage.take(records.line, error.opt_out)
                stage.report(records.line, "noted", f"only the opt-out was taken: {error}", cells)
            else:
                stage.report(records.line, "refused", str(error), cells or error.cells)
        else:
            stage.take(records.line, row)
            if notes:
                stage.report(records.line, "noted", "; ".join(notes), cells)
            if not stage.rows % staging.CHUNK:
                progress("reading", *records.done)
    stage.write()


def _merge(run: Import, wording: str) -> Counts:
    # Each row refers to one that the same sentence found: checking a million of these again would double the time
    # for which the store is locked.
    with connection.constraint_checks_disabled(), much_cache(), transaction.atomic():
        merging.lock()
        _not_while_undoing(run.list)
        counts = merging.plan(run.list_id)
        if not counts.understood:
            return counts  # no import took place: once it is mended, or its columns are, the file may come again
        run.counts = {name: getattr(counts, name) for name in Counts.__slots__}
        run.save()
        merging.merge(run, wording)
        optouts.append(optouts.of_import(run))
    return counts


def _utf8(text: str, length: int) -> str:
    """What the system gave as a name, without the bytes that are none."""
    return text[:length].encode("utf-8", "replace").decode()
