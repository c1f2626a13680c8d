"""New issues: valid as they stand, and mindful of what was promised."""

from datetime import date, datetime, timedelta

import pytest

from newsletter.issue.model import Issue
from newsletter.issue.parse import parse
from newsletter.issue.scaffold import new_issue
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from newsletter.items.registry import kinds


def read(text: str) -> Issue:
    parsed = parse(text, file="new.md", slug="new")
    assert parsed.problems == ()
    assert parsed.issue is not None
    return parsed.issue


@pytest.mark.parametrize("words", [(), *[(word,) for word in kinds()], tuple(kinds()), ("event", "event")])
def test_a_new_issue_is_valid_as_it_stands(words: tuple[str, ...]) -> None:
    made = read(new_issue('News, "March" \\ 2021', words, timezone="Europe/Zurich", day=date(2021, 3, 1)))
    assert [item.kind for item in made.items] == list(words)
    assert (made.title, made.slug, made.timezone) == ('News, "March" \\ 2021', "news-march-2021", "Europe/Zurich")
    assert made.date == date(2021, 3, 1)


@pytest.mark.parametrize("day", [date(2020, 10, 28), date(2026, 11, 22), date(2032, 2, 29)])
def test_what_the_examples_tell_of_is_ahead(day: date) -> None:
    text = new_issue("News", tuple(kinds()), today=day)
    made = read(text)
    event, debrief = (next(item for item in made.items if item.kind == kind) for kind in ("event", "debrief"))
    assert isinstance(event, Event)
    assert isinstance(debrief, Debrief)
    assert isinstance(event.starts, datetime)
    assert debrief.due is not None
    assert timedelta(12) <= event.starts.date() - day <= timedelta(18)
    assert (event.starts.date().weekday(), event.starts.hour) == (0, 14)  # as in the example, a Monday
    assert event.starts.date() < debrief.due < debrief.starts
    assert f"is reviewed on {event.starts:%B} {event.starts.day}." in text
    assert text == new_issue("News", tuple(kinds()), day=day).replace(f"date = {day}\n", "")


def test_a_word_that_is_no_kind_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        new_issue("X", ["evnt"])


def test_what_the_previous_issue_owes_is_drafted() -> None:
    owed = Debrief(id="d", title="Debrief", starts=date(2020, 11, 17), details="to follow", body="More will follow.")
    previous = Issue(
        slug="october",
        title=r"October \1 'x'",
        subject="Old",
        language="es",
        timezone="Europe/Zurich",
        zones=("America/New_York",),
        series="UPR Updates",
        list="upr-network",
        sender="USHRN",
        preheader="Old",
        items=(Text(id="t", title="Old text"), owed),
    )
    text = new_issue("November", ["text"], previous=previous)
    made = read(text)
    assert made.items[0] == owed
    assert [item.kind for item in made.items] == ["debrief", "text"]
    assert (made.language, made.timezone, made.zones) == ("es", "Europe/Zurich", ("America/New_York",))
    assert (made.series, made.list, made.sender) == ("UPR Updates", "upr-network", "USHRN")
    assert (made.subject, made.preheader) == ("November", None)
    assert r"# Promised in 'October \1 'x'': add place or watch_url" in text


def test_items_of_the_pool_are_taken_in() -> None:
    item = Text(id="x", title="From a member", body="```\ncode\n```")
    assert read(new_issue("November", items=[item])).items == (item,)
