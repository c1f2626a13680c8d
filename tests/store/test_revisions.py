"""Issues in the store: what makes a revision, what comes back, how often an event has changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from newsletter.issue.files import load
from newsletter.issue.problems import IssueError
from newsletter.models import Asset, Revision
from newsletter.models import Issue as IssueRow
from newsletter.site import Site
from newsletter.store.export import export_revision
from newsletter.store.revisions import (
    Saved,
    UnknownIssue,
    import_issue,
    newest,
    newest_revisions,
    open_issue,
    open_revision,
)
from tests.store.conftest import ISSUE, Write

pytestmark = pytest.mark.django_db
AT = datetime(2020, 10, 28, 9, 0, tzinfo=UTC)


def take(site: Site, path: Path, days: int = 0) -> Saved:
    return import_issue(site, path, author="editor", at=AT + timedelta(days=days))


def test_the_same_file_twice_is_one_revision(site: Site, write: Write) -> None:
    first, second = take(site, write()), take(site, write(text=ISSUE + "\n\n"), days=1)
    assert (first.changed, second.changed) == (True, False)
    assert first.revision == second.revision == newest("news")
    assert (first.revision.number, first.revision.author, first.revision.at) == (1, "editor", AT)


def test_each_change_is_a_revision_and_none_is_changed(site: Site, write: Write) -> None:
    take(site, write())
    before = Revision.objects.values().get(number=1)
    take(site, write(text=ISSUE.replace("Our news", "Their news")), days=1)
    back = take(site, write(), days=2)
    assert back.changed
    assert list(Revision.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert Revision.objects.values().get(number=1) == before
    assert newest("news").sha256 == before["sha256"]
    assert IssueRow.objects.get().title == "Our news"


def test_what_is_stored_is_what_the_file_says(site: Site, write: Write) -> None:
    path = write()
    take(site, path)
    assert open_issue("news").issue == load(path).issue


def test_mistakes_store_nothing(site: Site, write: Write) -> None:
    with pytest.raises(IssueError):
        take(site, write(text=ISSUE.replace("starts", "strats")))
    with pytest.raises(IssueError):
        take(site, write(text=ISSUE + '\n## P\n\n```image\nsrc = "../x.png"\nalt = "x"\n```\n'))
    assert not IssueRow.objects.exists()
    assert not Asset.objects.exists()


def test_a_field_of_the_site_may_be_used_and_an_unknown_one_not(site: Site, write: Write) -> None:
    path = write(text=ISSUE.replace("Hello.", "Hello {{city|there}}."))
    with pytest.raises(IssueError, match="city"):
        take(site, path)
    settings = site.settings.model_copy(update={"attributes": {"city": "text"}})
    revision = take(Site(site.root, settings), path).revision
    assert "{{city|there}}" in open_revision(revision).issue.introduction


def test_an_unknown_issue_names_the_nearest(site: Site, write: Write) -> None:
    take(site, write())
    with pytest.raises(UnknownIssue, match=r"there is no issue 'mews'; did you mean 'news'\?"):
        newest("mews")


def test_the_newest_revision_of_each_issue(site: Site, write: Write) -> None:
    take(site, write())
    take(site, write("other.md"))
    take(site, write(text=ISSUE.replace("Hello", "Hi")), days=1)
    assert [(row.issue.slug, row.number) for row in newest_revisions()] == [("other", 1), ("news", 2)]


@pytest.mark.parametrize(
    ("change", "numbers"),
    [
        (lambda text: text.replace("Hello.", "Good morning."), [0, 0]),
        (lambda text: text.replace("14:30:00", "15:30:00"), [0, 1]),
        (lambda text: text.replace("Europe/Zurich", "America/New_York"), [0, 1]),
        (lambda text: text.replace("## Tune in", "## Watch").replace("```event", '```event\nid = "tune-in"'), [0, 1]),
        (lambda text: text.replace("```event", '```event\nplace = "Room XX"'), [0, 1]),
    ],
)  # fmt: skip
def test_the_number_of_an_event_grows_with_what_its_calendar_says(
    site: Site, write: Write, change: object, numbers: list[int]
) -> None:
    first = take(site, write()).revision
    second = take(site, write(text=change(ISSUE)), days=1).revision  # type: ignore[operator]
    assert second != first
    assert [first.sequences["tune-in"], second.sequences["tune-in"]] == numbers


def test_an_event_that_was_gone_comes_back_with_a_higher_number(site: Site, write: Write) -> None:
    take(site, write())
    take(site, write(text=ISSUE.split("## Tune in")[0]), days=1)
    assert take(site, write(), days=2).revision.sequences["tune-in"] == 1


def test_a_translated_time_or_title_counts_too(site: Site, write: Write) -> None:
    spanish = ISSUE.replace("## Tune in", "## Sintoniza").replace("```event", '```event\nid = "tune-in"')
    write("news.es.md", spanish)
    take(site, write())
    write("news.es.md", spanish.replace("Sintoniza", "En directo"))
    assert take(site, write(), days=1).revision.sequences["tune-in"] == 1


def test_a_translation_keeps_to_what_it_says_itself(site: Site, write: Write) -> None:
    write("news.es.md", '+++\ntitle = "Noticias"\nsubject = "Noticias"\n+++\n\nHola.\n')
    revision = take(site, write()).revision
    assert "Watch it" not in revision.translations["es"]
    opened = open_revision(revision)
    assert opened.translations["es"].title == "Noticias"
    assert [item.id for item in opened.translations["es"].items] == ["tune-in"]
    assert opened.translations["es"].items == opened.issue.items


def test_out_and_in_again_changes_nothing(site: Site, write: Write, tmp_path: Path) -> None:
    Image.new("RGB", (1600, 800), "red").save(site.issues / "a.png")
    write("news.es.md", '+++\ntitle = "Noticias"\nsubject = "Noticias"\n+++\n\nHola.\n')
    text = ISSUE + '\n## Picture\n\n```image\nsrc = "a.png"\nalt = "Red"\n```\n'
    first = take(site, write(text=text)).revision
    folder = tmp_path / "elsewhere"
    written = export_revision(site, first, folder / "news.md")
    assert [path.name for path in written] == ["news.md", "news.es.md"]
    again = take(site, folder / "news.md", days=1)
    assert (again.changed, again.revision) == (False, first)
    with pytest.raises(FileExistsError):
        (folder / "news.es.md").write_text("mine")
        export_revision(site, first, folder / "news.md")
    assert (folder / "news.es.md").read_text() == "mine"
