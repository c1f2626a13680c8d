"""Sheets of Excel workbooks (.xlsx), read by calamine.

calamine takes a sheet into memory whole, with a place for each cell of the rectangle that its outermost cells span. So
what a workbook would unpack to, and how far its sheets reach, is looked at first, without unpacking it into memory: a
file of a few KB can claim gigabytes.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from subscribers.importing.errors import FileError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_UNPACKED = 100_000_000
"""Bytes of a workbook's parts when unpacked. Reading takes about twice that in memory."""
MAX_CELLS = 2_000_000
"""Places for cells in a sheet: its rows times its columns."""
MAX_PARTS = 10_000
_CHUNK = 1_000_000
_SAVE_AS = "save the sheet as 'CSV UTF-8' (in Excel: File, Save As) and import that"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']""")
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,9})["']""")
_ERROR = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\bt\s*=\s*["']e["'][^>]*""")
ERROR = "#N/A"
"""The text of a cell that holds an error, whichever it is: calamine gives nothing for it."""
_MAX_ERRORS = 100_000
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")

Cell = int | float | str | bool | time | date | datetime | timedelta


def is_workbook(path: Path) -> bool:
    """Is ``path`` a workbook in a format of Excel or LibreOffice?

    Raises:
        FileError: it is one, but none that is read here.
    """
    with path.open("rb") as file:
        start = file.read(4)
        beginning = file.read(1_000_000) if start == _OLE else b""
    if start == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in beginning:
            raise FileError(
                f"{path.name} is protected by a password", "open it in Excel, take the password out, and save it again"
            )
        raise FileError(f"{path.name} is a workbook of Excel's old format (.xls)", f"save it as .xlsx, or {_SAVE_AS}")
    if start != _ZIP:
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError):
        raise FileError(f"{path.name} is damaged, or was not uploaded whole", "fetch or save it once more") from None
    if "xl/workbook.bin" in names:
        raise FileError(f"{path.name} is a binary workbook (.xlsb)", f"save it as .xlsx, or {_SAVE_AS}")
    if "content.xml" in names and "mimetype" in names:
        raise FileError(f"{path.name} is a document of LibreOffice (.ods)", f"save it as .xlsx, or {_SAVE_AS}")
    if any(name.startswith("index/") and name.endswith(".iwa") for name in names):
        raise FileError(f"{path.name} is a document of Apple Numbers", f"export it as .xlsx, or {_SAVE_AS}")
    return "xl/workbook.xml" in names


class Sheet:
    """The rows of a sheet: iterate for their cells as text; ``line`` is the number of the last row, as Excel shows it.

    Of a formula there is the value that Excel kept. Dates are written as 2020-11-09, whole numbers without a point. A
    cell that is merged with those below stands in each of them. A cell with an error is ``ERROR``.
    """

    unit = "row"
    separator = ","

    def __init__(self, path: Path, wanted: str = "") -> None:
        """Read the sheet ``wanted``, or the first one that is not hidden.

        Raises:
            FileError: it is too large, damaged or protected, or has no such sheet.
        """
        errors = _weigh(path)
        self._path = path
        self._sheet, others = _open(path, wanted)
        self.sheet = self._sheet.name
        self.remarks = (
            (f"the sheet '{self.sheet}' was read; for another one, --sheet: {', '.join(others)}",) if others else ()
        )
        self._errors = _by_row(errors, self._sheet)
        self.header: list[str] = []
        self.start([], 0)

    @property
    def place(self) -> str:
        """Where the last row is, for messages."""
        return f"{self._path.name}, sheet '{self.sheet}', row {self.line}"

    @property
    def end(self) -> int:
        """The last row that was read."""
        return self.line

    @property
    def done(self) -> tuple[int, int]:
        """How far reading is, and how far it goes."""
        return self.line, self._sheet.end[0] + 1 if self._sheet.end else 0

    def start(self, header: list[str], after: int) -> None:
        """Begin again behind row ``after``: each row has as many cells as ``header`` from there on."""
        self._rows = self._sheet.iter_rows()
        self._merged = _merged_down(self._sheet)
        self._open: dict[int, tuple[str, int]] = {}
        self.line = 0
        self.header = []
        while self.line < after:
            self._next()
        self.header = header

    def close(self) -> None:
        """Forget the sheet."""
        self._rows = iter(())

    def read_again(self) -> None:
        """A row of a sheet ends where it ends."""

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        """The cells of the next row that is not empty, as many as the header has."""
        while not any(cells := self._next()):
            pass
        width = len(self.header)
        return cells[:width] + [""] * (width - len(cells)) if width else cells

    def _next(self) -> list[str]:
        cells = list(map(_text, next(self._rows)))
        for column in self._errors.get(self.line, ()):
            cells[column] = cells[column] or ERROR
        for column, last in self._merged.get(self.line, ()):
            self._open[column] = cells[column], last
        for column, (value, last) in list(self._open.items()):
            cells[column] = value
            if last == self.line:
                del self._open[column]
        self.line += 1
        return cells


