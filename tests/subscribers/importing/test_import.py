"""Whole imports: what changes, what never does, and how it is told."""

import csv
import re
from pathlib import Path

import pytest
from django.db import connection

from subscribers import audience, consent, suppression
from subscribers.address import normalise
from subscribers.importing import FileError, merging
from subscribers.models import Consent, Import, ImportRow, MailingList, Subscriber, Subscription
from tests.subscribers.importing.lists import LATER, NOW, add, everything, states, take

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


def test_readers_are_taken_with_evidence(path: Path, upr: MailingList) -> None:
    report = take(
        path, upr, "Email,First Name,tz\nAnna@Example.org,Änna,Europe/Zurich\nb@example.org,,\n", source="May"
    )
    assert (report.counts.rows, report.counts.taken) == (2, 2)
    assert report.problems == ()
    anna = Subscriber.objects.get(email_norm="anna@example.org")
    assert (anna.email, anna.name, anna.timezone) == ("Anna@example.org", "Änna", "Europe/Zurich")
    assert anna.attributes == {"first_name": "Änna"}
    assert anna.created_at == NOW
    evidence = Consent.objects.get(subscription__subscriber=anna)
    assert (evidence.action, evidence.at, evidence.source) == ("imported", NOW, "May")
    run = Import.objects.get()
    assert evidence.imported_by == run
    assert run.mapping == {"Email": "email", "First Name": "first_name", "tz": "timezone"}
    assert (run.counts["taken"], run.actor, run.filename) == (2, "desk", "readers.csv")
    tokens = Subscription.objects.values_list("token", flat=True)
    assert len({*tokens}) == 2
    assert all(len(token) == 22 for token in tokens)
    assert {recipient.email_norm for recipient in audience.members("upr")} == {"anna@example.org", "b@example.org"}
    consent.unsubscribe(tokens[0], at=LATER, source="link")
    assert audience.count("upr") == 1


def test_the_same_file_twice_changes_nothing_and_says_so(path: Path, upr: MailingList) -> None:
    content = "email,name\na@example.org,A\nbroken,\n"
    take(path, upr, content)
    Subscriber.objects.update(name="As the reader wrote it since")
    before = everything()
    report = take(path, upr, content, at=LATER)
    assert report.before == NOW
    assert everything() == before
    other = MailingList.objects.create(slug="other", name="Other")
    assert take(path, other, content).counts.taken == 1


def test_an_attribute_declared_since_makes_it_another_import(path: Path, upr: MailingList) -> None:
    content = "email,city\na@example.org,Genève\n"
    assert take(path, upr, content).columns.ignored == ("city",)
    assert Subscriber.objects.get().attributes == {}
    report = take(path, upr, content, attributes={"city": "text"})
    assert (report.counts.updated, report.before) == (1, None)
    assert Subscriber.objects.get().attributes == {"city": "Genève"}


def test_the_same_rows_in_another_file_change_nothing(path: Path, upr: MailingList) -> None:
    content = (
        "email,first name,language\nä@bücher.example.org,x,en\na@bücher.example.org,Änna 😀,es\nb@example.org,B,\n"
    )
    take(path, upr, content)
    before = everything()[:4]
    report = take(path, upr, content + "\n")
    assert (report.counts.taken, report.counts.updated, report.counts.unchanged) == (0, 0, 2)
    assert everything()[:4] == before


def test_values_that_are_not_empty_replace_those_known(path: Path, upr: MailingList) -> None:
    take(
        path,
        upr,
        "email,name,language,city,tz\na@example.org,Anna,en,Bern,Europe/Zurich\n",
        attributes={"city": "text"},
    )
    report = take(path, upr, "email,name,language,city\nA@example.org,,es,Lima\n", attributes={"city": "text"})
    assert report.counts.updated == 1
    anna = Subscriber.objects.get()
    assert (anna.name, anna.language, anna.timezone, anna.attributes) == (
        "Anna",
        "es",
        "Europe/Zurich",
        {"city": "Lima"},
    )


HOSTILE = (
    "email,name,language,tz,notes\n"  # 1
    "good1@example.org,Ä,en,UTC,é\n"
    "a@b.org;c@d.org,two,,,\n"  # 3
    'open@example.org,"O,,,\n'  # 4: the quote is not closed
    "good2@example.org,M,,,\n"
    ",,,,\n"  # 6: nothing
    "bad\x00nul@example.org,x,,,\n"  # 7
    "good3@example.org,\udcfc,,,\n"  # 8: not UTF-8
    "good3@example.org,C,,,\udcfc\n"  # 9: not UTF-8 where nobody reads
    "noted@example.org,D,Klingon,Mars/Base,\n"  # 10
    "Good1@example.org,again,,,\n"  # 11
    "=cmd()@,x,,,\n"  # 12
    'multi@example.org,E,,,"one\ntwo"\n'  # 13, 14
    "many@example.org,a,b,c,d,e,f\n"  # 15
    "cut@example.or"  # 16
)


