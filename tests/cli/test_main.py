"""Commands that are typed wrongly, and errors that nobody expected."""

import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db.utils import OperationalError

from newsletter.cli import failures, shell
from newsletter.version import version
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["isue"], "there is no command 'isue'; did you mean 'issue'?"),
        (["issue", "rendr"], "there is no command 'rendr'; did you mean 'render'?"),
        (["kinds"], "there is no command 'kinds'; did you mean 'newsletter item kinds'?"),
        (["qqqq"], "there is no command 'qqqq'\n"),
        (["settings", "show", "--jsn"], "there is no option '--jsn'; did you mean '--json'?"),
        (["settings", "set"], "KEY is missing"),
        (["issue", "check", "x", "y"], "unexpected extra argument"),
        (["issue", "render", "x", "--out"], "--out"),
        (["mailing", "report", "abc"], "error: ID is a whole number\n"),
        (["issue", "send", "x", "--confirm-count", "9k"], "--confirm-count is a whole number\n"),
        (["serve", "--port", "99999"], "--port is a whole number of at most 65535\n"),
    ],
)
def test_what_was_typed_wrongly_is_named_with_the_nearest_word(run: Run, typed: list[str], said: str) -> None:
    ran = run(*typed)
    assert ran.code == shell.USAGE
    assert said.lower() in ran.err.lower()
    assert ran.err.startswith("error: ")
    assert "mend:  newsletter" in ran.err
    assert ran.out == ""


def test_a_noun_alone_shows_its_verbs(run: Run) -> None:
    ran = run("settings")
    assert ran.code == shell.USAGE
    assert "show" in ran.out + ran.err
    assert "error:" not in ran.err


def test_the_version(run: Run) -> None:
    ran = run("--version")
    assert (ran.code, ran.out) == (shell.OK, f"newsletter {version()}\n")


def test_without_a_site(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_SITE", raising=False)
    ran = run("settings", "show")
    assert ran.code == shell.USAGE
    assert ran.err == "error: there is no site here\nmend:  make one with: newsletter init DIR\n"


def _raise(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("newsletter.cli.settings.shell.require_site", fail)


def test_a_mistake_of_the_program_is_one_sentence_without_what_it_was_about(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(failures.DEBUG_VARIABLE, raising=False)
    _raise(monkeypatch, KeyError("reader@example.org"))
    ran = run("settings", "show")
    assert ran.code == shell.ERROR
    assert "KeyError in test_main.py, line " in ran.err
    assert "reader@example.org" not in ran.err
    assert len(ran.err.splitlines()) == 2


def test_debug_shows_the_trace(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(failures.DEBUG_VARIABLE, "1")
    failures.as_stop(KeyError("x"))
    assert "KeyError: 'x'" in capsys.readouterr().err


def test_a_busy_store_can_be_tried_later(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, OperationalError("database is locked"))
    ran = run("settings", "show")
    assert ran.code == shell.TRY_LATER
    assert "try again in a moment" in ran.err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "/x/y"), "error: /x/y: No space left on device\nmend:  make room"),
        (
            OperationalError("database or disk is full"),
            "error: the disk is full, and the store cannot be written\nmend:  make",
        ),
        (OperationalError("unable to open database file"), "error: the store cannot be written: data/ in the site's"),
        (OperationalError("attempt to write a readonly database"), "error: the store cannot be written: data/"),
        (sqlite3.OperationalError("disk I/O error"), "error: the store cannot be used: disk I/O error\n"),
    ],
)
def test_a_full_or_broken_disk_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    _raise(monkeypatch, error)
    ran = run("settings", "show")
    assert ran.code == shell.ERROR
    assert ran.err.startswith(said)


def test_an_interrupt_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _raise(monkeypatch, KeyboardInterrupt())
    ran = run("settings", "show")
    assert ran.code == shell.INTERRUPTED
    assert ran.err.strip() == "interrupted"


def test_json_has_dates_as_iso_8601(capsys: pytest.CaptureFixture[str]) -> None:
    shell.print_json({"at": datetime(2020, 11, 9, 14, 30, tzinfo=UTC), "day": date(2020, 11, 9), "path": Path("x")})
    assert json.loads(capsys.readouterr().out) == {"at": "2020-11-09T14:30:00+00:00", "day": "2020-11-09", "path": "x"}


def test_a_terminal_that_knows_few_letters() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", "item", "kinds", "nöne"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == shell.USAGE
    assert b"there is no kind 'n?ne'" in done.stderr
