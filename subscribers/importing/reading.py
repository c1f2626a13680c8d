"""From a file to records: encoding, separator, quotes. What is broken is reported by line, and the rest goes on."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

if TYPE_CHECKING:
    from subscribers.importing.rows import Row

MAX_LINE = 1_000_000
"""Characters of a line. A longer one is passed over without being held in memory."""

MAX_LINES = 50
"""Lines of one record. A quote that is still open after so many was not meant to be."""

SEPARATORS = ",;\t"

_NOT_CSV = {
    b"PK\x03\x04": "an Excel workbook or a ZIP file",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF file",
    b"\xff\xd8\xff": "a picture",
    b"\x89PNG": "a picture",
}


class FileError(ValueError):
    """Nothing of the file can be taken: ``message`` says why, ``mend`` what to do."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}; {mend}")
        self.message = message
        self.mend = mend


class RowError(ValueError):
    """One row cannot be taken as it is; the message says why. ``opt_out`` is what must be taken all the same: that
    its reader opted out, or is not to be mailed."""

    opt_out: "Row | None" = None


class Records:
    """The records of a CSV file: iterate for ``(line, cells)``, after ``header`` was read.

    A record that cannot be read raises ``RowError`` from ``next``; calling it again goes on with the line after the
    broken record's first, so that an open quote costs one row.
    """

    def __init__(self, path: Path) -> None:
        """Open ``path`` and read its header.

        Raises:
            FileError: it is no CSV file, or has no header.
        """
        self._binary: BinaryIO = path.open("rb")
        try:
            self._text = _text(self._binary, path.name)
        except FileError:
            self._binary.close()
            raise
        self.line = 0
        self.header: list[str] = []
        try:
            self._lines = _Lines(self._text)
            self._reader = csv.reader(self._lines, delimiter=self._separator(), strict=True)
            self.header = self._first(path.name)
        except FileError:
            self.close()
            raise

    @property
    def bytes_read(self) -> int:
        """How far reading is."""
        return self._binary.tell()

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def __iter__(self) -> Iterator[list[str]]:
        return self

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

    def _separator(self) -> str:
        first = self._lines.peek()
        if match := re.fullmatch(r'"?sep=(.)"?\s*', first):  # Excel writes this line, and leaves it out when reading
            next(self._lines)
            return match[1]
        return max(SEPARATORS, key=re.sub(r'"[^"]*"', "", first).count)

    def _fitted(self, cells: list[str], width: int) -> list[str]:
        if any(cells[width:]):
            raise self._broken(
                f"there are {len(cells)} cells where the header has {width}; put quotes around a cell with a separator"
            )
        if len(cells) < width and not self._lines.ended():
            raise self._broken("the file breaks off in this row")
        return cells[:width] + [""] * (width - len(cells))

    def _broken(self, reason: str) -> RowError:
        self._lines.go_back()
        return RowError(reason)

    def _first(self, name: str) -> list[str]:
        try:
            return next(self)
        except StopIteration:
            raise FileError(f"{name} is empty", "its first line names the columns, such as: email,name") from None
        except RowError as error:
            raise FileError(f"{name}:{self.line}: {error}", "mend the line that names the columns") from None


class _Lines:
    """The lines of a file, with those of the current record at hand."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next = deque[str | None]()
        self._kept: list[str | None] = []  # None: a line that was too long
        self._over = False
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._next.popleft() if self._next else self._read()
        if line == "":
            raise StopIteration
        self.number += 1
        self._kept.append(line)
        if line is None:
            raise RowError(f"the line is longer than {MAX_LINE:,} characters")
        if len(self._kept) > MAX_LINES:
            raise RowError("a quote is opened and not closed")
        return line

    def peek(self) -> str:
        line = self._read()
        self._next.append(line)
        return line or ""

    def forget(self) -> None:
        self._kept.clear()

    def go_back(self) -> None:
        """To the line after the first one that is kept."""
        back = self._kept[1:]
        self._next.extendleft(reversed(back))
        self.number -= len(back)
        del self._kept[1:]

    def ended(self) -> bool:
        """Has the last line a line end?"""
        return bool(self._kept) and (self._kept[-1] or "").endswith(("\n", "\r"))

    def _read(self) -> str | None:
        if self._over:
            return ""
        try:
            line = self._stream.readline(MAX_LINE)
        except UnicodeDecodeError:  # UTF-16 with an odd byte at its end
            self._over = True
            raise RowError("the file ends in the middle of a character") from None
        if len(line) < MAX_LINE or line.endswith(("\n", "\r")):
            return line
        while len(rest := self._stream.readline(MAX_LINE)) == MAX_LINE and not rest.endswith(("\n", "\r")):
            pass
        return None


def _text(binary: BinaryIO, name: str) -> TextIO:
    start = binary.read(4)
    binary.seek(0)
    for magic, what in _NOT_CSV.items():
        if start.startswith(magic):
            raise FileError(f"{name} is {what}, not a CSV file", "save the table as 'CSV UTF-8' and import that")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return io.TextIOWrapper(binary, "utf-16", errors="surrogatepass", newline="")
    # What is not UTF-8 becomes lone surrogates, which are refused where they stand in a column that is taken.
    return io.TextIOWrapper(binary, "utf-8-sig", errors="surrogateescape", newline="")


def _in_words(error: str) -> str:
    if "unexpected end" in error:
        return "a quote is opened and not closed"
    if "field larger" in error:
        return f"a cell is longer than {csv.field_size_limit():,} characters"
    if "expected after" in error:
        return "a quoted cell goes on after its closing quote; a quote within quotes is written twice"
    return error
