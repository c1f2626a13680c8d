"""What readers were promised, and which issue kept it."""

from datetime import date, datetime

from newsletter.issue.model import Issue
from newsletter.issue.promises import Promise, open_before, open_promises, promises, promises_of
from newsletter.items.base import Item
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.text import Text


def issue(slug: str, *items: Item) -> Issue:
    return Issue(slug=slug, title=slug, subject=slug, items=items)


OWED = Debrief(
    id="debrief", title="Debrief", starts=datetime(2020, 11, 17, 9), details="to follow", due=date(2020, 11, 13)
)
HERE = Debrief(id="debrief", title="Debrief", starts=datetime(2020, 11, 17, 9), watch_url="https://www.example.org")


def test_a_debrief_whose_details_are_to_follow_is_a_promise() -> None:
    made = Promise("october", "debrief", "Debrief", date(2020, 11, 17), date(2020, 11, 13))
    assert promises_of(issue("october", OWED, Text(id="x", title="X"))) == (made,)
    assert promises_of(issue("october", HERE)) == ()


def test_a_later_issue_with_the_details_keeps_it() -> None:
    kept = promises([issue("october", OWED), issue("between"), issue("november", HERE), issue("december", HERE)])
    assert [(promise.issue, promise.kept_by) for promise in kept] == [("october", "november")]
    assert open_promises([issue("october", OWED), issue("november", HERE)]) == ()


def test_an_issue_before_it_does_not_keep_it() -> None:
    assert len(open_promises([issue("september", HERE), issue("october", OWED)])) == 1


def test_a_later_issue_that_still_owes_them_renews_it() -> None:
    later = OWED.model_copy(update={"due": date(2020, 11, 16), "title": "Debrief session"})
    (promise,) = open_promises([issue("october", OWED), issue("november", later)])
    assert (promise.issue, promise.title, promise.due) == ("october", "Debrief session", date(2020, 11, 16))


def test_a_promise_that_was_kept_can_be_made_again() -> None:
    again = promises([issue("october", OWED), issue("november", HERE), issue("march", OWED)])
    assert [(promise.issue, promise.kept_by) for promise in again] == [("october", "november"), ("march", None)]


def test_the_soonest_due_comes_first() -> None:
    sooner = OWED.model_copy(update={"id": "sooner", "due": None, "starts": date(2020, 11, 1)})
    assert [promise.item for promise in open_promises([issue("october", OWED, sooner)])] == ["sooner", "debrief"]


def test_what_is_open_before_an_issue_is_what_stood_open_then() -> None:
    recap = OWED.model_copy(update={"id": "recap", "starts": date(2020, 12, 1), "due": None})
    brought = HERE.model_copy(update={"id": "recap"})
    first, second, third = issue("first", OWED, recap), issue("second", brought), issue("third", HERE)
    every = (first, second, third)
    assert open_before(first, every) == ()
    assert [promise.item for promise in open_before(second, every)] == ["debrief", "recap"]
    assert [promise.item for promise in open_before(third, every)] == ["debrief"]
    assert open_before(issue("third"), every) == open_before(third, every)  # whatever it says now


def test_before_an_issue_that_is_not_known_come_those_that_are_not_of_a_later_day() -> None:
    known = [
        issue(f"of-{day}".lower(), OWED.model_copy(update={"id": f"owed-{day}".lower()})).model_copy(
            update={"date": day and date(2020, 10, day)}
        )
        for day in (1, 2, 3, None)
    ]
    new = issue("new")
    assert len(open_before(new, known)) == 4
    dated = new.model_copy(update={"date": date(2020, 10, 2)})
    assert [promise.item for promise in open_before(dated, known)] == ["owed-1", "owed-2", "owed-none"]
