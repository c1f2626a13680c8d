"""From a text file to records: separator, quotes, lines. What is broken is reported by line, and the rest goes on."""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from subscribers.importing.encodings import Encoding
from subscribers.importing.errors import FileError, RowError

MAX_LINE = 1_000_000
"""Characters of a line. A longer one is passed over without being held in memory."""

MAX_LINES = 50
"""Lines of one record. A quote that is still open after so many was not meant to be."""

SEPARATORS = ",;\t|"

LOOKED_AT = 20
"""Lines or rows that are looked at to find the titles of the columns."""

_NOT_CSV = {
    b"PK\x03\x04": "a ZIP file, and no Excel workbook",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF file",
    b"\xff\xd8\xff": "a picture",
    b"\x89PNG": "a picture",
}


class Records:
    """The records of a text file: iterate for their cells; ``line`` is where the last one began.

    A record that cannot be read raises ``RowError`` from ``next``; calling it again goes on with the line after the
    broken record's first, so that an open quote costs one row.
    """

    unit = "line"
    sheet = ""
    remarks: tuple[str, ...] = ()

    def __init__(self, path: Path, encoding: Encoding, is_title: Callable[[str], bool]) -> None:
        """Open ``path``. ``is_title`` tells whether a cell is the title of the column of addresses: by it the separator
        is found.

        Raises:
            FileError: it is no text file.
        """
        self._path = path
        self._encoding = encoding
        self._is_title = is_title
        self._binary, self._text = _text(path, encoding)
        self.header: list[str] = []
        self._begin()

    @property
    def place(self) -> str:
        """Where the last record began, for messages."""
        return f"{self._path.name}:{self.line}"

    @property
    def end(self) -> int:
        """The line at which the last record ended."""
        return self._lines.number

    @property
    def done(self) -> tuple[int, int]:
        """How far reading is, and how far it goes."""
        return self._binary.tell(), self._path.stat().st_size

    def start(self, header: list[str], after: int) -> None:
        """Begin again behind line ``after``: each record has as many cells as ``header`` from there on."""
        self.close()
        self._binary, self._text = _text(self._path, self._encoding)
        self.header = []
        self._begin()
        while self._lines.number < after:
            next(self)
        self.header = header

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def _begin(self) -> None:
        self.line = 0
        self._lines = _Lines(self._text)
        self._reader = csv.reader(self._lines, delimiter=self._find_separator(), strict=True)

    def __next__(self) -> list[str]:
        """The cells of the next record that is not blank, as many as the header has; ``line`` is where it began."""
        width = len(self.header)
        while True:
            self._lines.forget()
            self.line = self._lines.number + 1
            try:
                cells = next(self._reader)
            except csv.Error as error:
                raise self._broken(_in_words(str(error))) from None
            except RowError as error:
                raise self._broken(str(error)) from None
            if not cells:
                continue
            return cells if len(cells) == width or not width else self._fitted(cells, width)

    def read_again(self) -> None:
        """Take the lines after the first one of the record just read for records of their own: it was refused, and
        may have begun with a quote that nobody closed."""
        self._lines.go_back()

    def _find_separator(self) -> str:
        lines = self._lines.peek(LOOKED_AT)
        if lines and (match := re.fullmatch(r'"?sep=(.)"?\s*', lines[0])):
            next(self._lines)  # Excel writes this line, and leaves it out when reading
            self.separator = match[1]
        else:
            plain = [re.sub(r'"[^"]*"', _without_separators, line) for line in lines]
            self.separator = max(
                SEPARATORS, key=lambda separator: max(map(self._score(separator), plain), default=(0, 0))
            )
        return self.separator

    def _score(self, separator: str) -> Callable[[str], tuple[int, int]]:
        """How much a line looks as if this were the separator: it has the title of the addresses, or an address."""

        def score(line: str) -> tuple[int, int]:
            cells = [cell.strip().strip('"') for cell in line.split(separator)]
            rank = 2 if any(map(self._is_title, cells)) else int(any(map(_ADDRESS.fullmatch, cells)))
            return rank, len(cells)

        return score

    def _fitted(self, cells: list[str], width: int) -> list[str]:
        if any(cells[width:]):
            raise self._broken(
                f"there are {len(cells)} cells where the header has {width}; put quotes around a cell with a separator",
                cells,
            )
        if len(cells) < width and not self._lines.ended():
            raise self._broken("the file breaks off in this row")
        return cells[:width] + [""] * (width - len(cells))

    def _broken(self, reason: str, cells: list[str] | None = None) -> RowError:
        first = self._lines.go_back()
        error = RowError(reason)
        error.cells = cells or self._apart(first)
        return error

    def _apart(self, line: str) -> list[str]:
        """The cells of a line that is broken, so that the row can be mended; none where it is not all there: a part of
        a row must not be taken for one that says nothing more."""
        try:
            cells = next(csv.reader([line.replace('"', "")], delimiter=self.separator), [])
        except csv.Error:
            return []
        return cells if len(cells) >= len(self.header) else []


