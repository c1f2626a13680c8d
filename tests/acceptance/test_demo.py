"""``newsletter demo``: what it leaves behind is real mail, and a second run does no harm."""

import csv
import json
import mailbox
import re
import shutil
from pathlib import Path

from tests.acceptance.conftest import Command, header, mails, part, recipient

TOKEN = re.compile(r"https://news\.example\.org/u/([A-Za-z0-9_-]{22})")


def test_it_says_what_was_done_and_where_to_look(demo: tuple[Path, str]) -> None:
    folder, printed = demo
    for words in ("1,000 rows", "refused", "line 58:", "revision 1", "no errors, 2 warnings, 1 note", "left out"):
        assert words in printed
    for place in ("rendered/index.html", "rendered/text.txt", "outbox", "testmail", "issues/october-2020.md"):
        assert place in printed
        assert (folder / place).exists()


def test_every_reader_who_may_be_mailed_has_one_mail_of_their_own(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    found = mails(folder / "outbox")
    assert len(mailbox.Maildir(folder / "outbox", create=False)) == len(found)
    with (folder / "readers.csv").open(encoding="utf-8", newline="") as file:
        readers = {row["Email"].strip().lower(): row for row in csv.DictReader(file)}
    tokens, addresses = set(), set()
    for mail in found:
        address = recipient(mail)
        reader = readers[address]
        assert reader["Status"] == "subscribed"
        assert header(mail, "Subject") == f"{reader['First name'] or 'Friends'}, watch the UPR live on November 9"
        [token] = TOKEN.findall(mail["List-Unsubscribe"])
        assert len(mail["List-Unsubscribe"]) <= 77
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for kind in ("html", "plain"):
            assert set(TOKEN.findall(part(mail, kind))) == {token}
        tokens.add(token)
        addresses.add(address)
    assert len(found) == len(tokens) == len(addresses) > 900
    assert f"accepted {len(found):>12,}".split() in [line.split() for line in demo[1].splitlines()]


def test_the_test_mail_unsubscribes_nobody(demo: tuple[Path, str]) -> None:
    [mail] = mails(demo[0] / "testmail")
    assert header(mail, "Subject").startswith("[Test] ")
    readers = {token for other in mails(demo[0] / "outbox", 20) for token in TOKEN.findall(part(other, "html"))}
    assert not readers & set(TOKEN.findall(part(mail, "html")))


def test_the_whole_text_of_the_sample_is_in_the_mail(demo: tuple[Path, str]) -> None:
    text = " ".join((demo[0] / "rendered" / "text.txt").read_text().split())
    for words in (
        "an intense period of lobbying government missions",
        "14:30",
        "8:30",
        "post-UPR debrief session",
        "USHRN Executive Summary Report",
        "Kerry McLean, Esq.",
        "USHRN, 1 Example Street, Atlanta, GA 30303, USA",
    ):
        assert words in text, words


def test_a_second_run_mails_nobody_twice(newsletter: Command, demo: tuple[Path, str], tmp_path: Path) -> None:
    folder = tmp_path / "again"
    shutil.copytree(demo[0], folder)
    before = {path.name: path.read_bytes() for path in folder.rglob("new/*")}
    done = newsletter("demo", folder)
    assert done.returncode == 0
    assert "nobody is mailed twice" in done.stdout
    assert {path.name: path.read_bytes() for path in folder.rglob("new/*")} == before
    report = json.loads(newsletter("--site", folder, "mailing", "report", 1, "--json").stdout)
    assert report["recipients"] == report["states"]["accepted"] == len(list((folder / "outbox" / "new").iterdir()))


def test_a_folder_that_is_no_demo_is_left_alone(newsletter: Command, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    done = newsletter("demo", "mine")
    assert done.returncode == 2
    assert "is no demo; nothing was changed" in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
