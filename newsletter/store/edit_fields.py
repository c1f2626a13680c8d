"""One item of a saved issue, or its front matter, saved as it is typed.

What is typed is put together with what others saved meanwhile, field by field: a field that both changed is a conflict
and is left as it is saved. A field that is wrong is left as it is saved, too, and the others are kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from newsletter.issue.merging import merge
from newsletter.issue.model import Issue
from newsletter.issue.pieces import Pieces, cut, piece_of, read_front, read_piece, unused_id
from newsletter.issue.problems import IssueError, Problem
from newsletter.issue.toml import Path
from newsletter.issue.validate import Known, front_problems, item_problems
from newsletter.issue.wording import Mistake, mistakes, spoken, tuples
from newsletter.issue.write import write
from newsletter.items.base import Item, Part
from newsletter.models import Account, Revision
from newsletter.site import Site
from newsletter.store.draft import FRONT as FRONT
from newsletter.store.draft import INTRODUCTION as INTRODUCTION
from newsletter.store.draft import Draft
from newsletter.store.editing import Gone, change, known_files, revision_of
from newsletter.store.identity import known_fields
from newsletter.store.media import references
from newsletter.store.revisions import Saved, newest

_P = TypeVar("_P", bound=Part)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_SEARCHED = 50
"""Revisions that are looked through for who changed something."""


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed, too: what ``theirs`` is, who saved it, and when."""

    theirs: Any
    who: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What came of a save."""

    saved: Saved
    part: Part
    """As it is saved now."""
    wrong: Mapping[Path, str] = field(default_factory=dict)
    """What is wrong with a field, in words; it is saved as it was before."""
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    theirs: tuple[str, ...] = ()
    """Fields that others changed meanwhile, and this save did not."""


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


def save_part(
    site: Site,
    slug: str,
    key: str,
    given: Mapping[str, Any],
    *,
    base: Mapping[str, Any],
    number: int,
    numbers: Mapping[str, int] | None = None,
    uploaded: Mapping[str, str] | None = None,
    account: Account,
    at: datetime,
) -> Outcome:
    """Saves the fields ``given`` of the item ``key``, as far as they are right and nobody else changed them.

    ``base`` holds the values that were shown when typing began, from revision ``number`` on; ``numbers`` names earlier
    revisions for fields whose conflict is not settled yet; ``uploaded`` are the files
    that were put in (path -> public id). Raises ``Gone``, ``UnknownIssue``, ``editing.Busy``.
    """
    found: list[Any] = []

    def edit(draft: Draft) -> Draft:
        try:
            saved = part_of(draft.pieces, key)
        except Gone:
            raise Gone(key, _taken_out(slug, key, number)) from None
        theirs = values_of(saved)
        merged = merge(base, given, theirs)
        both = {
            name: _last_changed(slug, key, name, theirs[name], (numbers or {}).get(name, number))
            for name in merged.conflicts
        }
        own = {name for name, revision in both.items() if revision.account_id == account.pk}
        changes = {name: merged.values[name] for name in given if merged.values[name] != theirs[name]}
        changes |= {name: given[name] for name in own}
        files = {**draft.assets, **known_files(uploaded or {})}
        part, wrong = _fitting(saved, changes, lambda one: _problems(site, draft.pieces, one, files))
        changed = draft
        if part != saved:
            try:
                changed = replace(_written(draft, part), assets=files)
            except IssueError as error:
                part, wrong = saved, {**wrong, (_text_of(key),): str(error)}
        conflicts = {name: Conflict(theirs[name], one.author, one.at) for name, one in both.items() if name not in own}
        found[:] = [part, wrong, conflicts, merged.theirs]
        return changed

    saved = change(slug, edit, account=account, at=at)
    return Outcome(saved, *found)


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
    item, wrong = _made(model, values)
    if item is None:
        return None, wrong
    problems = _problems(site, beside, item, files)
    return (None, problems) if problems else (item, {})


def _made(model: type[_P], values: Mapping[str, Any]) -> tuple[_P | None, dict[Path, str]]:
    try:
        return model.model_validate(tuples(dict(values))), {}
    except ValidationError as error:
        return None, {one.path: _said(one) for one in mistakes(error, model)}


def _fitting(
    saved: _P, changes: Mapping[str, Any], problems: Callable[[_P], Mapping[Path, str]]
) -> tuple[_P, dict[Path, str]]:
    """``saved`` with those of ``changes`` that are right, and what is wrong with the others."""

    def attempt(some: Mapping[str, Any]) -> tuple[_P | None, dict[Path, str]]:
        made, wrong = _made(type(saved), {**values_of(saved), **some})
        if made is not None:
            wrong = {path: said for path, said in problems(made).items() if path[:1] and path[0] in some}
        return (None, wrong) if wrong else (made, {})

    if not changes:
        return saved, {}
    whole, wrong = attempt(changes)
    if whole is not None:
        return whole, {}
    part: _P = saved
    right: dict[str, Any] = {}
    for name, value in changes.items():
        made, _ = attempt({**right, name: value})
        if made is not None:
            part, right = made, {**right, name: value}
    return part, wrong


def _problems(site: Site, pieces: Pieces, part: Part, files: Mapping[str, str]) -> dict[Path, str]:
    """What is wrong with ``part`` beyond its single fields."""
    known = Known(known_fields(site), pieces.ids)
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


def _written(draft: Draft, part: Part) -> Draft:
    """``draft`` with ``part`` as it is now. Raises ``IssueError`` where its text would not end where it ends."""
    if isinstance(part, Item):
        return replace(draft, pieces=draft.pieces.replaced(piece_of(part)))
    if not isinstance(part, Issue):
        return draft
    return replace(draft, pieces=replace(draft.pieces, front=write(part)))


def _text_of(key: str) -> str:
    return "introduction" if key in {FRONT, INTRODUCTION} else "body"


def _last_changed(slug: str, key: str, name: str, value: Any, number: int) -> Revision:
    """The revision, after ``number``, that made the field ``name`` what it is now."""
    found = newest(slug)
    for revision, pieces in _later(slug, number):
        try:
            if values_of(part_of(pieces, key))[name] != value:
                break
        except Gone:
            break
        found = revision
    return found


def _taken_out(slug: str, key: str, number: int) -> Revision | None:
    """The revision after ``number`` that first lacks the item."""
    found = None
    for revision, pieces in _later(slug, number):
        if pieces.get(key):
            break
        found = revision
    return found


def _later(slug: str, number: int) -> Iterator[tuple[Revision, Pieces]]:
    """The revisions after ``number``, the newest first."""
    rows = Revision.objects.filter(issue__slug=slug, number__gt=number).order_by("-number")[:_SEARCHED]
    return ((row, cut(row.source)) for row in rows)