def _open(path: Path, wanted: str) -> tuple["CalamineSheet", list[str]]:
    """The sheet, and the names of the others that people see, where nobody chose."""
    # Imported late: it is a library of its own, and most files are text.
    import python_calamine as calamine  # noqa: PLC0415

    try:
        with calamine.CalamineWorkbook.from_path(path) as workbook:
            names = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.visible == calamine.SheetVisibleEnum.Visible
            ]
            name = _chosen(path, wanted, names, workbook.sheet_names)
            others = [] if wanted else [f"'{other[:40]}'" for other in names if other != name]
            return workbook.get_sheet_by_name(name), others[:8]
    except FileError:
        raise
    except calamine.PasswordError:
        raise FileError(
            f"{path.name} is protected by a password", "open it in Excel, take the password out, and save it again"
        ) from None
    except (calamine.CalamineError, OSError, ValueError):
        raise FileError(f"{path.name} cannot be read: it is damaged", f"open it in Excel, and {_SAVE_AS}") from None


def _chosen(path: Path, wanted: str, visible: list[str], names: list[str]) -> str:
    if not wanted and visible:
        return visible[0]
    for name in names:
        if name.strip().casefold() == wanted.strip().casefold() and wanted:
            return name
    if not wanted:
        raise FileError(f"{path.name} has no sheet with rows", _SAVE_AS)
    near = get_close_matches(wanted, names, n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0][:40]}'?" if near else ""
    raise FileError(
        f"{path.name} has no sheet '{wanted[:40]}'{hint}",
        "its sheets are " + ", ".join(f"'{name[:40]}'" for name in names[:12]),
    )


def _merged_down(sheet: "CalamineSheet") -> dict[int, list[tuple[int, int]]]:
    """Row -> columns of which the cell reaches down, and to which row; counted from 0, columns from the first used."""
    left = sheet.start[1] if sheet.start else 0
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top and 0 <= column - left < sheet.width:
            found.setdefault(top, []).append((column - left, bottom))
    return found


def _by_row(errors: set[tuple[int, int]], sheet: "CalamineSheet") -> dict[int, list[int]]:
    """Row -> columns with an error, as ``_merged_down`` counts them."""
    left = sheet.start[1] if sheet.start else 0
    found: dict[int, list[int]] = {}
    for row, column in errors:
        if 0 <= column - left < sheet.width:
            found.setdefault(row, []).append(column - left)
    return found


def _text(value: Cell) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= 10**15 else repr(value)
    if isinstance(value, datetime) and not value.time():
        return value.date().isoformat()
    return str(value)


def _weigh(path: Path) -> set[tuple[int, int]]:
    """Look at what is in the workbook, piece by piece: row and column, from 0, of cells with an error on any sheet.
    Raises ``FileError`` where it is too much."""
    errors: set[tuple[int, int]] = set()
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
                raise FileError(
                    f"{path.name} is too large: it unpacks to {unpacked // 1_000_000:,} MB in {len(parts):,} parts; "
                    f"{MAX_UNPACKED // 1_000_000} MB in {MAX_PARTS:,} are the most",
                    _SAVE_AS,
                )
            for part in parts:
                rows, columns = _extent(archive, part, errors)
                if len(errors) > _MAX_ERRORS:
                    raise FileError(f"{path.name} holds over {_MAX_ERRORS:,} cells with errors such as #N/A", _SAVE_AS)
                if rows * columns > MAX_CELLS:
                    raise FileError(
                        f"{path.name} is too large: its cells reach over {rows:,} rows and {columns:,} columns; "
                        f"{MAX_CELLS:,} cells are the most",
                        f"delete what stands far to the right or below the table, or {_SAVE_AS}",
                    )
    # What zipfile does not take is damaged, encrypted, or longer than it says.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise FileError(f"{path.name} is damaged, or was not uploaded whole", "fetch or save it once more") from None
    return errors


def _extent(archive: zipfile.ZipFile, part: zipfile.ZipInfo, errors: set[tuple[int, int]]) -> tuple[int, int]:
    """Rows and columns that the cells of a sheet reach over; nothing for other parts. Reads to the end, so that a part
    that unpacks to more than it claims is found out. Adds the places of ``errors``."""
    rows = columns = counted = cells = 0
    is_sheet = False
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(_CHUNK):
            piece = rest + piece
            end = max(piece.rfind(b"<"), len(piece) - _CHUNK)  # no tag is cut in two
            piece, rest = piece[:end], piece[end:]
            is_sheet = is_sheet or b"sheetData" in piece + rest
            if not is_sheet:
                continue
            places = _REFERENCE.findall(piece)
            rows = max([rows, *map(int, _ROW_NUMBER.findall(piece)), *(int(row) for _, row in places)])
            columns = max([columns, *map(_number, {letters for letters, _ in places})])
            for cell in _ERROR.findall(piece) if len(errors) <= _MAX_ERRORS else ():
                errors.update((int(row) - 1, _number(letters) - 1) for letters, row in _REFERENCE.findall(cell))
            first, *others = _ROW.split(piece)
            cells += len(_CELL.findall(first))
            for other in others:
                columns = max(columns, cells)
                cells = len(_CELL.findall(other))
            counted += len(others)
    return max(rows, counted), max(columns, cells) if is_sheet else 0


def _number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
