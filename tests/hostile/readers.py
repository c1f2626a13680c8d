"""Hostile files of readers, and hostile addresses in them."""

import io
import zipfile
from collections.abc import Callable

from subscribers.models import Subscriber
from tests.cli.conftest import Ran
from tests.hostile.world import Row, World, readers, text

ONE = readers("ana@example.org,Ana")


def zip_bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readers.csv", b"email\n" + b"0" * 10_000_000)
    return made.getvalue()


def workbook_of(name: str, text: str) -> bytes:
    """An Excel workbook with this in one of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(name, text)
    return made.getvalue()


CORNERS = '<worksheet><sheetData><row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row></sheetData>'


def addresses(*kept: str) -> Callable[[World], None]:
    """What stands in the store after an import."""

    def then(_: World) -> None:
        assert sorted(Subscriber.objects.values_list("email_norm", flat=True)) == sorted(kept)

    return then


def refused_address(address: str, *says: str, number: int, tried: str) -> Row:
    cell = '"' + address.replace('"', '""') + '"'
    rows = readers(f"{cell},Eve", "ana@example.org,Ana")
    return Row(number, tried, lambda w: w.readers(rows), 0, ("line 2", "refused", *says), addresses("ana@example.org"))


def nobody(world: World) -> None:
    """The run is on record; nobody came of it."""
    assert not Subscriber.objects.exists()


def only_ana(world: World) -> None:
    assert list(Subscriber.objects.values_list("email_norm", flat=True)) == ["ana@example.org"]


def twice(world: World) -> Ran:
    world.readers(ONE)
    return world.readers(ONE)


def no_formula(world: World) -> None:
    """The file of refused rows is opened in a spreadsheet."""
    cells = (world.root / "readers.csv.errors.csv").read_text(encoding="utf-8-sig")
    assert "=cmd" in cells
    assert ",=cmd" not in cells
    assert not any(line.startswith("=") for line in cells.splitlines())


def suppressed(world: World) -> Ran:
    world.run("subscriber", "suppress", "ana@example.org")
    return world.readers(ONE)


def nobody_is_mailed(world: World) -> None:
    assert world.send(text("Hello.")).code != 0
    assert world.mails() == []


def all_but_one(_: World) -> None:
    assert Subscriber.objects.count() == 49_999


def many(world: World) -> Ran:
    rows = (f"reader{number}@example.org,Ana" for number in range(49_999))
    return world.readers(readers(*rows, "no address,Eve"))


ROWS = [
    Row(31, "a zip bomb", lambda w: w.readers(zip_bomb()), 1, ("ZIP file", "save the table as")),
    Row(
        31,
        "a workbook that unpacks to 150 MB",
        lambda w: w.readers(workbook_of("xl/sharedStrings.xml", "0" * 150_000_000)),
        1,
        ("too large: it unpacks to 150 MB", "CSV UTF-8"),
    ),
    Row(
        31,
        "two cells in the corners of a sheet, which claim 17 billion",
        lambda w: w.readers(workbook_of("xl/worksheets/sheet1.xml", CORNERS)),
        1,
        ("reach over 1,048,576 rows and 16,384 columns",),
    ),
    Row(
        32,
        "an unclosed quote",
        lambda w: w.readers('email,name\nana@example.org,Ana\nbob@example.org,"Bob\n'),
        0,
        ("line 3", "refused: a quote is opened and not closed"),
        only_ana,
    ),
    Row(
        33,
        "a field of 50 MB",
        lambda w: w.readers(b"email,name\nana@example.org," + b"x" * 50_000_000 + b"\n"),
        1,
        ("line 2", "refused", "no row of readers.csv could be taken"),
        nobody,
    ),
    Row(
        34,
        "no column of addresses",
        lambda w: w.readers(readers("Ana,Zurich", header="name,city")),
        1,
        ("no column", "email"),
    ),
    Row(
        35,
        "duplicate headers",
        lambda w: w.readers(readers("ana@example.org,bob@example.org", header="email,Email")),
        1,
        ("both the email", "delete one"),
    ),
    Row(
        36,
        "mixed delimiters",
        lambda w: w.readers("email,first_name\nana@example.org;Ana\n"),
        1,
        ("line 2", "refused"),
        nobody,
    ),
    Row(37, "UTF-16", lambda w: w.readers(ONE.encode("utf-16")), 0, ("1 row",), only_ana),
    Row(37, "UTF-16 without its mark", lambda w: w.readers(ONE.encode("utf-16-be")), 0, ("UTF-16-BE",), only_ana),
    Row(
        38,
        "=HYPERLINK()",
        lambda w: w.readers(readers('ana@example.org,"=HYPERLINK(""https://evil.example.org"")"', "=cmd|x,Eve")),
        0,
        ("line 3",),
        no_formula,
    ),
    Row(
        39,
        "duplicates by case and IDN",
        lambda w: w.readers(
            readers(
                "ana@example.org,Ana",
                "Ana@EXAMPLE.org,Ana",
                "bo@bücher.example.org,Bo",
                "bo@xn--bcher-kva.example.org,Bo",
            )
        ),
        0,
        ("line 3", "line 5", "duplicate"),
        addresses("ana@example.org", "bo@xn--bcher-kva.example.org"),
    ),
    Row(40, "a suppressed address", suppressed, 0, ("suppressed",), nobody_is_mailed),
    Row(41, "the last of many rows is bad", many, 0, ("line 50001", "refused", "50,000 rows"), all_but_one),
    Row(42, "the same file twice", twice, 0, ("nothing to do", "imported"), only_ana),
    Row(
        43,
        "a cut-off upload",
        lambda w: w.readers("email,first_name\nana@example.org,Ana\nbob@exam"),
        0,
        ("line 3", "refused"),
        only_ana,
    ),
    Row(
        43,
        "a workbook that was not uploaded whole",
        lambda w: w.readers(workbook_of("xl/worksheets/sheet1.xml", CORNERS)[:200]),
        1,
        ("damaged, or was not uploaded whole",),
    ),
    Row(
        25,
        "CRLF in a name",
        lambda w: w.readers(readers('bob@example.org,"Bob\r\nBcc: evil@x.org"', "ana@example.org,Ana")),
        0,
        ("line 2", "refused: the first name runs over several lines"),
        only_ana,
    ),
    refused_address("a@b.org,c@d.org", number=44, tried="two addresses in one"),
    refused_address("alice@example.org)bob@evil.com", number=45, tried="a bracket that parseaddr trusts"),
    refused_address('"a b"@example.org', number=46, tried="a quoted local part"),
    refused_address(
        "a" * 64 + "@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + ".org",
        number=47,
        tried="over 254 characters",
    ),
    refused_address("añb@example.org", number=48, tried="SMTPUTF8, which no provider here supports"),
    refused_address("a@localhost", number=49, tried="localhost"),
    refused_address("a@[192.0.2.1]", number=49, tried="an IP literal"),
    refused_address("-oQ/tmp@example.org", number=50, tried="a leading hyphen"),
]
