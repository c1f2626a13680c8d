"""The text of an issue cut into pieces, each read and written by itself: a save that touches one item reads one item.

The text is one that ``newsletter.issue.write`` wrote; pieces that are joined again give the same text as the whole
issue would.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from newsletter.issue.model import Issue
from newsletter.issue.parse import parse
from newsletter.issue.problems import IssueError, Place, Problem
from newsletter.issue.sections import split
from newsletter.issue.source import decode
from newsletter.issue.validate import Known, item_problems
from newsletter.issue.write import write_item
from newsletter.items.base import Item
from newsletter.items.reader_fields import STANDARD
from newsletter.items.text import slugify

_FRONT = '+++\ntitle = "Items"\nsubject = "Items"\n+++\n\n'
_ID = re.compile(r'id = "([a-z0-9-]+)"(?:\n|\Z)')


@dataclass(frozen=True)
class Piece:
    """One item as it stands in the text of the issue."""

    id: str
    kind: str
    title: str
    text: str


@dataclass(frozen=True)
class Pieces:
    """The text of an issue: front matter with introduction, and the items in their order."""

    front: str
    items: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """The whole text of the issue."""
        return self.front + "".join(f"\n{piece.text}" for piece in self.items)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the items, in their order."""
        return tuple(piece.id for piece in self.items)

    def get(self, item: str) -> Piece | None:
        """The piece of the item with this id."""
        return next((piece for piece in self.items if piece.id == item), None)

    def only(self, ids: Collection[str]) -> "Pieces":
        """The text with these items alone."""
        return replace(self, items=tuple(piece for piece in self.items if piece.id in ids))

    def without(self, item: str) -> "Pieces":
        """The text without this item."""
        return replace(self, items=tuple(piece for piece in self.items if piece.id != item))

    def replaced(self, new: Piece) -> "Pieces":
        """The text with ``new`` for the item of its id."""
        return replace(self, items=tuple(new if piece.id == new.id else piece for piece in self.items))

    def inserted(self, new: Piece, index: int) -> "Pieces":
        """The text with ``new`` before the item at ``index``; at the end where there is none."""
        return replace(self, items=(*self.items[:index], new, *self.items[index:]))

    def moved(self, item: str, index: int) -> "Pieces":
        """The text with this item at ``index``, counted without it. An item that is not there moves nothing."""
        piece = self.get(item)
        return self.without(item).inserted(piece, max(index, 0)) if piece else self


@lru_cache(maxsize=16)  # a save looks at the revision it began from and at the newest one: mostly the same
def cut(source: str) -> Pieces:
    """``source``, as ``write`` wrote it, in pieces."""
    lines = source.split("\n")
    sections = split(source).items
    starts = [section.title.line - 1 for section in sections]
    texts = [
        "\n".join(lines[begin:end]).rstrip("\n") + "\n"
        for begin, end in zip([0, *starts], [*starts, len(lines)], strict=True)
    ]
    pieces = []
    for section, text in zip(sections, texts[1:], strict=True):
        given = _ID.match(section.fields.text)  # ``write`` puts it first
        kind = section.kind.text if section.kind else "text"
        title = section.title.text
        pieces.append(Piece(given[1] if given else slugify(title), kind, title, text))
    return Pieces(texts[0], tuple(pieces))


@lru_cache(maxsize=512)  # the items of some issues: what is typed changes one of them
def read_piece(piece: Piece) -> Item:
    """The item of ``piece``. Raises ``IssueError`` where its text is damaged."""
    parsed = parse(_FRONT + piece.text, file=piece.id, slug="items")
    if parsed.issue is None or len(parsed.issue.items) != 1:
        raise IssueError(parsed.problems)
    return parsed.issue.items[0]


def read_front(pieces: Pieces) -> Issue:
    """Front matter and introduction, without items. Raises ``IssueError`` where the text is damaged."""
    return _front(pieces.front, "issue")


@lru_cache(maxsize=64)
def _front(text: str, slug: str) -> Issue:
    parsed = parse(text, file="issue", slug=slug)
    if parsed.issue is None:
        raise IssueError(parsed.problems)
    return parsed.issue


@lru_cache(maxsize=128)
def read(text: str, *, file: str, slug: str) -> Issue:
    """The issue that ``parse`` reads in ``text``; what has not changed since it was read last is not read again.
    Raises ``IssueError`` with all that ``parse`` says where there is none."""
    if (joined := _joined(text, slug)) is not None:
        return joined
    parsed = parse(text, file=file, slug=slug)
    if parsed.issue is None:
        raise IssueError(parsed.problems)
    return parsed.issue


def _joined(text: str, slug: str) -> Issue | None:
    """``None`` where pieces could say something else than the whole: in whole issues, ids depend on one another."""
    if decode(text) != (text, []):
        return None
    try:
        pieces = cut(text)
        front, items = _front(pieces.front, slug), tuple(read_piece(piece) for piece in pieces.items)
    except IssueError:
        return None
    return front.model_copy(update={"items": items}) if len({item.id for item in items}) == len(items) else None


def piece_of(item: Item) -> Piece:
    """``item`` as a piece. Raises ``IssueError`` for one that no file can hold: a text that would not end where the
    item ends."""
    piece = Piece(item.id, item.kind, item.title, write_item(item))
    # Another item stands behind it, so that code which is never closed shows.
    parsed = parse(f"{_FRONT}{piece.text}\n## .\n", file=item.id, slug="items").issue
    if parsed is None or parsed.items[:-1] != (item,) or parsed.items[-1].title != ".":
        found = tuple(item_problems(item, "UTC", Known(tuple(STANDARD), [item.id])))
        other = Problem("this text cannot be kept: it would read otherwise", "", Place(item=item.id, field="body"))
        raise IssueError(found or (other,))
    return piece


def unused_id(title: str, taken: Collection[str]) -> str:
    """An id for an item of this title that none of ``taken`` has."""
    name = slugify(title)
    number, unused = 2, name
    while unused in taken:
        unused, number = f"{name}-{number}", number + 1
    return unused
