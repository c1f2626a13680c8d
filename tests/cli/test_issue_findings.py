"""What ``issue check`` shows, what it mends, and which warnings were accepted."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.cli import shell
from tests.cli.conftest import Run

ISSUE = """\
+++
title = "News"   # of the network
subject = "Re: News of the network in October"
preheader = "Lobbying is done. Help every eye follow the review."
date = 2020-10-28
+++

Look [here](https://www.example.org/a).

## Tune in

Dear {{first_name}}, watch the review.

## Engage

Look [here](https://www.example.org/b).
"""
SPANISH = """\
+++
title = "Noticias"
subject = "Noticias de la red en octubre"
preheader = "El cabildeo ha terminado. Ayude a que todos sigan el examen."
+++

Hola.

## Siga la sesión
```text
id = "tune-in"
```
Estimada {{first_name}}, siga el examen.
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_SITE", raising=False)
    path = tmp_path / "news.md"
    path.write_bytes(ISSUE.replace("\n", "\r\n").encode())
    return path


def rows(run: Run, issue: object, *more: str) -> list[dict]:
    return json.loads(run("issue", "check", issue, "--as-of", "2020-10-28", "--json", *more).out)


def keys(run: Run, issue: object) -> dict[tuple[str, str | None], str]:
    return {(one["check"], one["item"]): one["key"] for one in rows(run, issue)}


def test_findings_stand_under_their_items_in_the_order_of_the_mail(run: Run, file: Path) -> None:
    ran = run("issue", "check", file, "--as-of", "2020-10-28")
    found = keys(run, file)
    order = [
        "Subject and the like",
        "(subject ",
        "Introduction",
        "Tune in",
        "(field-default ",
        "Engage",
        "(link-words ",
    ]
    places = [ran.out.index(words) for words in order[:-1]] + [ran.out.rindex(order[-1])]
    assert places == sorted(places)
    assert f"(field-default {found['field-default', 'tune-in']})" in ran.out
    assert "fix:  Delete 'Re:' (--fix)" in ran.out
    assert f"newsletter issue check {file} --fix" in ran.err


def test_several_languages_are_told_apart(run: Run, file: Path) -> None:
    file.with_name("news.es.md").write_text(SPANISH)
    ran = run("issue", "check", file, "--as-of", "2020-10-28")
    for heading in ("Tune in (en)", "Siga la sesión (es)", "Engage (en, es)"):
        assert f"{heading}\n" in ran.out
    [untranslated] = [one for one in rows(run, file) if one["check"] == "translation"]
    assert (untranslated["languages"], untranslated["file"]) == (["es"], str(file))


def test_json_has_the_shape_that_is_documented(run: Run, file: Path) -> None:
    [subject] = [one for one in rows(run, file) if one["check"] == "subject"]
    assert subject == {
        "level": "warning",
        "check": "subject",
        "message": "The subject starts with 'Re:' as if it were an answer or forwarded, which misleads readers.",
        "mend": "Delete 'Re:'.",
        "file": str(file),
        "line": 3,
        "column": None,
        "item": None,
        "field": "subject",
        "languages": ["en"],
        "key": subject["key"],
        "accepted": None,
        "fix": {"label": "Delete 'Re:'", "old": "Re: ", "new": ""},
    }
    file.write_text(ISSUE.replace("subject =", "subjcet ="))
    [mistake, *_] = rows(run, file)
    assert mistake.keys() == subject.keys()
    assert (mistake["check"], mistake["level"]) == ("format", "error")


def test_fix_mends_what_is_certain_and_shows_it(run: Run, file: Path) -> None:
    before = file.read_bytes()
    file.chmod(0o640)
    ran = run("issue", "check", file, "--as-of", "2020-10-28", "--fix")
    assert file.read_bytes() == before.replace(b'"Re: News', b'"News')
    assert file.stat().st_mode & 0o777 == 0o640
    assert '-subject = "Re: News of the network in October"' in ran.err
    assert '+subject = "News of the network in October"' in ran.err
    assert "mended 1 finding" in ran.err
    assert "Re:" not in ran.out
    again = run("issue", "check", file, "--as-of", "2020-10-28", "--fix")
    assert "Nothing can be mended with certainty" in again.err
    assert sorted(path.name for path in file.parent.iterdir()) == ["news.md"]


def test_an_accepted_warning_is_shown_apart_and_is_not_mended(run: Run, file: Path) -> None:
    key = keys(run, file)["subject", None]
    ran = run("issue", "override", file, key, "--reason", "It answers theirs.")
    assert ran.code == 0
    entry = f'\n[[overrides]]\ncheck = "subject"\nfinding = "{key}"\nreason = "It answers theirs."\n+++\n\nLook'
    assert file.read_bytes() == ISSUE.replace("+++\n\nLook", entry).replace("\n", "\r\n").encode()
    checked = run("issue", "check", file, "--as-of", "2020-10-28", "--fix")
    assert checked.out.index("Accepted") > checked.out.index("Engage")
    assert "because: It answers theirs." in checked.out.partition("Accepted")[2]
    assert "(1 more accepted)" in checked.err
    assert b"Re: News" in file.read_bytes()
    assert [one["accepted"] for one in rows(run, file) if one["key"] == key] == ["It answers theirs."]


def test_an_override_that_fits_nothing_any_more_is_told(run: Run, file: Path) -> None:
    key = keys(run, file)["field-default", "tune-in"]
    assert run("issue", "override", file, key, "--reason", "They all have one.").code == 0
    file.write_bytes(file.read_bytes().replace(b"{{first_name}}", b"{{first_name|friend}}"))
    [note] = [one for one in rows(run, file) if one["check"] == "override"]
    assert (note["level"], note["field"], note["line"]) == ("note", "overrides[1]", 7)


def test_what_is_not_translated_is_accepted_in_every_language_at_once(run: Run, file: Path) -> None:
    spanish = file.with_name("news.es.md")
    spanish.write_text(SPANISH)
    key = keys(run, file)["link-words", "engage"]
    assert run("issue", "override", file, key, "--reason", "The page is called Here.").code == 0
    assert key in spanish.read_text()
    assert [one["accepted"] for one in rows(run, file) if one["key"] == key] == ["The page is called Here."]


@pytest.mark.parametrize(
    ("change", "key", "reason", "code", "says"),
    [
        ("", "00000000", "So.", shell.USAGE, "no finding has the key '00000000'"),
        ("", "KEY", "", shell.USAGE, "reason is empty"),
        ("", "KEY", "a\nb", shell.USAGE, "holds a line break"),
        ("", "KEY", "x" * 201, shell.USAGE, "201 characters, and at most 200"),
        ("Dear *|FNAME|*,", "ERROR", "So.", shell.ERROR, "this is an error, which cannot be accepted"),
    ],
)
def test_what_cannot_be_accepted(
    run: Run, file: Path, change: str, key: str, reason: str, code: int, says: str
) -> None:
    file.write_text(ISSUE.replace("Dear {{first_name}},", change) if change else ISSUE)
    before = file.read_bytes()
    given = {"KEY": keys(run, file)["subject", None], "ERROR": keys(run, file).get(("unresolved-field", "tune-in"), "")}
    ran = run("issue", "override", file, given.get(key, key), "--reason", reason)
    assert (ran.code, says in ran.err) == (code, True), ran.err
    assert file.read_bytes() == before


def test_a_key_that_is_nearly_right_and_one_that_is_accepted_already(run: Run, file: Path) -> None:
    key = keys(run, file)["subject", None]
    assert f"did you mean {key}?" in run("issue", "override", file, key[:-1], "--reason", "So.").err
    assert run("issue", "override", file, key.upper(), "--reason", "So.").code == 0
    assert "it is accepted already: So." in run("issue", "override", file, key, "--reason", "Or so.").err


@pytest.mark.django_db
def test_of_a_saved_issue_there_is_a_new_revision_and_its_working_copy_goes_along(run: Run, site: Path) -> None:
    copy = site / "issues" / "news.md"
    copy.write_text(ISSUE)
    assert run("issue", "import", copy).code == 0
    found = {(one["check"], one["item"]): one for one in rows(run, "news")}
    assert found["subject", None]["file"] == "issues/news.md"
    ran = run("issue", "override", "news", found["field-default", "tune-in"]["key"], "--reason", "They have one.")
    assert "revision 2 of news" in ran.err
    assert "issues/news.md" in ran.err
    mended = run("issue", "check", "news", "--as-of", "2020-10-28", "--fix")
    assert "mended 1 finding (revision 3 of news, issues/news.md)" in mended.err
    assert "# of the network" in copy.read_text()
    checked = run("issue", "check", "news", "--as-of", "2020-10-28")
    assert "that are not in revision" not in checked.err  # the two say the same
    assert "because: They have one." in checked.out
    copy.write_text(copy.read_text().replace("watch", "see"))
    other = keys(run, "news")["link-words", "engage"]
    ran = run("issue", "override", "news", other, "--reason", "So.")
    assert "revision 4 of news" in ran.err
    assert other not in copy.read_text()  # it says something else, and is somebody's work


@pytest.mark.django_db
def test_a_file_in_a_site_is_checked_with_what_the_site_knows(run: Run, site: Path) -> None:
    assert run("list", "add", "upr", "--name", "UPR Network").code == 0
    (site / "data" / "newsletter.sqlite3").touch()  # the store of the tests is in memory
    promising = ISSUE.replace("2020-10-28", "2020-09-28").replace("Engage", "Debrief") + (
        '\n## Owed\n```debrief\nstarts = 2020-09-30\ndetails = "to follow"\n```\n'
    )
    (site / "issues" / "september.md").write_text(promising)
    copy = site / "issues" / "news.md"
    copy.write_text(ISSUE.replace("+++\n\nLook", 'list = "upr"\n+++\n\nLook'))
    found = {one["check"]: one for one in rows(run, "issues/news.md")}
    assert found["kept-promise"]["level"] == "warning"
    assert (found["audience"]["level"], found["audience"]["line"]) == ("error", 6)
    assert "untested" not in found  # a file has no tests
    assert run("issue", "check", "issues/news.md", "--as-of", "2020-10-28").code == shell.CHECKS_FAILED


def test_a_site_in_git_without_keys_and_store_is_enough(run: Run, site: Path) -> None:
    (site / "secrets.toml").unlink()
    (site / "issues").mkdir(exist_ok=True)
    promising = ISSUE.replace("2020-10-28", "2020-09-28") + (
        '\n## Owed\n```debrief\nstarts = 2020-09-30\ndetails = "to follow"\n```\n'
    )
    (site / "issues" / "september.md").write_text(promising)
    (site / "issues" / "news.md").write_text(ISSUE)
    assert "kept-promise" in {one["check"] for one in rows(run, "issues/news.md")}
    assert not (site / "data" / "newsletter.sqlite3").exists()


@pytest.mark.django_db
def test_a_scheduled_mailing_is_checked_as_at_its_time(run: Run, site: Path) -> None:
    assert run("list", "add", "upr", "--name", "UPR Network", "--single-opt-in").code == 0
    today = datetime.now(UTC).date()
    event = f"\n## Watch\n```event\nstarts = {today + timedelta(days=3)}T12:00:00\n```\n"
    (site / "issues" / "news.md").write_text(ISSUE.replace("\n## Engage", f"{event}\n## Engage"))
    send = ("issue", "send", "issues/news.md", "--list", "upr", "--dry-run", "--json")

    def past(*at: str) -> bool:
        return "past" in {one["check"] for one in json.loads(run(*send, *at).out)["findings"]}

    assert not past()
    assert not past("--at", f"{today + timedelta(days=2)} 09:00")
    assert past("--at", f"{today + timedelta(days=5)} 09:00")
