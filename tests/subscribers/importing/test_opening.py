"""Where the titles of a file stand, what a person may say of its columns, and files of errors that come back."""

import csv
from pathlib import Path

import pytest

from subscribers.importing import FileError
from subscribers.models import Import, MailingList, Subscriber
from tests.subscribers.importing.lists import LATER, everything, states, take

pytestmark = pytest.mark.django_db


def test_lines_above_the_titles(path: Path, upr: MailingList) -> None:
    content = "Our members, as of May, June\n\nContact: office at example\n\nE-Mail;Name\nana@example.org;Ana\nx;y\n"
    report = take(path, upr, content)
    assert states() == {"ana": "active"}
    assert "line 5 has the titles of the columns; what stands above it is left out" in report.remarks
    assert [problem.line for problem in report.problems] == [7]


def test_one_column_of_addresses_needs_no_titles(path: Path, upr: MailingList) -> None:
    report = take(path, upr, "ana@example.org\nbo@example.org\n\nBO@example.org\n")
    assert states() == {"ana": "active", "bo": "active"}
    assert "no titles of columns" in report.remarks[0]
    assert report.problems[0].line == 4


@pytest.mark.parametrize("content", ["ana@example.org,Ana\nbo@example.org,Bo\n", "Ana;ana@example.org\n"])
def test_readers_without_titles_are_explained(path: Path, upr: MailingList, content: str) -> None:
    with pytest.raises(FileError, match="the first line is a reader already") as caught:
        take(path, upr, content)
    assert "--column" in caught.value.mend
    at = 1 if content.startswith("ana") else 2
    take(path, upr, content, columns={str(at): "email", str(3 - at): "name"})
    assert states()["ana"] == "active"
    assert Subscriber.objects.get(email_norm="ana@example.org").name == "Ana"


def test_without_titles_every_column_is_named(path: Path, upr: MailingList) -> None:
    with pytest.raises(FileError, match="is a reader already"):
        take(path, upr, "ana@example.org,unsubscribed\n", columns={"1": "email"})
    take(path, upr, "ana@example.org,unsubscribed\n", columns={"1": "email", "2": "status"})
    assert states() == {"ana": "unsubscribed"}


def test_columns_that_are_named(path: Path, upr: MailingList) -> None:
    content = "Mail of the reader,Nick,Where,Consent\nana@example.org,Ana,Lima,maybe\n"
    columns = {"mail of the READER": "email", "Nick": "first name", "3": "city", "Consent": "-"}
    report = take(path, upr, content, columns=columns, attributes={"city": "text"})
    assert report.columns.mapping == {
        "Mail of the reader": "email",
        "Nick": "first_name",
        "Where": "city",
        "Consent": "-",
    }
    assert Import.objects.get().mapping == report.columns.mapping
    assert Subscriber.objects.get().attributes == {"first_name": "Ana", "city": "Lima"}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"Nic": "name"}, r"readers\.csv:1 has no column 'Nic'; did you mean 'Nick'\?; there are 'email', 'Nick'"),
        ({"Nick": "frist_name"}, r"no field 'frist_name'; did you mean 'first_name'\?"),
        ({"Nick": "email"}, "are both the email"),
        ({"3": "name"}, "no column '3'"),
        ({"email": "-"}, "no column holds addresses"),
    ],
)
def test_columns_that_cannot_be(path: Path, upr: MailingList, columns: dict[str, str], message: str) -> None:
    with pytest.raises(FileError, match=message):
        take(path, upr, "email,Nick\nana@example.org,Ana\n", columns=columns)
    assert not Import.objects.exists()


