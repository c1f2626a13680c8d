"""From a path to a table: what kind of file it is, where its titles stand, what its columns are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from subscribers.importing.columns import Choice, Columns, columns_of, no_address
from subscribers.importing.encodings import find_encoding
from subscribers.importing.errors import FileError, RowError
from subscribers.importing.reading import LOOKED_AT, Records
from subscribers.importing.workbook import Sheet, is_workbook


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose titles were read; ``records`` are at its first row."""

    records: Records | Sheet
    columns: Columns
    remarks: tuple[str, ...]
    """What was found out about the file and is not certain, or is worth knowing."""


def open_table(
    path: Path, attributes: Collection[str], *, columns: Mapping[str, str], sheet: str = "", encoding: str = ""
) -> Table:
    """Open ``path``. The arguments are those of ``import_file``; ``close`` the records in the end.

    Raises:
        FileError: nothing of it can be taken.
    """
    choice = Choice(columns, attributes)
    remarks = []
    records: Records | Sheet
    if is_workbook(path):
        if encoding:
            raise FileError(f"{path.name} is a workbook, which has no encoding to choose", "leave --encoding out")
        records = Sheet(path, sheet)
    elif sheet:
        raise FileError(f"{path.name} is a text file: it has no sheets", "leave --sheet out")
    else:
        found = find_encoding(path, encoding)
        remarks += [found.told] if found.told else []
        records = Records(path, found, choice.is_address)
    try:
        known, more = _columns(path, records, choice, attributes)
    except FileError as error:
        records.close()
        if isinstance(records, Sheet) and records.remarks:
            raise FileError(error.message, f"{error.mend}; {records.remarks[0]}") from None
        raise
    except BaseException:
        records.close()
        raise
    if known.format:
        remarks.append(f"recognised as an export of {known.format.name}; {known.format.told}")
    if known.mended:
        remarks.append("recognised as a file of errors of an earlier import")
    return Table(records, known, (*records.remarks, *remarks, *more))


def _columns(
    path: Path, records: Records | Sheet, choice: Choice, attributes: Collection[str]
) -> tuple[Columns, list[str]]:
    first = _beginning(path, records)
    titles = next((at for at, row in enumerate(first) if any(map(choice.is_address, row.cells))), None)
    if titles is None:
        return _without_titles(records, first, choice, attributes)
    row = first[titles]
    sample = [other.cells for other in first[titles + 1 :]]
    known = columns_of(row.cells, attributes, place=row.place, chosen=choice, sample=sample, filename=path.name)
    records.start(row.cells, row.end)
    if not titles:
        return known, []
    return known, [f"{records.unit} {row.line} has the titles of the columns; what stands above it is left out"]


@dataclass(frozen=True, slots=True)
class _Row:
    place: str
    line: int
    end: int
    cells: list[str]


def _beginning(path: Path, records: Records | Sheet) -> list[_Row]:
    """The first rows, up to one that cannot be read."""
    rows: list[_Row] = []
    try:
        for cells in islice(records, LOOKED_AT):
            rows.append(_Row(records.place, records.line, records.end, cells))
    except RowError as error:
        if not rows:
            raise FileError(f"{records.place}: {error}", "mend the line that names the columns") from None
    if not rows:
        raise FileError(f"{path.name} is empty", "its first line names the columns, such as: email,name")
    return rows


def _without_titles(
    records: Records | Sheet, rows: list[_Row], choice: Choice, attributes: Collection[str]
) -> tuple[Columns, list[str]]:
    """A file that begins with a reader: taken where it is one column of addresses, or where each column was named."""
    width = max(len(row.cells) for row in rows)
    addresses = all(len(row.cells) == 1 and "@" in row.cells[0] for row in rows)
    if "@" not in "".join(rows[0].cells) or not (addresses or choice.names_all(width)):
        raise no_address(rows[0].cells, rows[0].place)
    header = ["email"] if addresses else [str(at + 1) for at in range(width)]
    known = columns_of(header, attributes, place=rows[0].place, chosen=choice)
    records.start(header, 0)
    what = "its one column holds addresses" if addresses else "its columns are as named by --column"
    return known, [f"the file has no titles of columns; {what}"]
