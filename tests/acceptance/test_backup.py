"""A backup of a site in use, and a site made of it, on both stores."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.site_edit import change_setting
from tests.acceptance.conftest import run

ISSUE = """\
+++
title = "October 2020"
subject = "October 2020: watch the review"
preheader = "On November 9"
language = "en"
+++

Watch it with us.
"""
PASSPHRASE = "a few words that nobody guesses"


class Old:
    """A site with two readers and a mailing that is to begin in a month."""

    def __init__(self, folder: Path, url: str = "", new_url: str = "") -> None:
        self.folder = folder / "old"
        self.new_store = {"NEWSLETTER_DATABASE__URL": new_url} if new_url else {}
        self.key = folder / "passphrase"
        self.key.write_text(PASSPHRASE + "\n")
        self.file = folder / "site.age"
        assert run("init", self.folder, cwd=folder).returncode == 0
        for key, value in {
            "site.base_url": "https://news.example.org",
            "sender.email": "news@example.org",
            "organisation.postal_address": "1 Street, Geneva",
            **({"database.url": url} if url else {}),
        }.items():
            change_setting(self.folder, key, value)
        self("list", "add", "upr", "--single-opt-in")
        for name in ("ann", "bea"):
            self("subscriber", "add", f"{name}@example.org", "--list", "upr", "--source", "a sheet")
        (self.folder / "issues" / "october.md").write_text(ISSUE)
        later = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d %H:%M}"
        self("issue", "send", "october", "--list", "upr", "--confirm-count", 2, "--at", later, "--detach")

    def __call__(self, *words: object) -> str:
        done = run(*words, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def back_up(self) -> None:
        self("backup", self.file, "--passphrase-file", self.key)


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    if request.param == "sqlite":
        return Old(tmp_path)
    from tests.postgres import server

    names = [f"{name}_{tmp_path.name[-40:]}" for name in ("old", "new")]
    for name in names:
        server().new_database(name)
    return Old(tmp_path, *map(server().url, names))


def test_a_site_comes_back_paused_and_without_who_opted_out(old: Old, tmp_path: Path) -> None:
    old.back_up()
    assert stat.S_IMODE(old.file.stat().st_mode) == 0o600
    assert b"example.org" not in old.file.read_bytes()
    old("subscriber", "unsubscribe", "bea@example.org", "--list", "upr")
    new = tmp_path / "new"
    log = old.folder / "data" / "optouts.log"
    done = run(
        "restore", old.file, new, "--opt-outs", log, "--passphrase-file", old.key, cwd=tmp_path, variables=old.new_store
    )
    assert done.returncode == 0, done.stderr
    assert "was under way and is paused" in done.stderr
    assert "1 opt-out" in done.stderr
    report = json.loads(run("mailing", "report", 1, "--json", cwd=new, variables=old.new_store).stdout)
    assert (report["state"], report["states"]) == ("paused", {"unknown": 2})
    shown = json.loads(run("subscriber", "show", "bea@example.org", "--json", cwd=new, variables=old.new_store).stdout)
    assert shown["subscriptions"][0]["state"] == "unsubscribed"
    assert (new / "issues" / "october.md").read_text() == ISSUE
    assert (new / "secrets.toml").read_bytes() == (old.folder / "secrets.toml").read_bytes()
    for path in (new, new / "secrets.toml", new / "data"):
        assert not path.stat().st_mode & 0o077, path
    assert run("list", "show", "upr", cwd=new, variables=old.new_store).returncode == 0


def test_what_cannot_be_restored_leaves_nothing(old: Old, tmp_path: Path) -> None:
    old.back_up()
    new, wrong = tmp_path / "new", tmp_path / "wrong"
    wrong.write_text("another passphrase\n")
    damaged = tmp_path / "damaged.age"
    damaged.write_bytes(old.file.read_bytes()[:-1])
    for words, said in (
        (["restore", old.file, new, "--passphrase-file", wrong], "the passphrase is another one"),
        (["restore", damaged, new, "--passphrase-file", old.key], "was changed, damaged or cut off"),
        (["restore", old.key, new, "--passphrase-file", old.key], "no file that was locked"),
        (["restore", old.file, old.folder, "--passphrase-file", old.key], "is not empty"),
        (["restore", tmp_path / "none", new, "--passphrase-file", old.key], "there is no file"),
        (["restore", old.file, new], "nobody is there to type a passphrase"),
    ):
        done = run(*words, cwd=tmp_path)
        assert done.returncode != 0 and said in done.stderr, done.stderr
        assert not new.exists()
    assert not list(tmp_path.glob(".*"))
    done = run("backup", old.file, "--passphrase-file", old.key, cwd=old.folder)
    assert done.returncode == 1 and "is there already" in done.stderr
    short = tmp_path / "short"
    short.write_text("secret\n")
    done = run("backup", tmp_path / "b.age", "--passphrase-file", short, cwd=old.folder)
    assert done.returncode == 2 and "12 characters" in done.stderr
    assert not list(tmp_path.glob("*b.age*"))
