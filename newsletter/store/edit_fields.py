"""One item of a saved issue, or its front matter: its values, made anew from a form, and what is wrong with them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from newsletter.issue.model import Issue
from newsletter.issue.pieces import Pieces, cut, piece_of, read_front, read_piece, unused_id
from newsletter.issue.problems import Problem
from newsletter.issue.toml import Path
from newsletter.issue.validate import Known, front_problems, item_problems
from newsletter.issue.wording import Mistake, mistakes, spoken, tuples
from newsletter.issue.write import write
from newsletter.items.base import Item, Part
from newsletter.site import Site
from newsletter.store.draft import FRONT, INTRODUCTION
from newsletter.store.editing import Gone, revision_of
from newsletter.store.identity import known_fields
from newsletter.store.media import references
from newsletter.store.revisions import newest

_P = TypeVar("_P", bound=Part)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def part_of(pieces: Pieces, key: str) -> Part:
    """The item ``key``; for ``FRONT`` and ``INTRODUCTION`` the issue without items. Raises ``Gone``, ``IssueError``."""
    if key in {FRONT, INTRODUCTION}:
        return read_front(pieces)
    piece = pieces.get(key)
    if piece is None:
        raise Gone(key)
    return read_piece(piece)


def part_in(slug: str, key: str, number: int) -> Part:
    """The same as revision ``number`` has it. Raises also ``Revision.DoesNotExist``."""
    return part_of(cut(revision_of(slug, number).source), key)


def values_of(part: Part) -> dict[str, Any]:
    """The fields of ``part`` as plain values."""
    return part.model_dump(exclude={"items"})


def made_item(
    site: Site, slug: str, model: type[Item], given: Mapping[str, Any], uploaded: Mapping[str, str]
) -> tuple[Item | None, Mapping[Path, str]]:
    """A new item of the kind ``model`` for the issue ``slug``, or what is wrong with what was ``given``. Its id is that
    of its title; ``editing.insert_item`` gives it another where it is taken. Raises ``UnknownIssue``."""
    revision = newest(slug)
    return loose_item(site, model, given, {**revision.assets, **uploaded}, beside=cut(revision.source))


def loose_item(
    site: Site, model: type[Item], given: Mapping[str, Any], files: Mapping[str, str], *, beside: Pieces
) -> tuple[Item | None, Mapping[Path, str]]:
    """The same for an item that would stand ``beside`` others, and refers to ``files`` (path -> public id)."""
    values = {"id": unused_id(str(given.get("title", "")), ()), **given}
    item, wrong = made_part(model, values)
    if item is None:
        return None, wrong
    problems = problems_of(site, beside, beside.ids, item, files)
    return (None, problems) if problems else (item, {})


def made_part(model: type[_P], values: Mapping[str, Any]) -> tuple[_P | None, dict[Path, str]]:
    """A part of the file with ``values``, or what is wrong with them."""
    try:
        return model.model_validate(tuples(dict(values))), {}
    except ValidationError as error:
        return None, {one.path: _said(one) for one in mistakes(error, model)}


def problems_of(
    site: Site, pieces: Pieces, ids: Collection[str], part: Part, files: Mapping[str, str]
) -> dict[Path, str]:
    """What is wrong with ``part``, which stands in ``pieces``, beyond its single fields. ``ids``: of the items that its
    links can lead to; ``files``: what there is to refer to."""
    known = Known(known_fields(site), ids)
    found: list[Problem] = []
    if isinstance(part, Issue):
        found += front_problems(part, known)
    elif isinstance(part, Item):
        front = read_front(pieces)
        found += item_problems(part, front.timezone, known)
        found += [
            Problem(f"there is no file '{one.path}' here; upload it", place=one.place)
            for one in references(front.model_copy(update={"items": (part,)}))
            if one.path not in files
        ]
    wrong: dict[Path, str] = {}
    for one in found:
        said = f"{one.message}; {one.mend}" if one.mend else one.message
        line = f" (line {one.place.line})" if one.place.line and one.place.line > 1 else ""
        wrong.setdefault(path_of(one.place.field or ""), said + line)
    return wrong


def path_of(spoken: str) -> Path:
    """``actions[1].url`` as ``("actions", 0, "url")``."""
    return tuple(int(number) - 1 if number else name for name, number in _STEP.findall(spoken))


def _said(mistake: Mistake) -> str:
    """What is wrong, for somebody who sees the field and its help beside it."""
    name = str(mistake.path[-1]) if mistake.path else ""
    if mistake.missing or mistake.message.startswith(f"{name} is empty"):
        return "This is needed."
    return mistake.message.removeprefix(f"{spoken(mistake.path[-2:])}: ").removeprefix(f"{name}: ")


def with_part(pieces: Pieces, part: Part) -> Pieces:
    """``pieces`` with ``part`` as it is now. Raises ``IssueError`` where its text would not end where it ends."""
    if isinstance(part, Item):
        return pieces.replaced(piece_of(part))
    return replace(pieces, front=write(part)) if isinstance(part, Issue) else pieces
