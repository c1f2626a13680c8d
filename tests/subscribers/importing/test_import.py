"""Whole imports: what changes, what never does, and how it is told."""

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from subscribers import audience, consent, suppression
from subscribers.address import normalise
from subscribers.importing import FileError, Report, import_csv, merging
from subscribers.models import Consent, Import, ImportRow, MailingList, Subscriber, Subscription, Suppression

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def upr() -> MailingList:
    return MailingList.objects.create(slug="upr", name="UPR")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readers.csv"


def take(path: Path, upr: MailingList, content: str, **options: Any) -> Report:
    path.write_text(content, encoding="utf-8", errors="surrogateescape", newline="")
    return import_csv(path, upr, **{"at": NOW, "actor": "desk"} | options)


def add(upr: MailingList, name: str = "anna") -> Subscription:
    mailing_list = MailingList(pk=upr.pk, slug=upr.slug, double_opt_in=False)
    return consent.subscribe(normalise(f"{name}@example.org"), mailing_list, at=NOW, source="form")


def states() -> dict[str, str]:
    rows = Subscription.objects.order_by("subscriber__email_norm")
    return {email.partition("@")[0]: state for email, state in rows.values_list("subscriber__email_norm", "state")}


def everything() -> list[Any]:
    """All that an import could change."""
    models = (Subscriber, Subscription, Consent, Suppression, Import, ImportRow)
    return [list(model.objects.order_by("pk").values()) for model in models]


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
    report = take(path, upr, content, attributes=["city"])
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
    take(path, upr, "email,name,language,city,tz\na@example.org,Anna,en,Bern,Europe/Zurich\n", attributes=["city"])
    report = take(path, upr, "email,name,language,city\nA@example.org,,es,Lima\n", attributes=["city"])
    assert report.counts.updated == 1
    anna = Subscriber.objects.get()
    assert (anna.name, anna.language, anna.timezone, anna.attributes) == (
        "Anna",
        "es",
        "Europe/Zurich",
        {"city": "Lima"},
    )


@pytest.mark.parametrize("status", ["", "subscribed", "pending", "bounced"])
def test_an_opt_out_stands(path: Path, upr: MailingList, status: str) -> None:
    consent.unsubscribe(add(upr).token, at=NOW, source="link")
    report = take(path, upr, f"email,status,name\nANNA@example.org,{status},Anna\n")
    assert report.counts.kept == 1
    assert report.problems == ()
    assert states() == {"anna": "unsubscribed"}
    assert Consent.objects.count() == 2
    assert ImportRow.objects.get().verdict == "kept"


def test_nobody_is_confirmed_by_a_file(path: Path, upr: MailingList) -> None:
    consent.subscribe(normalise("anna@example.org"), upr, at=NOW, source="form")
    assert take(path, upr, "email\nanna@example.org\n").counts.kept == 1
    assert states() == {"anna": "pending"}


def test_an_active_reader_stays_active(path: Path, upr: MailingList) -> None:
    add(upr)
    assert take(path, upr, "email,status\nanna@example.org,pending\n").counts.unchanged == 1
    assert states() == {"anna": "active"}


def test_an_opt_out_in_the_file_is_one(path: Path, upr: MailingList) -> None:
    add(upr)
    report = take(path, upr, "email,status\nanna@example.org,unsubscribed\nb@example.org,unsubscribed\n")
    assert (report.counts.opted_out, report.counts.taken, report.counts.taken_unsubscribed) == (1, 1, 1)
    assert states() == {"anna": "unsubscribed", "b": "unsubscribed"}
    last = Consent.objects.filter(action="unsubscribed").order_by("subscription__subscriber__email_norm")
    assert [row.source for row in last] == ["readers.csv"] * 2
    assert not list(audience.members("upr"))


def test_states_of_new_readers(path: Path, upr: MailingList) -> None:
    take(path, upr, "email,status\na@example.org,active\np@example.org,pending\nb@example.org,bounced\n")
    assert states() == {"a": "active", "p": "pending", "b": "active"}
    assert [recipient.email_norm for recipient in audience.members("upr")] == ["a@example.org"]