def test_typed_attributes(path: Path, upr: MailingList) -> None:
    kinds = {"age": "number", "born": "date", "member": "yes/no", "region": ("North", "South")}
    report = take(
        path,
        upr,
        "email,Age,born,member,region\na@example.org,41,1979-03-04,ja,north\nb@example.org,old,04/03/79,perhaps,East\n",
        attributes=kinds,
    )
    assert Subscriber.objects.get(email_norm="a@example.org").attributes == {
        "age": 41,
        "born": "1979-03-04",
        "member": True,
        "region": "North",
    }
    assert Subscriber.objects.get(email_norm="b@example.org").attributes == {}
    [problem] = report.problems
    assert (problem.line, problem.verdict) == (3, "noted")
    for words in ("the age was left empty: 'old' is no number", "the born was left empty", "the region was left empty"):
        assert words in problem.reason


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;\r\nemail;name\r\nana@example.org;A,B\r\n",
        b'"sep=;"\r\nemail;name\r\nana@example.org;A,B\r\n',
        "sep=\t\nemail\tname\nana@example.org\tA,B\n".encode("utf-16-le"),
        b"email|name\rana@example.org|A,B\r",
        b'email,name\nana@example.org,"A,B"\n',
    ],
)
def test_however_it_is_written(path: Path, upr: MailingList, content: bytes) -> None:
    from tests.subscribers.importing.lists import take_file

    path.write_bytes(content)
    take_file(path, upr)
    assert Subscriber.objects.get().name == "A,B"


def test_quoted_newlines_and_nul(path: Path, upr: MailingList) -> None:
    report = take(path, upr, 'email,notes\nana@example.org,"one\n\ntwo"\nb\x00o@example.org,x\ncleo@example.org,\x00\n')
    assert states() == {"ana": "active", "cleo": "active"}
    assert [problem.line for problem in report.problems] == [5]


def test_a_file_of_errors_is_mended_and_imported_as_it_is(path: Path, upr: MailingList, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    content = (
        "Name,Email,City,Left,Zone\n"
        "Ana,ana@example,Bern,,\n"
        "Bo,bo@example.org,,,Mars\n"
        "=cmd(),cleo at example.org,+41,,\n"
        'Dan,dan@example.org,"open\n'
        "Eli,eli@example.org,a,b,c,d\n"
        "Fay,fay@example.org,,yes,\n"
        "Fay,FAY@example.org,,,\n"
    )
    columns = {"Left": "unsubscribed", "Zone": "timezone"}
    kinds = {"city": "text"}
    take(path, upr, content, errors=errors, columns=columns, attributes=kinds)
    assert states() == {"bo": "active", "fay": "unsubscribed"}
    before = everything()[:4]
    again = take(
        tmp_path / "same.csv", upr, errors.read_text(encoding="utf-8-sig"), columns=columns, attributes=kinds, at=LATER
    )
    assert again.counts.taken == again.counts.updated == 0
    assert everything()[:4] == before, "as it is, it changes nothing"
    assert "recognised as a file of errors of an earlier import" in again.remarks
    assert again.columns.ignored == ()

    with errors.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["line"]: row for row in csv.DictReader(file)}
    assert rows["4"]["Name"] == "'=cmd()"
    rows["2"]["Email"] = "ana@example.org"
    rows["3"]["Zone"] = "Europe/Zurich"
    rows["4"]["Email"] = "cleo@example.org"
    assert rows["6"]["Email"] == "eli@example.org"
    assert not rows["5"]["Email"], "what the rest of the row said is not known"
    rows["5"]["Email"] = "dan@example.org"
    with errors.open("w", newline="") as file:
        table = csv.DictWriter(file, [name for name in rows["2"] if name])
        table.writeheader()
        table.writerows({name: value for name, value in row.items() if name} for row in rows.values())
    report = take(errors, upr, errors.read_text(encoding="utf-8-sig"), columns=columns, attributes=kinds, at=LATER)
    assert (report.counts.taken, report.counts.updated, report.counts.refused) == (4, 1, 0)
    assert Subscriber.objects.get(email_norm="cleo@example.org").name == "=cmd()"
    assert Subscriber.objects.get(email_norm="cleo@example.org").attributes == {"city": "+41"}
    assert Subscriber.objects.get(email_norm="bo@example.org").timezone == "Europe/Zurich"
    assert states()["fay"] == "unsubscribed"