class _Lines:
    """The lines of a file, with those of the current record at hand."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next = deque[str | None]()
        self._kept: list[str | None] = []  # None: a line that was too long
        self._over = False
        self._half = False  # the file ends in the middle of a character
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._next.popleft() if self._next else self._read()
        if line == "":
            if self._half:
                self._half = False
                raise RowError("the file ends in the middle of a character")
            raise StopIteration
        self.number += 1
        self._kept.append(line)
        if line is None:
            raise RowError(f"the line is longer than {MAX_LINE:,} characters")
        if len(self._kept) > MAX_LINES:
            raise RowError("a quote is opened and not closed")
        return line

    def peek(self, most: int) -> list[str]:
        """The next lines, up to ``most``, which stay the next."""
        while len(self._next) < most and not self._half and (not self._next or self._next[-1] != ""):
            self._next.append(self._read())
        return [line for line in self._next if line]

    def forget(self) -> None:
        self._kept.clear()

    def go_back(self) -> str:
        """To the line after the first one that is kept, which is returned."""
        back = self._kept[1:]
        self._next.extendleft(reversed(back))
        self.number -= len(back)
        del self._kept[1:]
        return (self._kept[0] or "") if self._kept else ""

    def ended(self) -> bool:
        """Has the last line a line end?"""
        return bool(self._kept) and (self._kept[-1] or "").endswith(("\n", "\r"))

    def _read(self) -> str | None:
        if self._over:
            return ""
        try:
            line = self._stream.readline(MAX_LINE)
        except UnicodeDecodeError:  # UTF-16 with an odd byte at its end
            self._over = self._half = True
            return ""
        if len(line) < MAX_LINE or line.endswith(("\n", "\r")):
            return line
        while len(rest := self._stream.readline(MAX_LINE)) == MAX_LINE and not rest.endswith(("\n", "\r")):
            pass
        return None


_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _without_separators(quoted: re.Match[str]) -> str:
    return re.sub(f"[{SEPARATORS}]", "", quoted[0])


def _text(path: Path, encoding: Encoding) -> tuple[BinaryIO, io.TextIOWrapper]:
    binary = path.open("rb")
    start = binary.read(4)
    binary.seek(0)
    for magic, what in _NOT_CSV.items():
        if start.startswith(magic):
            binary.close()
            raise FileError(f"{path.name} is {what}", "save the table as 'CSV UTF-8' or .xlsx and import that")
    return binary, io.TextIOWrapper(binary, encoding.name, errors=encoding.errors, newline="")


def _in_words(error: str) -> str:
    if "unexpected end" in error:
        return "a quote is opened and not closed"
    if "field larger" in error:
        return f"a cell is longer than {csv.field_size_limit():,} characters"
    if "expected after" in error:
        return "a quoted cell goes on after its closing quote; a quote within quotes is written twice"
    return error
