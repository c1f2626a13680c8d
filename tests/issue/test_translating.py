"""Laws of translations: what is said and filled in again is the same, and what follows the issue stays whole."""

from hypothesis import HealthCheck, given, settings

from newsletter.issue.translating import (
    brought_along,
    filled,
    follow,
    pairs,
    said,
    texts_of,
    translated_fields,
    untranslated,
)
from newsletter.issue.wording import tuples
from newsletter.items.base import Item
from newsletter.items.kinds.engage import Engage
from newsletter.items.kinds.image import Image
from newsletter.items.kinds.resources import Resources
from newsletter.items.registry import kinds
from tests.issue import strategies


def again(original: Item, translated: Item | None, changes: dict[str, object]) -> Item:
    return type(original).model_validate(tuples(filled(original, translated, changes)))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(item=strategies.items, other=strategies.items)
def test_the_laws_of_translations(item: Item, other: Item) -> None:
    """For an item and another of its kind, as a translation from elsewhere could be."""
    if other.kind != item.kind:
        other = item.model_copy(update={"title": other.title, "body": other.body})
    other = other.model_copy(update={"id": item.id})
    assert again(item, None, said(item, None)) == item, "what is blank is the issue"
    assert again(item, other, said(item, other)) == other, "what is said and filled in again is the same"
    assert follow(item, item, other) == other, "where nothing changes, nothing does"
    assert follow(item, other, item) == other, "what says nothing itself becomes whatever the issue becomes"
    third = item.model_copy(update={"title": f"{item.title[:100]} 2"})
    now = follow(item, other, third)
    assert type(item).model_validate(tuples(now.model_dump())) == now, "whatever the issue becomes can be followed"
    assert now.title == third.title
    assert brought_along(said(item, third), item, item) == said(item, third)


def test_every_kind_says_in_its_own_words_only_what_is_no_time_and_no_choice() -> None:
    for kind in kinds().values():
        names = {one.name for one in translated_fields(_example(kind), None)}
        assert {"title", "body"} <= names
        assert not names & {"id", "audience", "starts", "ends", "zone", "due", "deadline", "decorative"}


def _example(kind: type[Item]) -> Item:
    from newsletter.issue.parse import parse

    issue = parse(f'+++\ntitle = "N"\nsubject = "N"\n+++\n\n{kind.example}', file="x", slug="x").issue
    assert issue
    return issue.items[0]


def test_names_and_times_are_no_texts_that_are_missing() -> None:
    actions = {"do": "link", "label": "Sign", "button": "Here", "url": "https://a.org", "deadline": None, "why": None}
    item = Engage.model_validate({"id": "a", "title": "T", "actions": (actions,)})
    assert set(untranslated(item, None)) == {"title", "actions"}
    assert texts_of(item)["actions"] == (("Sign", None, "Here"),)
    words = said(item, None)
    assert words["actions"] == ({"do": "link", "label": None, "why": None, "button": None, "url": None},)
    own = again(item, None, {"title": "Titel", "actions": ({**words["actions"][0], "label": "L", "button": "B"},)})
    assert untranslated(item, own) == ()


def test_entries_are_found_again_where_they_went() -> None:
    old = [{"label": "One", "url": "1"}, {"label": "Two", "url": "2"}, {"label": "Three", "url": "3"}]
    one, two, three = old
    new = {"label": "New", "url": "n"}
    assert pairs(old, [three, one, two]) == [2, 0, 1]
    assert pairs(old, [two, three]) == [1, 2]
    assert pairs(old, [one, new, two, three]) == [0, None, 1, 2]
    assert pairs(old, [one, {**two, "label": "2nd"}, three]) == [0, 1, 2]
    assert pairs(old, [two, {**one, "label": "1st"}]) == [1, 0]
    assert pairs(old, [two, three, new]) == [1, 2, None], "what came is not what went"
    assert pairs([{"do": "share", "label": "A"}], [{"do": "link", "label": "A"}]) == [None]


def test_where_things_do_not_fit_together_the_texts_stay() -> None:
    before = Image(id="a", title="Group", src="a.png", alt="Twelve people")
    after = Image(id="a", title="Group", src="a.png", decorative=True)
    translated = Image(id="a", title="Gruppe", src="a.png", alt="Zwölf Leute")
    assert follow(before, after, translated) == Image(id="a", title="Gruppe", src="a.png", decorative=True)
    link = {"label": "L", "url": "https://a.org", "file": None, "about": None}
    file = {"label": "L", "url": None, "file": "a.pdf", "about": None}
    old, new = (Resources.model_validate({"id": "r", "title": "R", "links": (one,)}) for one in (link, file))
    own = Resources.model_validate({"id": "r", "title": "Q", "links": ({**link, "url": "https://de.a.org"},)})
    assert follow(old, new, own) == new.model_copy(update={"title": "Q"})
