"""What is different between two states of an issue."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.issue.changes import as_text, changes, runs
from newsletter.issue.model import Issue
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from tests.issue import strategies


def _issue(*items, **more):
    return Issue(**{"slug": "x", "title": "News", "subject": "News", "items": tuple(items), **more})


ONE, TWO, THREE = (Text(id=name, title=name.title(), body=f"The text of {name}.") for name in ("one", "two", "three"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(strategies.items)
def test_the_same_is_no_change(item):
    assert changes(_issue(item), _issue(item)) == ()


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_texts_are_in_the_pieces_whole(before, after):
    pieces = runs(before, after)
    assert "".join(text for kind, text in pieces if kind != "new") == before
    assert "".join(text for kind, text in pieces if kind != "gone") == after


def test_words_are_compared_and_not_letters():
    assert runs("Watch it on Monday.", "Watch it on Friday.") == (
        ("same", "Watch it on "),
        ("gone", "Monday"),
        ("new", "Friday"),
        ("same", "."),
    )


def test_a_long_text_is_compared_by_lines():
    before = "\n".join(f"line {number} of many words" for number in range(5_000))
    after = before.replace("line 77 of", "line 78 of")
    assert [kind for kind, _ in runs(before, after)] == ["same", "gone", "new", "same"]


def test_each_item_tells_what_became_of_it():
    before = _issue(ONE, TWO, THREE)
    after = _issue(THREE, ONE, TWO.model_copy(update={"body": "Another text."}), Text(id="four", title="Four"))
    found = changes(before, after)
    assert [(one.what, one.item) for one in found] == [("moved", "three"), ("changed", "two"), ("added", "four")]
    assert [one.label for one in found[1].fields] == ["Text"]
    assert [(one.what, one.item) for one in changes(after, before)][-1] == ("removed", "four")


def test_front_matter_and_dates_are_told_in_words():
    before = _issue(Event(id="e", title="E", starts=date(2020, 11, 9)))
    after = _issue(Event(id="e", title="E", starts=date(2020, 11, 10)), zones=("America/New_York", "UTC"))
    front, event = changes(before, after)
    assert (front.item, front.fields[0].label, front.fields[0].runs) == (
        None,
        "Further zones",
        (("new", "America/New_York\nUTC"),),
    )
    assert event.fields[0].label == "Starts"
    assert ("new", "10") in event.fields[0].runs


def test_values_as_somebody_reads_them():
    assert as_text(None) == as_text(()) == as_text(False) == ""
    assert as_text(True) == "yes"
    assert as_text(({"do": "link", "url": None}, {"do": "copy"})) == "do: link\n\ndo: copy"
