"""Update items that wait for an issue, and what readers were promised."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PIL import Image

from newsletter.issue.problems import IssueError
from newsletter.models import Issue as IssueRow
from newsletter.models import UpdateItem
from newsletter.site import Site
from newsletter.store.pool import UnknownItem, add_items, drop, item_of, pool, read_item, use
from newsletter.store.promises import owed, owed_items
from newsletter.store.revisions import import_issue
from tests.store.conftest import Write

pytestmark = pytest.mark.django_db
AT = datetime(2020, 10, 28, 9, 0, tzinfo=UTC)
TWO = '## One\n\nText of {{first_name|you}}.\n\n## Two\n\n```image\nsrc = "a.png"\nalt = "Red"\n```\n'


@pytest.fixture
def items(site: Site, tmp_path: Path) -> list[UpdateItem]:
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    (tmp_path / "items.md").write_text(TWO)
    return add_items(site, tmp_path / "items.md", from_name="Working group")


def test_each_heading_of_a_file_is_an_item(items: list[UpdateItem]) -> None:
    assert [(item.kind, item.title, item.from_name, item.state) for item in items] == [
        ("text", "One", "Working group", "new"),
        ("image", "Two", "Working group", "new"),
    ]
    assert [bool(item.assets) for item in items] == [False, True]
    assert read_item(items[0]).body == "Text of {{first_name|you}}."
    assert pool() == items


def test_using_an_item_marks_it_and_brings_its_files(site: Site, items: list[UpdateItem], tmp_path: Path) -> None:
    use(site, items[1:], slug="next", title="Next", folder=tmp_path / "issues")
    assert (tmp_path / "issues" / "a.png").is_file()
    assert pool() == items[:1]
    used = item_of(str(items[1].id))
    assert (used.state, used.used_in) == ("used", IssueRow.objects.get(slug="next"))
    with pytest.raises(UnknownItem, match="is used in 'next'"):
        drop(used)


def test_another_file_in_the_way_marks_nothing(site: Site, items: list[UpdateItem], tmp_path: Path) -> None:
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "a.png").write_text("mine")
    with pytest.raises(FileExistsError):
        use(site, items[1:], slug="next", title="Next", folder=tmp_path / "issues")
    assert (tmp_path / "issues" / "a.png").read_text() == "mine"
    assert len(pool()) == 2


def test_dropping(items: list[UpdateItem]) -> None:
    drop(items[0])
    assert pool() == items[1:]
    assert [item.state for item in pool(everything=True)] == ["dropped", "new"]


@pytest.mark.parametrize("number", ["9999", "-1", "x", "", "٣"])
def test_an_unknown_number(items: list[UpdateItem], number: str) -> None:
    with pytest.raises(UnknownItem, match="there is no item"):
        item_of(number)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Just text.\n", 1, "an item begins with its heading"),
        ("", 1, "an item begins with its heading"),
        ("Text.\n\n## One\n\nText.\n", 1, "an item begins with its heading"),
        ('## One\n\n```evnt\nstarts = 2020-11-09\n```\n', 3, "no kind 'evnt'"),
        ('## One\n\n```image\nsrc = "none.png"\nalt = "x"\n```\n', 4, "there is no file 'none.png'"),
        ("## One\n\n[here](javascript:alert)\n", 3, "javascript"),
    ],
)  # fmt: skip
def test_mistakes_are_placed_in_the_file_and_add_nothing(
    site: Site, tmp_path: Path, text: str, line: int, said: str
) -> None:
    (tmp_path / "items.md").write_text(text)
    with pytest.raises(IssueError, match=said) as caught:
        add_items(site, tmp_path / "items.md", from_name="x")
    assert caught.value.problems[0].place.line == line
    assert caught.value.problems[0].place.file == "items.md"
    assert not UpdateItem.objects.exists()


def issue(day: str, body: str) -> str:
    return f'+++\ntitle = "News"\nsubject = "News"\ndate = {day}\n+++\n\n## Debrief\n\n```debrief\n{body}\n```\n'


def test_a_promise_is_owed_until_a_later_issue_keeps_it(site: Site, write: Write) -> None:
    promised = issue("2020-10-28", 'starts = 2020-11-17\ndetails = "to follow"\ndue = 2020-11-13')
    kept = issue("2020-11-10", 'starts = 2020-11-17\nwatch_url = "https://example.org/debrief"')
    # The later issue is saved first: what counts is the day of the issue.
    import_issue(site, write("october.md", promised), author="x", at=AT)
    assert [(one.issue, one.title, one.day, one.due) for one in owed(site)] == [
        ("october", "Debrief", date(2020, 11, 17), date(2020, 11, 13))
    ]
    assert [item.id for item in owed_items(site)] == ["debrief"]
    import_issue(site, write("november.md", kept), author="x", at=AT)
    assert owed(site) == ()
    import_issue(site, write("november.md", kept.replace("2020-11-10", "2020-10-01")), author="x", at=AT)
    assert len(owed(site)) == 1


def test_a_promise_in_a_file_that_was_never_saved_counts_too(site: Site, write: Write) -> None:
    write("october.md", issue("2020-10-28", 'starts = 2020-11-17\ndetails = "to follow"'))
    write("broken.md", "no front matter")
    assert [one.issue for one in owed(site)] == ["october"]
    write("november.md", issue("2020-11-10", 'starts = 2020-11-17\nwatch_url = "https://example.org/debrief"'))
    assert owed(site) == ()


def test_what_is_saved_wins_over_its_working_copy(site: Site, write: Write) -> None:
    path = write("october.md", issue("2020-10-28", 'starts = 2020-11-17\ndetails = "to follow"'))
    import_issue(site, path, author="x", at=AT)
    write("october.md", issue("2020-10-28", "starts = 2020-11-17"))
    assert [one.issue for one in owed(site)] == ["october"]
