"""``newsletter issue`` in a site: saved, listed, shown, exported, and what is not what is stored."""

import json
from pathlib import Path

import pytest

from newsletter.cli import shell
from tests.cli.conftest import Run
from tests.store.conftest import ISSUE

PICTURE = '\n## Picture\n\n```image\nsrc = "images/a.png"\nalt = "Red"\n```\n'


@pytest.mark.django_db
def test_the_life_of_an_issue_in_a_site(run: Run, site: Path) -> None:
    (site / "pool.md").write_text("## From the field\n\nNews.\n")
    assert run("item", "add", "pool.md", "--from", "Working group").code == 0
    [waiting] = json.loads(run("item", "list", "--json").out)
    assert (waiting["title"], waiting["from"], waiting["state"]) == ("From the field", "Working group", "new")
    assert "## From the field" in run("item", "show", waiting["id"]).out
    assert run("issue", "new", "october-2020", "--item", waiting["id"]).code == 0
    path = site / "issues" / "october-2020.md"
    assert "## From the field" in path.read_text()
    assert json.loads(run("item", "list", "--json").out) == []
    assert run("item", "drop", waiting["id"]).code == 1

    assert "saved revision 1" in run("issue", "import", path).err
    assert "nothing was changed" in run("issue", "import", path).err
    path.write_text(path.read_text().replace("News.", "More news. # no comment"))
    assert "saved revision 2" in run("issue", "import", path).err
    [row] = json.loads(run("issue", "list", "--json").out)
    assert (row["slug"], row["title"], row["revision"]) == ("october-2020", "October 2020", 2)
    assert "october-2020" in run("issue", "list").out
    assert "from-the-field" in run("issue", "show", "october-2020").out
    assert "More news." in run("issue", "export", "october-2020").out
    assert run("issue", "render", "october-2020", "--out", "out").code == 0
    assert "More news." in (site / "out" / "text.txt").read_text()
    ran = run("issue", "check", "october-2021")
    assert ran.code == shell.USAGE
    assert "did you mean 'october-2020'?" in ran.err


@pytest.mark.django_db
def test_a_working_copy_that_is_not_stored_is_named(run: Run, site: Path) -> None:
    path = site / "issues" / "news.md"
    path.write_text(ISSUE)
    assert run("issue", "import", path).code == 0
    assert "note:" not in run("issue", "show", "news").err
    assert "issues/news.md:1: warning: " in run("issue", "check", "news", "--as-of", "2020-10-28").out
    path.write_text(ISSUE.replace("Hello.", "Good day."))
    ran = run("issue", "export", "news")
    assert "has changes that are not in revision 1" in ran.err
    assert "Hello." in ran.out
    path.write_text(ISSUE.replace("starts", "strats"))
    assert "has changes with mistakes in them" in run("issue", "show", "news").err


@pytest.mark.django_db
def test_new_does_not_start_an_issue_that_there_is(run: Run, site: Path) -> None:
    (site / "issues" / "news.md").write_text(ISSUE)
    run("issue", "import", "issues/news.md")
    (site / "issues" / "news.md").unlink()
    ran = run("issue", "new", "News")
    assert ran.code == 1
    assert "there is an issue 'news' already" in ran.err
    assert not (site / "issues" / "news.md").exists()


@pytest.mark.django_db
def test_a_site_without_its_keys_is_not_opened(run: Run, site: Path) -> None:
    (site / "secrets.toml").unlink()
    ran = run("issue", "list")
    assert ran.code == shell.USAGE
    assert "the site has no keys" in ran.err


@pytest.mark.django_db
def test_import_says_what_it_does_not_keep(run: Run, site: Path) -> None:
    (site / "issues" / "news.md").write_text(ISSUE.replace("+++\n\nHello", "# a remark\n+++\n\nHello"))
    assert "a remark" in run("issue", "import", "issues/news.md").err
