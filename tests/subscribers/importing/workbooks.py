"""Workbooks as Excel writes them, made by hand: nothing installed here writes any."""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

Formula = tuple[str, str]
"""A formula and the value that was kept of it."""
Value = str | int | float | bool | date | datetime | Formula | None


def workbook(
    path: Path, sheets: dict[str, Sequence[Sequence[Value]]], *, merged: Iterable[str] = (), hidden: Iterable[str] = ()
) -> Path:
    """Write ``sheets``; rows and cells that are ``None`` are left out; ``merged`` are ranges such as A1:C1."""
    joined = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    parts = {
        f"xl/worksheets/sheet{number}.xml": sheet(rows)
        + (f"<mergeCells>{joined}</mergeCells>" if joined else "")
        + "</worksheet>"
        for number, rows in enumerate(sheets.values(), 1)
    }
    return package(path, parts, list(sheets), hidden=set(hidden))


def package(path: Path, parts: dict[str, str], names: Sequence[str], hidden: Iterable[str] = ()) -> Path:
    """Write a workbook of which the sheets are there as XML."""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"'
        + (' state="hidden"/>' if name in hidden else "/>")
        for number, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(names) + 1)
    )
    styles = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
    whole = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}{styles}'
        "</Relationships>",
        # Of the two formats of cells the second one is a date.
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/>'
        "</cellXfs></styleSheet>",
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in whole.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return path


def sheet(rows: Sequence[Sequence[Value]]) -> str:
    """The XML of a sheet up to its merged cells."""
    made = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            _cell(f"{column_letters(at)}{number}", value) for at, value in enumerate(row) if value is not None
        )
        made.append(f'<row r="{number}">{cells}</row>' if cells else "")
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(made)}</sheetData>'


def column_letters(at: int) -> str:
    """A, B, … Z, AA, … for 0, 1, …"""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(place: str, value: Value) -> str:
    if isinstance(value, tuple):
        return f'<c r="{place}" t="str"><f>{escape(value[0])}</f><v>{escape(value[1])}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        days = (moment - datetime(1899, 12, 30)).total_seconds() / 86_400
        return f'<c r="{place}" s="1"><v>{days}</v></c>'
    if isinstance(value, str) and value.startswith("#"):
        return f'<c r="{place}" t="e"><v>{escape(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'
