"""``newsletter issue`` on files and on the issues of a site."""

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from newsletter.cli import shell
from tests.cli.conftest import Run
from tests.store.conftest import ISSUE

PICTURE = '\n## Picture\n\n```image\nsrc = "images/a.png"\nalt = "Red"\n```\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An issue file in a folder without any site."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_SITE", raising=False)
    (tmp_path / "images").mkdir()
    Image.new("RGB", (1600, 800), "red").save(tmp_path / "images" / "a.png")
    path = tmp_path / "news.md"
    path.write_text(ISSUE + PICTURE)
    return path


def test_what_does_not_fit_on_the_disk_leaves_nothing_behind(site: Path) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in site.rglob("*") if path.is_file() and path.parent.name != "data"}

    before = files()
    for typed in (["issue", "new", "News"], ["settings", "set", "site.name", "New name"]):
        done = subprocess.run(
            [sys.executable, "-m", "newsletter", *typed],
            cwd=site,
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
            check=False,
        )
        assert done.returncode == shell.ERROR, done.stderr
        assert done.stderr.startswith("error: ")
    assert files() == before


def test_commands_that_are_suggested_can_be_pasted(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cd 'My site é' && newsletter settings set" in run("init", "My site é").err
    assert run("issue", "new", "News", "--out", "my news.md").code == 0
    assert "newsletter issue check 'my news.md'" in run("issue", "render", "my news.md", "--out", "out").err


@pytest.mark.django_db
def test_a_new_issue_is_known_by_its_name_before_it_was_ever_saved(run: Run, site: Path) -> None:
    assert run("issue", "new", "november-2020", "--kind", "event", "--kind", "engage").code == 0
    checked = run("issue", "check", "november-2020")
    assert checked.code == shell.CHECKS_FAILED
    assert "issues/november-2020.md:1: warning" in checked.out
    assert "(past)" not in checked.out
    assert run("issue", "render", "november-2020", "--out", "out").code == 0
    assert "has changes" not in run("issue", "show", "november-2020").err
    assert run("issue", "list").out == ""
    assert "issues/november-2020.md" in run("issue", "list").err
    run("issue", "send", "november-2020", "--list", "x", "--dry-run")
    assert run("issue", "list").out == ""  # a dry run saves nothing
    run("settings", "set", "sender.email", "news@example.org")
    assert run("issue", "test", "november-2020", "--to", "you@example.org").code == 0
    assert "november-2020" in run("issue", "list").out
    assert "issues/november-2020.md" not in run("issue", "list").err


def test_render_writes_all_that_belongs_to_the_page(run: Run, file: Path, tmp_path: Path) -> None:
    ran = run("issue", "render", file, "--out", tmp_path / "out")
    assert ran.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "files",
        "index.html",
        "text.txt",
        "tune-in.ics",
    ]
    assert [Path(line).is_file() for line in ran.out.splitlines()] == [True] * 4
    html = (tmp_path / "out" / "index.html").read_text()
    for kind, target in re.findall(r'(src|href)="(?!https?:|mailto:|#)([^"]+)"', html):
        assert (tmp_path / "out" / target).is_file(), (kind, target)
    assert 'src="files/a.png"' in html
    assert 'href="tune-in.ics"' in html
    assert "Our news, friend" not in html or "friend" in html
    assert "There is no site here" in ran.err
    assert "postal address of your organisation" in html


def test_what_is_no_folder_is_not_written_into(run: Run, file: Path) -> None:
    ran = run("issue", "render", file, "--out", file)
    assert ran.code == shell.USAGE
    assert "is a file, not a folder" in ran.err
    assert file.read_text() == ISSUE + PICTURE


def test_what_stands_in_one_place_is_told_once(run: Run, file: Path) -> None:
    file.write_text(ISSUE + '\n## Debrief\n\n```debrief\nstarts = 2020-11-17\ndetails = "to follow"\n```\n')
    file.with_name("news.es.md").write_text('+++\ntitle = "N"\nsubject = "N"\nlanguage = "es"\n+++\n\nHola.\n')
    found = json.loads(run("issue", "check", file, "--json", "--as-of", "2020-10-28").out)
    assert [one["item"] for one in found if one["check"] == "open-promise"] == ["debrief"]


