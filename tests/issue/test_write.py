"""Issues written as files: nothing is lost on the way out and back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.issue.model import Issue
from newsletter.issue.parse import parse
from newsletter.issue.problems import IssueError
from newsletter.issue.write import write, write_item
from newsletter.items.kinds.recap import Recap
from newsletter.items.kinds.text import Text
from tests.issue import strategies

_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def read(text: str, slug: str = "other") -> Issue | None:
    return parse(text, file="issue.md", slug=slug).issue


@settings(max_examples=80, deadline=None, suppress_health_check=_SLOW)
@given(issue=strategies.issues)
def test_what_is_written_reads_the_same(issue: Issue) -> None:
    try:
        text = write(issue)
    except IssueError as error:
        reasons = " ".join(problem.message for problem in error.problems)
        assert "opens an item" in reasons or "never closed" in reasons
        return
    assert read(text) == issue
    assert write(read(text) or issue) == text


@settings(max_examples=150, deadline=None, suppress_health_check=_SLOW)
@given(body=strategies.markdown, after=strategies.markdown)
def test_any_body_stays_in_its_item(body: str, after: str) -> None:
    items = (Text(id="one", title="One", body=body), Text(id="two", title="Two", body=after))
    issue = Issue(slug="a", title="A", subject="A", items=items)
    try:
        assert read(write(issue)) == issue
    except IssueError as error:
        reasons = " ".join(problem.message for problem in error.problems)
        assert "opens an item" in reasons or "never closed" in reasons


@settings(max_examples=200, deadline=None, suppress_health_check=_SLOW)
@given(
    text=st.lists(
        st.sampled_from([*strategies.NASTY_LINES, 'title = "A"', 'subject = "B"', "## X", "```recap"]), max_size=25
    )
)
def test_any_file_is_read_without_a_crash_and_settles_after_one_writing(text: list[str]) -> None:
    source = '+++\ntitle = "A"\nsubject = "B"\n+++\n' + "\n".join(text)
    issue = read(source)
    if issue is None:
        return
    try:
        once = write(issue)
    except IssueError:
        return
    assert write(read(once) or issue) == once


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300) | st.text(max_size=300))
def test_any_bytes_are_answered(data: bytes | str) -> None:
    parsed = parse(data, file="issue.md", slug="a")
    assert parsed.problems
    assert all(problem.place.file == "issue.md" for problem in parsed.problems)


def test_a_body_that_begins_with_a_fence_gets_an_explicit_text_fence() -> None:
    item = Text(id="code", title="Code", body="```recap\nthis is shown\n```")
    assert write_item(item) == "## Code\n\n```text\n```\n\n```recap\nthis is shown\n```\n"


def test_code_in_a_text_is_not_taken_for_fields() -> None:
    issue = Issue(slug="a", title="A", subject="A", items=(Text(id="t", title="T", body="So:\n\n```event\nx\n```"),))
    parsed = parse(write(issue), file="a.md", slug="a")
    assert (parsed.issue, parsed.problems) == (issue, ())


def test_a_fence_is_longer_than_any_run_of_backticks_within() -> None:
    item = Recap(id="a", title="A", thanks=("those who write ````",))
    assert write_item(item).startswith('## A\n\n`````recap\nthanks = ["those who write ````"]\n`````\n')
    issue = Issue(slug="a", title="A", subject="A", items=(item,))
    assert read(write(issue)) == issue


@pytest.mark.parametrize("title", ["C #", "#", "##", "a ##", "a#", "* b", "`c`", "1. d", "e \\", "=", "<b>"])
def test_any_title_is_kept_to_the_letter(title: str) -> None:
    issue = Issue(slug="a", title="A", subject="A", items=(Text(id="t", title=title, body="x"),))
    assert read(write(issue)) == issue


def test_an_id_is_written_only_where_the_title_does_not_give_it() -> None:
    assert "id =" not in write_item(Text(id="tune-in", title="Tune in"))
    assert 'id = "other"' in write_item(Text(id="other", title="Tune in"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [("before\n\n## after", "a heading with ## opens an item"), ("```\nnever ends", "is never closed")],
)
def test_a_body_that_no_file_can_hold_is_refused_with_the_reason(body: str, reason: str) -> None:
    issue = Issue(slug="a", title="A", subject="A", items=(Text(id="t", title="T", body=body), Text(id="u", title="U")))
    with pytest.raises(IssueError) as caught:
        write(issue)
    assert reason in caught.value.problems[0].message
    assert caught.value.problems[0].place.item == "t"


def test_two_items_of_one_id_are_refused() -> None:
    twice = (Text(id="t", title="T"), Text(id="t", title="U"))
    with pytest.raises(IssueError, match="two items have the id 't'"):
        write(Issue(slug="a", title="A", subject="A", items=twice))