def test_a_hostile_file(path: Path, upr: MailingList, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    report = take(path, upr, HOSTILE, errors=errors)
    assert set(states()) == {"good1", "good2", "good3", "noted", "multi"}
    verdicts = {problem.line: problem.verdict for problem in report.problems}
    refused = dict.fromkeys((3, 4, 7, 8, 12, 15, 16), "refused")
    assert verdicts == refused | {10: "noted", 11: "duplicate"}
    assert dict(ImportRow.objects.values_list("line", "verdict")) == verdicts
    counts = report.counts
    assert (counts.rows, counts.taken, counts.refused, counts.duplicate, counts.noted) == (13, 5, 7, 1, 1)
    assert report.errors == errors
    assert errors.stat().st_mode & 0o077 == 0, "it holds addresses"
    with errors.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "verdict", "reason", "email", "name", "language", "tz", "notes"]
    by_line = {row[0]: row for row in rows[1:]}
    assert len(by_line) == 9
    assert by_line["12"][3] == "'=cmd()@", "no spreadsheet takes it for a formula"
    assert by_line["3"][3] == "a@b.org;c@d.org"
    assert "the language was left empty" in by_line["10"][2]
    assert "time zone" in by_line["10"][2]


def test_addresses_stand_in_no_reason(path: Path, upr: MailingList) -> None:
    take(path, upr, HOSTILE)
    said = " ".join(ImportRow.objects.values_list("reason", flat=True)).lower()
    assert not [address for address in re.findall(r"\S+@[\w.]+", HOSTILE.partition("\n")[2]) if address.lower() in said]


def test_the_first_problems_and_refused_rows_first(path: Path, upr: MailingList) -> None:
    noted = "".join(f"r{number}@example.org,Mars\n" for number in range(30))
    report = take(path, upr, "email,tz\n" + noted + "broken,\n")
    assert len(report.problems) == 20
    assert report.problems[0].line == 32
    assert report.problems[1].line == 2


def test_a_dry_run_tells_the_same_and_changes_nothing(path: Path, upr: MailingList, tmp_path: Path) -> None:
    consent.unsubscribe(add(upr).token, at=NOW, source="link")
    content = "email,status\nanna@example.org,\nb@example.org,bounced\nbroken,\n"
    before = everything()
    errors = tmp_path / "errors.csv"
    dry = take(path, upr, content, dry_run=True, errors=errors)
    assert everything() == before
    assert not errors.exists()
    assert dry.errors is None
    real = take(path, upr, content, errors=errors)
    assert dry.counts == real.counts
    assert dry.problems == real.problems


def test_a_file_without_problems_leaves_no_error_file(path: Path, upr: MailingList, tmp_path: Path) -> None:
    assert take(path, upr, "email\na@example.org\n", errors=tmp_path / "errors.csv").errors is None
    assert {file.name for file in tmp_path.iterdir()} == {"readers.csv"}


def test_a_file_name_that_is_not_utf_8(tmp_path: Path, upr: MailingList) -> None:
    assert take(tmp_path / "m\udcfcller.csv", upr, "email\na@example.org\n").counts.taken == 1
    assert Import.objects.get().filename == Consent.objects.get().source == "m?ller.csv"


def test_a_file_without_rows(path: Path, upr: MailingList) -> None:
    assert take(path, upr, "email\n").counts.rows == 0


def test_the_counts_add_up(path: Path, upr: MailingList) -> None:
    add(upr, "same")
    add(upr, "leaves")
    consent.unsubscribe(add(upr, "gone").token, at=NOW, source="link")
    suppression.suppress(normalise("erased@example.org"), reason="erased", actor="x", at=NOW)
    counts = take(
        path,
        upr,
        "email,status,name\nsame@example.org,,\nleaves@example.org,no,\ngone@example.org,,\nerased@example.org,,\n"
        "new@example.org,,\nNEW@example.org,,\nbroken,,\n",
    ).counts
    parts = (counts.taken, counts.updated, counts.unchanged, counts.kept, counts.opted_out, counts.duplicate)
    assert parts == (1, 0, 1, 1, 1, 1)
    assert (counts.erased, counts.refused) == (1, 1)
    assert counts.rows == 7


def test_a_file_that_cannot_be_taken_changes_nothing(path: Path, upr: MailingList) -> None:
    before = everything()
    with pytest.raises(FileError, match=r"readers\.csv:1: no column holds addresses"):
        take(path, upr, "name\nAnna\n")
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_an_import_that_breaks_off_leaves_nothing_and_is_run_again(
    path: Path, upr: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "email,status\na@example.org,\nb@example.org,bounced\n"
    before = everything()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in (merging._add_readers, merging._add_subscriptions, merging._record_consent, merging._keep_rows):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(merging, step.__name__, interrupted)
            take(path, upr, content)
        assert everything() == before, step.__name__
    assert take(path, upr, content).counts.taken == 2


def test_progress_is_told(path: Path, upr: MailingList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subscribers.importing.staging.CHUNK", 10)
    told: list[tuple[str, int, int]] = []
    rows = "".join(f"r{number}@example.org\n" for number in range(95))
    report = take(path, upr, "email\n" + rows, progress=lambda *step: told.append(step))
    assert report.counts.taken == 95
    assert [what for what, _, _ in told] == ["reading"] * 9 + ["sorting", "merging"]
    assert all(done <= total for _, done, total in told)


def test_no_sentence_of_sql_takes_the_square_of_the_rows(path: Path, upr: MailingList) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("counts the steps of SQLite's machine; PostgreSQL plans with statistics")
    rows = "".join(f"r{number}@example.org,Name {number}\n" for number in range(3_000))
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 1_000)
    try:
        for content in ("email,name\n" + rows, "email,name\n" + rows.replace("Name", "Other"), "email,name\n" + rows):
            take(path, upr, content)
    finally:
        connection.connection.set_progress_handler(None, 0)
    assert steps < 3 * 3_000, "a thousand steps of SQLite's machine for each row are many times what is needed"