def test_what_a_file_suppresses_is_suppressed(path: Path, upr: MailingList) -> None:
    content = (
        "email,status\na@example.org,bounced\nb@example.org,complained\nc@example.org,suppressed\nd@example.org,\n"
    )
    report = take(path, upr, content)
    assert (report.counts.taken, report.counts.taken_unsubscribed, report.counts.suppressed) == (4, 2, 1)
    assert sorted(audience.excluded("upr").items()) == [("suppressed: bounced", 1), ("unsubscribed", 2)]
    norms = [f"{name}@example.org" for name in "abcd"]
    assert suppression.reasons(norms) == {norms[0]: "bounced", norms[1]: "complained", norms[2]: "manual"}
    assert audience.count("upr") == 1


def test_a_suppressed_address_stays_so(path: Path, upr: MailingList) -> None:
    suppression.suppress(normalise("a@example.org"), reason="complained", actor="x", at=NOW)
    suppression.suppress_host("example.net", reason="manual", actor="x", at=NOW)
    report = take(path, upr, "email,status\nA@example.org,subscribed\nb@example.net,\nc@example.org,\n")
    assert (report.counts.taken, report.counts.suppressed) == (3, 2)
    assert [recipient.email_norm for recipient in audience.members("upr")] == ["c@example.org"]
    assert Suppression.objects.get(kind="address").reason == "complained"


def test_a_lifted_suppression_comes_back_only_by_the_files_own_word(path: Path, upr: MailingList) -> None:
    anna = normalise("a@example.org")
    suppression.suppress(anna, reason="complained", actor="x", at=NOW)
    suppression.lift(anna, at=NOW)
    assert take(path, upr, "email\na@example.org\n").counts.suppressed == 0
    assert take(path, upr, "email,status\na@example.org,bounced\n", at=LATER).counts.suppressed == 1
    row = Suppression.objects.get()
    assert (row.reason, row.actor, row.at, row.lifted_at) == ("bounced", "desk", LATER, None)


def test_of_those_already_there_the_suppressed_are_those_who_would_be_mailed(path: Path, upr: MailingList) -> None:
    take(path, upr, "email,status\na@example.org,\nu@example.org,unsubscribed\np@example.org,pending\n")
    for name in "aup":
        suppression.suppress(normalise(f"{name}@example.org"), reason="bounced", actor="x", at=NOW)
    report = take(path, upr, "email,name\na@example.org,A\nu@example.org,U\np@example.org,P\n", at=LATER)
    assert report.counts.suppressed == sum(
        count for reason, count in audience.excluded("upr").items() if "suppressed" in reason
    )


def test_a_file_of_which_nothing_can_be_taken_is_no_import(path: Path, upr: MailingList) -> None:
    before = everything()
    for _ in range(2):
        report = take(path, upr, "email\nnobody\n@example.org\n")
        assert (report.before, report.counts.refused, len(report.problems)) == (None, 2, 2)
    assert everything() == before


def test_the_erased_leave_no_trace(path: Path, upr: MailingList) -> None:
    suppression.suppress(normalise("a@example.org"), reason="erased", actor="x", at=NOW)
    report = take(path, upr, "email,name\nA@example.org,Anna\nb@example.org,B\n")
    assert (report.counts.erased, report.counts.taken) == (1, 1)
    assert states() == {"b": "active"}
    assert "nna" not in json.dumps(everything(), default=str)


def test_one_address_in_many_rows_is_one_reader_and_the_strictest_wins(path: Path, upr: MailingList) -> None:
    content = (
        "email,status,name\nanna@bücher.example.org,,first\nb@example.org,,B\n"
        "ANNA@xn--bcher-kva.example.org,unsubscribed,last\nanna@BÜCHER.example.org,pending,x\nB@EXAMPLE.ORG,,C\n"
    )
    report = take(path, upr, content)
    assert (report.counts.rows, report.counts.taken, report.counts.duplicate) == (5, 2, 3)
    assert states() == {"anna": "unsubscribed", "b": "active"}
    assert Subscriber.objects.get(email_norm="b@example.org").name == "B"
    lines = {problem.line: problem.reason for problem in report.problems}
    assert lines == {
        2: "the same address as in line 5",
        5: "the same address as in line 4",
        6: "the same address as in line 3",
    }


HOSTILE = (
    "email,name,language,tz,notes\n"  # 1
    "good1@example.org,A,en,UTC,\n"
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
    with errors.open(encoding="utf-8", newline="") as file:
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

    for step in (merging._add_readers, merging._add_subscriptions, merging._record_consent, merging._keep_problems):
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
