"""Sheets of Excel: what is in them, and what is refused before it is read."""

import struct
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from subscribers.importing import workbook as module
from subscribers.importing.errors import FileError
from subscribers.importing.workbook import Sheet, is_workbook
from subscribers.models import Consent, Import, ImportRow, MailingList, Subscriber
from tests.subscribers.importing.lists import states, take_file
from tests.subscribers.importing.workbooks import MAIN, Value, package, workbook

Rows = list[list[Value]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readers.xlsx"


def rows_of(path: Path, name: str = "") -> list[tuple[int, list[str]]]:
    sheet = Sheet(path, name)
    return [(sheet.line, cells) for cells in sheet]


def test_cells_as_text(path: Path) -> None:
    row: list[Value] = [
        " text ",
        41_791_234_567,
        1201.0,
        4.5,
        True,
        False,
        date(2020, 11, 9),
        datetime(2020, 11, 9, 14, 30),
        ("A1&B1", "kept"),
        -3,
        1e15,
    ]
    workbook(path, {"Readers": [row]})
    assert is_workbook(path)
    assert rows_of(path)[0][1] == [
        " text ",
        "41791234567",
        "1201",
        "4.5",
        "true",
        "false",
        "2020-11-09",
        "2020-11-09 14:30:00",
        "kept",
        "-3",
        "1000000000000000",
    ]


def test_rows_are_numbered_as_excel_shows_them(path: Path) -> None:
    workbook(path, {"Readers": [[], [None, None], [None, "Email"], [], [None, "a@example.org"], [None, ""]]})
    assert rows_of(path) == [(3, ["Email"]), (5, ["a@example.org"])]


def test_merged_cells_stand_in_each_row(path: Path) -> None:
    rows: Rows = [["Email", "Status"], ["a@b.org", "left"], ["c@d.org"], ["e@f.org"], ["g@h.org", "yes"]]
    workbook(path, {"Readers": rows}, merged=["B2:B4"])
    assert [cells[1] for _, cells in rows_of(path)] == ["Status", "left", "left", "left", "yes"]


def test_the_sheet(path: Path) -> None:
    workbook(path, {"Notes": [["n"]], "Readers": [["r"]], "Old": [["o"]]}, hidden=["Notes"])
    assert rows_of(path) == [(1, ["r"])]
    assert "'Old'" in Sheet(path).remarks[0]
    assert "'Notes'" not in Sheet(path).remarks[0]
    assert rows_of(path, "old") == [(1, ["o"])]
    assert Sheet(path, "Old").remarks == ()
    assert rows_of(path, "Notes") == [(1, ["n"])]
    with pytest.raises(FileError, match=r"no sheet 'Reader'; did you mean 'Readers'\?; its sheets are 'Notes'"):
        Sheet(path, "Reader")


def test_it_begins_again(path: Path) -> None:
    workbook(path, {"Readers": [["Email", "x"], ["a@b.org"], ["c@d.org", "1", "2"]]})
    sheet = Sheet(path)
    list(sheet)
    sheet.start(["Email", "x"], 1)
    assert list(sheet) == [["a@b.org", ""], ["c@d.org", "1"]]
    assert sheet.done == (3, 3)
    assert sheet.place == "readers.xlsx, sheet 'Readers', row 3"


# 31: what a workbook would unpack to is known before it is unpacked, and how far its cells reach.


def test_a_bomb_is_refused_by_its_size(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook(path, {"Readers": [["Email"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x.bin", "w") as file:
        for _ in range(110):
            file.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    monkeypatch.setattr(module, "_open", lambda *_: pytest.fail("it was read"))
    with pytest.raises(FileError, match="too large: it unpacks to 110 MB") as caught:
        Sheet(path)
    assert "CSV UTF-8" in caught.value.mend


def test_a_bomb_that_lies_of_its_size_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook(path, {"Readers": [["x" * 5_000_000]]})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    while data[at : at + 4] == b"PK\x01\x02":  # the directory: each size that is claimed
        size, *lengths = struct.unpack_from("<I3H", data, at + 24)
        if size > 1_000_000:
            struct.pack_into("<I", data, at + 24, 100)
        at += 46 + sum(lengths)
    path.write_bytes(data)
    monkeypatch.setattr(module, "_open", lambda *_: pytest.fail("it was read"))
    with pytest.raises(FileError, match="damaged"):
        Sheet(path)


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r = 'A1'><v>1</v></c></row><row r='1048576'><c\nr='XFD1048576'/></row>",
        '<row r="1048576"><c r="A1048576"/></row><row>' + '<c t="n"><v>1</v></c>' * 3 + "</row>",
    ],
)
def test_cells_far_apart_are_refused(path: Path, cells: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package(
        path,
        {"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'},
        ["A"],
    )
    monkeypatch.setattr(module, "_open", lambda *_: pytest.fail("it was read"))
    with pytest.raises(FileError, match=r"its cells reach over 1,048,57\d rows"):
        Sheet(path)


def test_sheets_whose_cells_have_no_place_are_read(path: Path) -> None:
    cells = "".join(f'<row><c t="str"><v>r{number}@example.org</v></c><c><v>1</v></c></row>' for number in range(3_000))
    package(
        path,
        {"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'},
        ["A"],
    )
    assert rows_of(path)[-1] == (3_000, ["r2999@example.org", "1"])


@pytest.mark.parametrize(
    ("content", "message", "mend"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(2_000), r"old format \(.xls\)", "save it as .xlsx"),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "a password",
            "take the password out",
        ),
        (b"PK\x03\x04 cut off", "damaged, or was not uploaded whole", "once more"),
    ],
)
def test_files_that_are_not_read(path: Path, content: bytes, message: str, mend: str) -> None:
    path.write_bytes(content)
    with pytest.raises(FileError, match=message) as caught:
        is_workbook(path)
    assert mend in caught.value.mend


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["xl/workbook.bin"], "binary workbook"),
        (["mimetype", "content.xml"], "LibreOffice"),
        (["Index/Document.iwa"], "Apple Numbers"),
        (["readers.csv"], None),
    ],
)
def test_other_archives(path: Path, names: list[str], message: str | None) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    if message is None:
        assert not is_workbook(path)
        return
    with pytest.raises(FileError, match=message) as caught:
        is_workbook(path)
    assert "CSV UTF-8" in caught.value.mend


@pytest.mark.parametrize("broken", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_that_is_damaged_within(path: Path, tmp_path: Path, broken: str) -> None:
    workbook(path, {"Readers": [["Email"], ["a@example.org"]]})
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"<a><b" if name == broken else source.read(name))
    with pytest.raises(FileError, match=r"cannot be read|no sheet"):
        Sheet(other)


@pytest.mark.usefixtures("store")
@pytest.mark.django_db
class TestImport:
    """Whole workbooks."""

    def test_readers_of_a_sheet(self, path: Path, upr: MailingList) -> None:
        rows: Rows = [
            ["Members of the network, November 2020"],
            [],
            ["Mail", "Vorname", "Since", "Opted out"],
            ["ana@example.org", "Änna", date(2019, 3, 4), False],
            [],
            ["bo@example.org", None, None, True],
            ["broken", "x"],
            ["ana@example.org"],
        ]
        workbook(path, {"Readers": rows, "Other": [["x"]]})
        report = take_file(path, upr, errors=path.with_name("errors.csv"))
        assert states() == {"ana": "active", "bo": "unsubscribed"}
        assert [(problem.line, problem.verdict) for problem in report.problems] == [(7, "refused"), (8, "duplicate")]
        assert report.unit == "row"
        assert any("the sheet 'Readers' was read" in remark for remark in report.remarks)
        assert any("row 3 has the titles" in remark for remark in report.remarks)
        assert set(ImportRow.objects.values_list("line", flat=True)) == {7, 8}
        assert Subscriber.objects.get(email_norm="ana@example.org").name == "Änna"
        lines = (path.with_name("errors.csv")).read_text(encoding="utf-8-sig").splitlines()
        assert lines[0] == "line,verdict,reason,Mail,Vorname,Since,Opted out"

    def test_an_option_of_the_other_kind_of_file(self, path: Path, upr: MailingList, tmp_path: Path) -> None:
        workbook(path, {"Readers": [["Email"], ["ana@example.org"]]})
        with pytest.raises(FileError, match="no encoding to choose"):
            take_file(path, upr, encoding="cp1252")
        text = tmp_path / "readers.csv"
        text.write_text("email\nana@example.org\n")
        with pytest.raises(FileError, match="it has no sheets"):
            take_file(text, upr, sheet="Readers")
        assert not Import.objects.exists()
        assert not Consent.objects.exists()

    def test_an_empty_sheet(self, path: Path, upr: MailingList) -> None:
        workbook(path, {"Readers": []})
        with pytest.raises(FileError, match=r"readers\.xlsx is empty"):
            take_file(path, upr)


@pytest.mark.django_db
def test_a_cell_with_an_error_subscribes_nobody(path: Path, upr: MailingList) -> None:
    rows: Rows = [
        [None, "email", "name", "status"],
        [None, "a@example.org", "#VALUE!", "subscribed"],
        [None, "b@example.org", "B", "#N/A"],
        [None, "c@example.org", "C", None],
    ]
    other: Rows = [["#N/A"] * 4] * 4  # of another sheet, where this one has something
    workbook(path, {"Readers": rows, "Other": other})
    assert rows_of(path)[1:] == [
        (2, ["a@example.org", "#N/A", "subscribed"]),
        (3, ["b@example.org", "B", "#N/A"]),
        (4, ["c@example.org", "C", "#N/A"]),  # empty here, an error there: sooner one too many
    ]
    workbook(path, {"Readers": rows})
    report = take_file(path, upr)
    assert states() == {"a": "active", "c": "active"}
    assert [(one.line, one.verdict) for one in report.problems] == [(3, "refused"), (2, "noted")]
    assert Subscriber.objects.get(email_norm="a@example.org").name == ""


def test_too_many_errors_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_ERRORS", 2)
    workbook(path, {"Readers": [["email"], ["#N/A"], ["#N/A"], ["#N/A"]]})
    with pytest.raises(FileError, match="holds over 2 cells with errors such as #N/A"):
        Sheet(path)


@pytest.mark.django_db
def test_a_first_sheet_without_readers_leads_to_the_others(path: Path, upr: MailingList) -> None:
    workbook(path, {"Cover": [["Report of May"]], "People": [["email"], ["a@example.org"]]})
    with pytest.raises(FileError, match=r"no column holds addresses.*for another one, --sheet: 'People'"):
        take_file(path, upr)
