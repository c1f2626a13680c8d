"""An issue in pieces: joined again it is what the whole issue would be written as."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from newsletter.issue.model import Issue
from newsletter.issue.parse import parse
from newsletter.issue.pieces import Pieces, cut, piece_of, read, read_front, read_piece, unused_id
from newsletter.issue.problems import IssueError
from newsletter.issue.write import write
from newsletter.items.base import Item
from newsletter.items.kinds.text import Text
from tests.issue import strategies

_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
few = settings(max_examples=25, deadline=None, suppress_health_check=_SLOW)


def _fits(item: Item) -> bool:
    """Some texts that the type allows can stand in no file: those that do not end where the item ends."""
    try:
        piece_of(item)
    except IssueError:
        return False
    return True


_items = st.lists(strategies.items.filter(_fits), max_size=3, unique_by=lambda item: item.id)
issues = st.builds(
    lambda items, subject: Issue(slug="a", title="A", subject=subject, items=tuple(items)),
    _items,
    strategies.field_lines,
)


def _read(text: str) -> Issue | None:
    return parse(text, file="x", slug="x").issue


@few
@given(issues)
def test_the_pieces_joined_are_the_text(issue):
    text = write(issue)
    pieces = cut(text)
    assert pieces.text == text
    assert pieces.ids == tuple(item.id for item in issue.items)
    assert [piece.kind for piece in pieces.items] == [item.kind for item in issue.items]
    assert [piece.title for piece in pieces.items] == [item.title for item in issue.items]
    assert tuple(read_piece(piece) for piece in pieces.items) == issue.items
    assert read_front(pieces) == issue.without({item.id for item in issue.items})


@few
@given(issues, st.randoms(use_true_random=False))
def test_whatever_is_done_to_pieces_is_done_to_the_issue(issue, random):
    pieces, items = cut(write(issue)), list(issue.items)
    for _ in range(6):
        if not items:
            break
        chosen, index = random.choice(items), random.randrange(len(items) + 2)
        match random.choice(["move", "remove", "copy"]):
            case "move":
                pieces = pieces.moved(chosen.id, index)
                items.remove(chosen)
                items.insert(index, chosen)
            case "remove":
                pieces = pieces.without(chosen.id)
                items.remove(chosen)
            case "copy":
                copy = chosen.model_copy(update={"id": unused_id(chosen.title, pieces.ids)})
                pieces = pieces.inserted(piece_of(copy), index)
                items.insert(index, copy)
    now = issue.model_copy(update={"items": tuple(items)})
    assert _read(pieces.text) == now
    assert pieces.text == write(now)


@few
@given(strategies.items)
def test_a_piece_stands_for_its_item_wherever_it_stands(item):
    assume(_fits(item))
    piece = piece_of(item)
    assert read_piece(piece) == item
    assert cut(Pieces('+++\ntitle = "T"\nsubject = "S"\n+++\n', (piece, piece)).text).items == (piece, piece)


@pytest.mark.parametrize("body", ["## Another item", "```\nnever closed", "text\n\n## Sneaked in\n\nmore"])
def test_a_text_that_would_not_end_where_its_item_ends_is_refused(body):
    with pytest.raises(IssueError) as caught:
        piece_of(Text(id="one", title="One", body=body))
    assert caught.value.problems
    assert caught.value.problems[0].place.field == "body"


def test_an_item_that_is_not_there_moves_nothing():
    pieces = Pieces("front\n", (piece_of(Text(id="one", title="One")),))
    assert pieces.moved("two", 0) == pieces
    assert pieces.moved("one", 99) == pieces.moved("one", -5) == pieces


def test_ids_are_never_given_twice():
    assert unused_id("Tune in!", ()) == "tune-in"
    assert unused_id("Tune in!", ("tune-in", "tune-in-2")) == "tune-in-3"
    assert unused_id("", ("item",)) == "item-2"


@st.composite
def torn(draw):
    """Lines of issues, with some among them that belong in none: whatever files may hold."""
    lines = "\n".join(draw(st.lists(issues.map(write), min_size=1, max_size=2))).split("\n")
    strange = [
        *strategies.NASTY_LINES,
        "> " * 25 + "## deep",
        "\ufeff",
        "\r",
        "\x00",
        'id = "a"',
        "## A",
        "A\r\r## B\rC",
    ]
    for other in draw(st.lists(st.sampled_from(strange))):
        lines.insert(draw(st.integers(0, len(lines))), other)
    return "\n".join(draw(st.permutations(lines)) if draw(st.integers(0, 3)) == 3 else lines)


@settings(few, max_examples=100)
@given(torn())
def test_what_is_read_in_pieces_is_what_is_read_as_a_whole(text):
    whole = parse(text, file="x.md", slug="x")
    try:
        found = read(text, file="x.md", slug="x")
    except IssueError as error:
        assert (whole.issue, whole.problems) == (None, error.problems)
    else:
        assert found == whole.issue


def test_an_item_that_has_not_changed_is_not_read_again():
    issue = Issue(slug="a", title="A", subject="S", items=(Text(id="b", title="B"), Text(id="c", title="C")))
    before = read(write(issue), file="x.md", slug="x")
    changed = issue.model_copy(update={"items": (issue.items[0], Text(id="c", title="C", body="Typed."))})
    after = read(write(changed), file="x.md", slug="x")
    assert after == changed
    assert after.items[0] is before.items[0]


def test_two_items_of_one_title_have_two_names():
    found = read('+++\ntitle = "T"\nsubject = "S"\n+++\n\n## B\n\n## B\n', file="x.md", slug="x")
    assert [item.id for item in found.items] == ["b", "b-2"]
    assert found.slug == "x"


def test_what_is_too_long_as_a_whole_is_too_long():
    items = "".join(f"\n## Item {number}\n" + "\nline" * 4000 for number in range(3))
    text = f'+++\ntitle = "T"\nsubject = "S"\n+++\n{items}\n'
    assert len(cut(text).items) == 3
    with pytest.raises(IssueError, match="at most 10,000"):
        read(text, file="x.md", slug="x")
