"""Files as they come: encodings, separators, quotes, and what is broken."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.importing.columns import is_address_title
from subscribers.importing.encodings import find_encoding
from subscribers.importing.errors import FileError, RowError
from subscribers.importing.opening import open_table
from subscribers.importing.reading import MAX_LINE, Records

Read = list[tuple[int, list[str] | str]]


def open_records(path: Path) -> Records:
    return Records(path, find_encoding(path), is_address_title)


def read(path: Path, content: bytes | str) -> Read:
    """Each record by its line: its cells, or why it was refused."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    records = open_records(path)
    records.header = next(records)
    found: Read = [(records.line, records.header)]
    while True:
        try:
            found.append((records.line, next(records)))
            found[-1] = (records.line, found[-1][1])
        except StopIteration:
            records.close()
            return found
        except RowError as error:
            found.append((records.line, str(error)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readers.csv"


@pytest.mark.parametrize(
    "content",
    [
        "email,name\na@b.org,Anna\n",
        "email;name\na@b.org;Anna\n",
        "email\tname\na@b.org\tAnna\n",
        "email,name\r\na@b.org,Anna\r\n",
        "email,name\ra@b.org,Anna\r",
        '"email","name"\n"a@b.org","Anna"',
        "\ufeffemail,name\na@b.org,Anna\n",
        "email,name\na@b.org,Anna\n".encode("utf-16"),
        "email,name\na@b.org,Anna\n".encode("utf-16-le").join([b"\xff\xfe", b""]),
        "email,name\na@b.org,Anna\n".encode("utf-16-be").join([b"\xfe\xff", b""]),
    ],
)
def test_the_same_rows_however_they_are_written(path: Path, content: bytes | str) -> None:
    assert read(path, content) == [(1, ["email", "name"]), (2, ["a@b.org", "Anna"])]


def test_excel_names_its_separator(path: Path) -> None:
    assert read(path, "sep=;\nemail;name\na@b.org;A,B\n") == [(2, ["email", "name"]), (3, ["a@b.org", "A,B"])]


def test_separators_within_quotes_of_the_header_do_not_count(path: Path) -> None:
    assert read(path, 'email;"a, b, c"\nx;y\n')[1] == (2, ["x", "y"])


def test_blank_lines_are_nothing_but_count(path: Path) -> None:
    assert read(path, "\nemail,name\n\n\na@b.org,Anna\n\n") == [(2, ["email", "name"]), (5, ["a@b.org", "Anna"])]


def test_a_cell_over_lines(path: Path) -> None:
    found = read(path, 'email,note\na@b.org,"one\ntwo"\nc@d.org,x\n')
    assert found[1:] == [(2, ["a@b.org", "one\ntwo"]), (4, ["c@d.org", "x"])]


def test_missing_cells_are_empty_and_further_empty_ones_nothing(path: Path) -> None:
    assert read(path, "email,name\na@b.org\nc@d.org,x,,\n")[1:] == [(2, ["a@b.org", ""]), (3, ["c@d.org", "x"])]


OPEN = "a quote is opened and not closed"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # 32: an open quote costs its own row, wherever the next quote is
        ('a,"b\nc,d\ne,f\n', [(2, OPEN), (3, ["c", "d"]), (4, ["e", "f"])]),
        ('a,"b\nc,d\n"e","f"\n', [(2, "goes on after its closing quote"), (3, ["c", "d"]), (4, ["e", "f"])]),
        ('a,"b\n' + "c,d\n" * 100, [(2, OPEN), *((line, ["c", "d"]) for line in range(3, 103))]),
        ('"', [(2, OPEN)]),
        # 36: another separator than the header's
        ("a,b\nc;d;e\ne,f,g\n", [(2, ["a", "b"]), (3, ["c;d;e", ""]), (4, "3 cells where the header has 2")]),
        # 43: the upload was cut off
        ("a,b\nc", [(2, ["a", "b"]), (3, "breaks off")]),
    ],
)
def test_a_broken_row_harms_no_other(path: Path, rows: str, expected: Read) -> None:
    found = read(path, "email,name\n" + rows)[1:]
    assert [line for line, _ in found] == [line for line, _ in expected]
    for (_, is_), (_, should) in zip(found, expected, strict=True):
        assert is_ == should or (isinstance(is_, str) and isinstance(should, str) and should in is_)