def test_render_fills_in_what_stands_for_readers_without_a_name(run: Run, file: Path, tmp_path: Path) -> None:
    file.write_text(ISSUE.replace("Hello.", "Hello {{first_name|dear friend}}."))
    run("issue", "render", file, "--out", tmp_path / "out")
    for name in ("index.html", "text.txt"):
        assert "Hello dear friend." in (tmp_path / "out" / name).read_text()


def test_rendering_again_changes_nothing_and_a_changed_event_counts_on(run: Run, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def calendar() -> str:
        assert run("issue", "render", file, "--out", out).code == 0
        return (out / "tune-in.ics").read_text()

    first = calendar()
    assert "SEQUENCE:0" in first
    assert calendar() == first
    file.write_text((ISSUE + PICTURE).replace("Hello.", "Good day."))
    assert "SEQUENCE:0" in calendar()
    file.write_text((ISSUE + PICTURE).replace("14:30", "15:30"))
    second = calendar()
    assert "SEQUENCE:1" in second
    assert re.findall("UID:.*", second) == re.findall("UID:.*", first)
    assert calendar() == second


def test_each_translation_is_a_page_of_its_own(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "news.es.md").write_text('+++\ntitle = "Noticias"\nsubject = "Noticias"\n+++\n\nHola.\n')
    assert run("issue", "render", file, "--out", tmp_path / "out").code == 0
    assert "Hola." in (tmp_path / "out" / "es" / "text.txt").read_text()
    assert (tmp_path / "out" / "es" / "files" / "a.png").is_file()
    found = json.loads(run("issue", "check", file, "--json").out)
    assert [one["item"] for one in found if one["check"] == "translation"] == ["tune-in", "picture"]


def test_check_names_file_line_and_mend(run: Run, file: Path) -> None:
    file.write_text(ISSUE.replace("Watch it.", "Watch it [here](https://example.org)."))
    ran = run("issue", "check", file, "--as-of", "2020-10-28", "--json")
    found = json.loads(ran.out)
    [here] = [one for one in found if one["check"] == "link-words"]
    assert (here["file"], here["line"], here["item"], here["level"]) == (str(file), 15, "tune-in", "warning")
    ran = run("issue", "check", file, "--as-of", "2020-10-28")
    assert ran.code == shell.OK
    assert f"{file}:15: warning: " in ran.out
    assert ran.out.count("mend:") == len(found)
    assert f"no errors, {len(found)} warnings" in ran.err
    assert "next:" in ran.err


def test_an_error_of_the_mail_as_a_whole_blocks_it(run: Run, site: Path, file: Path) -> None:
    ran = run("--site", site, "issue", "check", file, "--as-of", "2020-10-28")
    assert ran.code == shell.CHECKS_FAILED
    assert "error: The mail has no postal address" in ran.out
    assert "1 error, 1 warning; errors must be mended before it can be sent" in ran.err
    assert "next:" not in ran.err


def test_a_file_that_is_not_understood_fails_the_check_with_every_mistake(run: Run, file: Path) -> None:
    file.write_text(ISSUE.replace("starts", "strats").replace("subject", "subjct"))
    ran = run("issue", "check", file)
    assert ran.code == shell.CHECKS_FAILED
    assert "did you mean 'starts'?" in ran.err
    assert "did you mean 'subject'?" in ran.err
    assert "2 mistakes" in ran.err
    assert {one["check"] for one in json.loads(run("issue", "check", file, "--json").out)} == {"format"}
    ran = run("issue", "render", file, "--out", file.parent / "out")
    assert ran.code == shell.ERROR
    assert "2 mistakes; nothing was changed" in ran.err
    assert not (file.parent / "out").exists()


def test_the_day_decides_what_is_past(run: Run, file: Path) -> None:
    def checks(day: str) -> set[str]:
        return {one["check"] for one in json.loads(run("issue", "check", file, "--as-of", day, "--json").out)}

    assert "past" not in checks("2020-11-09")
    assert "past" in checks("2020-11-10")
    ran = run("issue", "check", file, "--as-of", "9.11.2020")
    assert (ran.code, "2020-10-28" in ran.err) == (shell.USAGE, True)


def test_a_missing_file_names_the_nearest(run: Run, file: Path) -> None:
    ran = run("issue", "check", "nws.md")
    assert ran.code == shell.CHECKS_FAILED
    assert "did you mean news.md?" in ran.err


def test_new_writes_a_file_that_passes_and_never_over_another(run: Run, file: Path, tmp_path: Path) -> None:
    ran = run("issue", "new", "November 2020", "--kind", "event", "--kind", "text")
    assert ran.code == 0
    text = (tmp_path / "november-2020.md").read_text()
    assert 'title = "November 2020"' in text
    assert "```event" in text
    assert run("issue", "check", "november-2020.md", "--as-of", "2020-10-28").code == 0
    again = run("issue", "new", "november-2020")
    assert again.code == 1
    assert "is there already; nothing was written" in again.err
    assert (tmp_path / "november-2020.md").read_text() == text
    ran = run("issue", "new", "x", "--kind", "evnt")
    assert ran.code == shell.USAGE
    assert "did you mean 'event'?" in ran.err


def test_new_from_an_earlier_issue_drafts_what_it_owes(run: Run, file: Path, tmp_path: Path) -> None:
    debrief = '\n## Debrief\n\n```debrief\nstarts = 2020-11-17\ndetails = "to follow"\n```\n\nSoon.\n'
    file.write_text(ISSUE + debrief)
    ran = run("issue", "promises", file)
    assert "Debrief" in ran.out
    assert run("issue", "new", "Next", "--from", file).code == 0
    text = (tmp_path / "next.md").read_text()
    assert "```debrief" in text
    assert 'timezone = "Europe/Zurich"' in text
    (tmp_path / "next.md").write_text(text.replace('details = "to follow"\n', 'place = "Online"\n'))
    assert json.loads(run("issue", "promises", file, "next.md", "--json").out) == []


@pytest.mark.parametrize("what", [["kinds"], ["kinds", "event"]])
def test_kinds_show_fields_and_examples(run: Run, what: list[str]) -> None:
    ran = run("item", *what)
    assert ran.code == 0
    for word in ("starts", "needed", "Date and time on the organiser's clock", "```event"):
        assert word in ran.out
    described = json.loads(run("item", *what, "--json").out)
    event = next(one for one in described if one["kind"] == "event")
    assert {"label", "help", "example", "constraint"} <= set(event["fields"][0])
    assert run("item", "kinds", "evnt").code == shell.USAGE


@pytest.mark.parametrize("title", ["", "  ", "a\nb", "a\x1bb", "x" * 201, "\u202egnp"])
def test_a_title_that_is_none(run: Run, file: Path, title: str) -> None:
    before = sorted(file.parent.iterdir())
    ran = run("issue", "new", title)
    assert ran.code == shell.USAGE
    assert "this cannot be a title" in ran.err
    assert "\x1b" not in ran.err
    assert sorted(file.parent.iterdir()) == before


def test_check_is_quick_and_needs_no_django(file: Path) -> None:
    """The bar for a cold process is 0.8 s; here only what it must not load, which is what would break the bar."""
    script = (
        "import sys; from newsletter.cli.main import app\n"
        f"app(['issue', 'check', {str(file)!r}, '--as-of', '2020-10-28'], standalone_mode=False)\n"
        "heavy = {'django', 'urllib3', 'sendgrid', 'tomlkit', 'rich.markdown', 'rich.table', 'typer.rich_utils'}\n"
        "print(len(sys.modules))\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60)
    *_, modules, heavy = done.stdout.splitlines()
    assert heavy == "[]", done.stderr
    assert int(modules) < 850, "what is loaded is what a cold process takes its time for; 715 when this was written"
