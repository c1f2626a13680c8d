"""``newsletter subscriber import`` with its choices, ``imports`` and ``undo-import``."""

import csv
import json
import logging
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from newsletter.cli import shell, subscriber_import_report
from subscribers.importing import staging
from subscribers.models import Consent, Import, MailingList, Subscription
from tests.cli.conftest import Ran, Run
from tests.subscribers.importing.workbooks import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def upr(site: Path) -> MailingList:
    return MailingList.objects.create(slug="upr-network", name="UPR Network")


@pytest.fixture
def imported(upr: MailingList, run: Run, tmp_path: Path) -> Run:
    """Imports ``content`` with ``options``."""

    def call(content: str, *options: object, basis: str = "opt-in") -> Ran:
        path = tmp_path / "readers.csv"
        path.write_text(content, encoding="utf-8")
        ground = ("--basis", basis) if basis else ()
        return run("subscriber", "import", path, "--list", "upr-network", *ground, *options)

    return call


def test_the_ground_is_asked_for_with_its_choices(imported: Run) -> None:
    ran = imported("email\na@example.org\n", basis="")
    assert ran.code == shell.USAGE
    assert "on what ground the readers of readers.csv may be mailed" in ran.err
    for ground in ("opt-in", "confirmed", "membership", "existing-contact", "other"):
        assert f"--basis {ground} " in ran.err
    assert not Import.objects.exists()
    assert imported("email\na@example.org\n", "--dry-run", basis="").code == shell.OK
    assert imported("email,LEID,UNSUB_TIME\na@example.org,1,\n", basis="").code == shell.OK, "nobody is subscribed"
    assert "no ground 'consent'" in imported("email\na@example.org\n", basis="consent").err
    assert "says too little" in imported("email\na@example.org\n", basis="membership").err
    assert imported("email\na@example.org\n", "--source", "Members of 2020", basis="membership").code == shell.OK


def test_the_ground_is_kept_and_shown(imported: Run, run: Run) -> None:
    content = "email,OPTIN_TIME,OPTIN_IP\na@example.org,2019-03-04 10:00:00,192.0.2.1\n"
    imported(content, "--source", "Side event", "--wording", "Yes, send me updates.", basis="confirmed")
    assert Import.objects.get().basis == "confirmed"
    assert Consent.objects.get().wording == "Yes, send me updates."
    shown = run("subscriber", "show", "a@example.org").out
    for words in ("confirmed", "Side event; opted in 2019-03-04 10:00:00 from 192.0.2.1", "Yes, send me updates."):
        assert words in shown
    [evidence] = json.loads(run("subscriber", "show", "a@example.org", "--json").out)["subscriptions"][0]["consent"]
    assert (evidence["basis"], evidence["import"]) == ("confirmed", Import.objects.get().pk)
    assert evidence["told_at"].startswith("2019-03-04T10:00:00")


def test_a_dry_run_shows_the_first_of_each(imported: Run) -> None:
    imported("email,name\na@example.org,Anna\nb@example.org,B\n")
    ran = imported(
        "email,name,status\na@example.org,Zoë,\nb@example.org,B,no\nc@example.org,,\nbroken,,\n", "--dry-run"
    )
    assert "  line 2: a@example.org  name 'Anna' -> 'Zoë'" in ran.out
    assert "unsubscribed, as the file says, such as:\n  line 3: b@example.org" in ran.out
    assert "new on the list, such as:\n  line 4: c@example.org" in ran.out
    assert "line 5:       refused" in ran.err