def test_a_cell_of_50_mb_is_passed_over_in_little_memory(path: Path) -> None:
    import tracemalloc

    content = b"email,name\na,b\nx," + b"y" * 50_000_000 + b"\nc,d\n"
    path.write_bytes(content)
    tracemalloc.start()
    records = open_records(path)
    records.header = next(records)
    assert next(records) == ["a", "b"]
    with pytest.raises(RowError, match="longer than 1,000,000 characters"):
        next(records)
    assert records.line == 3
    assert next(records) == ["c", "d"]
    assert records.line == 4
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    records.close()
    assert peak < 10 * MAX_LINE


def test_a_long_line_within_an_open_quote_is_reported_by_its_own_line(path: Path) -> None:
    found = read(path, 'email,name\na,"b\n' + "y" * (MAX_LINE + 5) + "\nc,d\n")
    assert [(line, type(what)) for line, what in found[1:]] == [(2, str), (3, str), (4, list)]


def test_a_cell_that_is_too_long_within_a_line_that_is_not(path: Path) -> None:
    assert "a cell is longer than" in str(read(path, "email,name\nx," + "y" * 200_000 + "\n")[1][1])


def test_utf_16_that_ends_in_half_a_character(path: Path) -> None:
    found = read(path, "email,name\na,b\n".encode("utf-16") + b"c")
    assert found[1:] == [(2, ["a", "b"]), (3, "the file ends in the middle of a character")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "readers.csv is empty"),
        (b"\n\n", "readers.csv is empty"),
        (b"\xef\xbb\xbf", "readers.csv is empty"),
        (b"PK\x03\x04....", "is damaged, or was not uploaded whole"),
        (b"\xd0\xcf\x11\xe0....", "Excel's old format"),
        (b"\x1f\x8b\x08....", "compressed"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xd8\xff\xe0 JFIF", "a picture"),
        (b'"email\n', "readers.csv:1: a quote is opened"),
        (b"y" * 1_000_001, "readers.csv:1: the line is longer"),
    ],
)
def test_what_is_no_csv_file_is_refused_as_a_whole(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    with pytest.raises(FileError, match=message) as caught:
        open_table(path, [], columns={})
    assert caught.value.mend


_cell = st.text(st.one_of(st.sampled_from(',;\t"\r\n\x00 é'), st.characters(exclude_categories=["Cs"])), max_size=8)


@given(st.lists(st.tuples(_cell, _cell, _cell), max_size=8), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read(rows: list[tuple[str, str, str]], separator: str, line_end: str) -> None:
    file = io.StringIO(newline="")
    # All in quotes: Python's writer leaves a lone carriage return bare, and so it is a line end to whoever reads it.
    table = csv.writer(file, delimiter=separator, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    table.writerows([("email", "name", "city"), *rows])
    with TemporaryDirectory() as folder:
        found = read(Path(folder) / "readers.csv", file.getvalue())
    assert [cells for _, cells in found[1:]] == [list(row) for row in rows]


@given(st.lists(st.sampled_from(['"', ",", ";", "\n", "\r", "a@b.org", "\x00", "\xff", "é"]), max_size=40).map("".join))
def test_whatever_a_file_holds_each_line_is_met_in_order_and_once(content: str) -> None:
    with TemporaryDirectory() as folder:
        found = read(Path(folder) / "readers.csv", b"email,name\n" + content.encode("latin-1"))
    lines = [line for line, _ in found]
    assert lines == sorted(set(lines))
    assert len(lines) <= content.count("\n") + content.count("\r") + 2
