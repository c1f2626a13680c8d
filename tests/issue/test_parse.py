"""Issue files read: what they say, and every mistake with its place."""

from datetime import date, datetime

import pytest

from newsletter.issue.parse import Parsed, parse
from newsletter.items.kinds.event import Event

HEAD = """\
+++
title = "October 2020 UPR Updates"
subject = "Watch the review, {{first_name|friend}}"
timezone = "Europe/Zurich"
zones = ["America/New_York"]
date = 2020-10-28
+++
"""
HEAD_LINES = HEAD.count("\n")


def read(text: str) -> Parsed:
    return parse(text, file="october.md", slug="october-2020")


def said(text: str) -> list[tuple[int | None, str]]:
    """Line and message of each problem."""
    return [(problem.place.line, problem.message) for problem in read(text).problems]


def one(text: str) -> tuple[int | None, str, str]:
    """Line, message and mend of the one problem there is."""
    (problem,) = read(text).problems
    assert problem.source == text.split("\n")[(problem.place.line or 1) - 1]
    return problem.place.line, problem.message, problem.mend


def test_front_matter_introduction_and_items_are_read() -> None:
    text = (
        HEAD
        + "\nLobbying is **done**.\n\n## Tune in\n\n```event\nstarts = 2020-11-09T14:30:00\n```\n\nLive.\n\n## More\n"
    )
    issue = read(text).issue
    assert issue is not None
    assert (issue.slug, issue.title, issue.date) == ("october-2020", "October 2020 UPR Updates", date(2020, 10, 28))
    assert issue.zones == ("America/New_York",)
    assert issue.introduction == "Lobbying is **done**."
    event, more = issue.items
    assert isinstance(event, Event)
    assert (event.id, event.title, event.body) == ("tune-in", "Tune in", "Live.")
    assert event.starts == datetime(2020, 11, 9, 14, 30)
    assert (more.id, more.kind, more.title, more.body) == ("more", "text", "More", "")
    assert read(text).problems == ()


@pytest.mark.parametrize(
    "body",
    [
        "> ## quoted",
        "- ## listed",
        "1. a\n\n   ## listed too",
        "```\n## in a fence\n```",
        "````\n```\n## in a longer fence\n````",
        "~~~\n## between tildes\n```\n~~~",
        "    ## indented code",
        "Underlined\n---",
        "- a\n\n  ```\n  ## in a fence in a list\n  ```",
        "#hashtag and ##hashtag",
        "\\## escaped",
        "### Within",
        "[ref]: https://www.example.org\n\n[label][ref]",
    ],
)
def test_only_top_level_headings_of_level_two_open_an_item(body: str) -> None:
    parsed = read(f"{HEAD}\n## One\n\nfirst\n\n{body}\n\n## Two\n\n```text\n```\n\n{body}\n")
    assert parsed.problems == ()
    assert parsed.issue is not None
    assert [item.title for item in parsed.issue.items] == ["One", "Two"]
    assert parsed.issue.items[0].body == f"first\n\n{body}"
    # Spaces before the first word are content: they can mean code.
    assert parsed.issue.items[1].body == body


def test_a_closing_sequence_and_spaces_around_a_heading_are_no_part_of_the_title() -> None:
    issue = read(f"{HEAD}\n   ##   Tune in   ##  \n").issue
    assert issue is not None
    assert issue.items[0].title == "Tune in"


def test_line_ends_of_windows_and_of_old_macs_read_the_same() -> None:
    text = f'{HEAD}\nIntro\n\n## A\n\n```recap\nthanks = ["x"]\n```\n\none\ntwo\n'
    expected = read(text).issue
    assert expected is not None
    assert read(text.replace("\n", "\r\n")).issue == expected
    assert read(text.replace("\n", "\r")).issue == expected


def test_ids_come_from_titles_and_are_made_unique_around_those_that_are_given() -> None:
    text = f'{HEAD}\n## Tune in!\n\n## Tune in\n\n## Other\n```text\nid = "tune-in-2"\n```\n\n## Übersicht\n\n## 漢字\n'
    issue = read(text).issue
    assert issue is not None
    assert [item.id for item in issue.items] == ["tune-in", "tune-in-3", "tune-in-2", "ubersicht", "item-c6d29771"]


def test_places_of_fields_are_known() -> None:
    text = f'{HEAD}\nIntro\n\n## Act\n```engage\n[[actions]]\ndo = "link"\nlabel = "a"\nbutton = "b"\n'
    text += 'url = "https://www.example.org"\n```\n\nBody\n'
    parsed = read(text)
    line = HEAD_LINES + 1
    assert parsed.place(None, "zones").line == 5
    assert parsed.place(None, "introduction").line == line + 1
    assert parsed.place("act").line == line + 3
    assert parsed.place("act", "actions[1]").line == line + 5
    assert parsed.place("act", "actions[1].url").line == line + 9
    assert parsed.place("act", "actions[1].deadline").line == line + 5
    assert parsed.place("act", "body").line == line + 12
    assert parsed.place("act").file == "october.md"