def test_the_whole_difference(imported: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    imported("email,name\na@example.org,Anna\n")
    caplog.set_level(logging.DEBUG)
    rows = "".join(f"r{number}@example.org,=x\n" for number in range(30))
    diff = tmp_path / "diff.csv"
    ran = imported("email,name\na@example.org,=Zoë\n" + rows + "broken,\n", "--dry-run", "--diff", diff, "--json")
    report = json.loads(ran.out)
    assert len(report["difference"]) == 32
    assert report["difference"][0]["changes"] == {"name": ["Anna", "=Zoë"]}
    assert (report["taken"], report["updated"], report["refused"]) == (30, 1, 1)
    with diff.open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 32
    assert (table[0]["field"], table[0]["before"], table[0]["after"]) == ("name", "Anna", "'=Zoë")
    assert table[-1]["email"] == "broken"
    assert diff.stat().st_mode & 0o077 == 0, "it holds addresses"
    assert "example.org" not in caplog.text
    assert imported("email\nx@example.org\n", "--diff", diff).code == shell.USAGE


def test_columns_sheet_and_encoding(upr: MailingList, run: Run, tmp_path: Path) -> None:
    path = workbook(tmp_path / "readers.xlsx", {"Info": [["x"]], "Readers": [["Who"], ["a@example.org"], ["broken"]]})
    command = ("subscriber", "import", path, "--list", "upr-network", "--basis", "opt-in")
    ran = run(*command)
    assert ran.code == shell.ERROR
    assert "sheet 'Info', row 1: no column holds addresses" in ran.err
    ran = run(*command, "--sheet", "Readers", "--column", "Who=email")
    assert ran.code == shell.OK
    assert "row 3:        refused" in ran.err
    assert "names no column and field" in run(*command, "--column", "Who").err
    text = tmp_path / "readers.csv"
    text.write_bytes("email,name\na@example.org,Müller\n".encode("cp1252"))
    ran = run("subscriber", "import", text, "--list", "upr-network", "--dry-run")
    assert "note: read as Windows-1252 (Western Europe): a guess, by words such as 'Müller'" in ran.err
    assert (
        "did you mean 'cp1252'"
        in run("subscriber", "import", text, "--list", "upr-network", "--dry-run", "--encoding", "cp-1252x").err
    )


def test_imports_are_listed_and_undone(imported: Run, run: Run) -> None:
    assert "Nothing was imported yet" in run("subscriber", "imports").err
    imported("email,name\na@example.org,Anna\nb@example.org,B\n", "--source", "Side event")
    ran = imported("email,name,status\na@example.org,Zoë,\nb@example.org,,no\nc@example.org,,\n")
    second = Import.objects.latest("pk").pk
    assert f"next:  newsletter subscriber undo-import {second}" in ran.err
    listed = run("subscriber", "imports").out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == [str(second), str(second - 1)]
    assert "opt-in" in listed[1]
    shown = run("subscriber", "imports", second - 1).out
    for words in ("readers.csv into upr-network", "Side event", "2 taken", "email = email"):
        assert words in shown
    assert len(json.loads(run("subscriber", "imports", "--list", "upr-network", "--json").out)) == 2
    dry = run("subscriber", "undo-import", second, "--dry-run")
    assert "1  taken off the list" in dry.out
    assert Import.objects.get(pk=second).undone_at is None
    ran = run("subscriber", "undo-import", second)
    assert ran.out == dry.out
    assert "1  have values put back" in ran.out
    assert "1  stay unsubscribed: the file said that they left" in ran.out
    assert "the file may be imported again" in ran.err
    assert sorted(Subscription.objects.values_list("state", flat=True)) == ["active", "removed", "unsubscribed"]
    counted = json.loads(run("list", "show", "upr-network", "--json").out)  # who was taken off is no reader of it
    assert (counted["readers"], counted["may_be_mailed"]) == (2, 1)
    assert counted["may_not_be_mailed"] == {"unsubscribed": 1}
    assert "undone on" in run("subscriber", "imports").out
    ran = run("subscriber", "undo-import", second)
    assert ran.code == shell.ERROR
    assert "was undone on" in ran.err
    assert run("subscriber", "undo-import", 999).code == shell.USAGE
    assert json.loads(run("subscriber", "undo-import", second - 1, "--json").out)["removed"] == 1
    assert "undone" in run("subscriber", "imports", second).out


def test_stopped_in_the_middle(imported: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(staging.Stage, "take", stopped)
    ran = imported("email\na@example.org\n")
    assert ran.code == shell.INTERRUPTED
    assert "stopped: nothing was imported" in ran.err
    assert not Import.objects.exists()
    assert not Subscription.objects.exists()


def test_a_bar_is_shown_after_a_while_where_a_person_looks_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(*, quiet: bool, terminal: bool, after: float) -> str:
        console = Console(file=StringIO(), force_terminal=terminal, width=80)
        monkeypatch.setattr(shell, "err", console)
        monkeypatch.setattr(subscriber_import_report, "BAR_AFTER", after)
        with subscriber_import_report.bar(quiet=quiet) as told:
            told("reading", 1, 2)
            time.sleep(0.5)
        return str(console.file.getvalue())  # type: ignore[attr-defined]

    assert "reading" in drawn(quiet=False, terminal=True, after=0.01)
    assert drawn(quiet=False, terminal=True, after=60) == ""
    assert drawn(quiet=True, terminal=True, after=0.01) == ""
    assert drawn(quiet=False, terminal=False, after=0.01) == ""
