"""Translations follow the issue: what was the same in both changes with it, and a text that was translated is marked as
older than the issue."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from newsletter.issue.pieces import Pieces, cut, piece_of, read_front, read_piece
from newsletter.issue.translating import follow, texts_of, untranslated
from newsletter.issue.write import write
from newsletter.items.base import Item, Part
from newsletter.models import Revision
from newsletter.store.draft import FRONT, INTRODUCTION, Draft, Marks


@dataclass(frozen=True)
class Since:
    """The revision that is changed, and the issue as any earlier one has it."""

    number: int
    once: Callable[[int], Pieces]


def since(revision: Revision) -> Since:
    """What changes of ``revision`` are held against."""

    def once(number: int) -> Pieces:
        return cut(Revision.objects.get(issue=revision.issue_id, number=number).source)

    return Since(revision.number, once)


@dataclass(frozen=True)
class _Change:
    """One part of the file that says something else; ``key`` is ``FRONT`` for front matter and introduction."""

    key: str
    before: Part
    after: Part


def followed(old: Draft, new: Draft, since: Since) -> Draft:
    """``new`` with its translations as they follow what changed since ``old``."""
    changes = list(_changes(old.pieces, new.pieces)) if new.translations else []
    for language, pieces in new.translations.items():
        former = old.translations.get(language)
        new = _pruned(new, language, pieces)
        for one in changes:
            own = part_in(pieces, one.key)
            if own is None:
                continue
            now = follow(one.before, one.after, own)
            untouched = former is not None and part_in(former, one.key) == own
            if now != own:
                pieces = _put(pieces, now)  # noqa: PLW2901
            if untouched:
                new = _marked(new, language, one, now, since)
        new = new.in_language(language, pieces)
    return new


def remembered(old: Draft, new: Draft, since: Since) -> Draft:
    """``new``, files that were written elsewhere, with the marks of ``old``: each as long as the translation says the
    same."""
    changes = list(_changes(old.pieces, new.pieces))
    for language, pieces in new.translations.items():
        former = old.translations.get(language, Pieces(""))
        same = {piece.id for piece in pieces.items if former.get(piece.id) == piece}
        same |= {FRONT, INTRODUCTION} if former.front == pieces.front else set()
        marks = {key: one for key, one in old.behind.get(language, {}).items() if key in same}
        new = _pruned(new.with_marks(language, marks), language, pieces)
        for one in changes:
            own = part_in(pieces, one.key)
            if one.key in same and own is not None:
                new = _marked(new, language, one, own, since)
    return new


def part_in(pieces: Pieces, key: str) -> Part | None:
    """The item ``key``, or front matter with introduction; ``None`` where there is no such item."""
    if key in {FRONT, INTRODUCTION}:
        return read_front(pieces) if pieces.front else None
    piece = pieces.get(key)
    return read_piece(piece) if piece else None


def _changes(old: Pieces, new: Pieces) -> Iterator[_Change]:
    if old.front != new.front:
        yield _Change(FRONT, read_front(old), read_front(new))
    for piece in new.items:
        before = old.get(piece.id)
        if before and before != piece and before.kind == piece.kind:
            yield _Change(piece.id, read_piece(before), read_piece(piece))


def _put(pieces: Pieces, part: Part) -> Pieces:
    return pieces.replaced(piece_of(part)) if isinstance(part, Item) else replace(pieces, front=write(part))  # type: ignore[arg-type]


def _pruned(draft: Draft, language: str, pieces: Pieces) -> Draft:
    there = {FRONT, INTRODUCTION, *pieces.ids}
    return draft.with_marks(
        language, {key: marks for key, marks in draft.behind.get(language, {}).items() if key in there}
    )


def _marked(draft: Draft, language: str, change: _Change, translated: Part, since: Since) -> Draft:
    keys = (FRONT, INTRODUCTION) if change.key == FRONT else (change.key,)
    marks = {name: mark for key in keys for name, mark in draft.marks(language, key).items()}

    def then(revision: int) -> Mapping[str, object]:
        part = part_in(since.once(revision), change.key)
        return texts_of(part) if part else {}

    found = _marks(marks, change, translated, since.number, then)
    for key in keys:
        own = {name: mark for name, mark in found.items() if key == key_of(change.key, name)}
        draft = draft.marking(language, key, own)
    return draft


def key_of(key: str, name: str) -> str:
    """In which form the field ``name`` of a part of the file is edited."""
    return INTRODUCTION if key == FRONT and name == "introduction" else key


def _marks(
    marks: Marks, change: _Change, translated: Part, number: int, then: Callable[[int], Mapping[str, object]]
) -> dict[str, int]:
    old, new, own = texts_of(change.before), texts_of(change.after), texts_of(translated)
    lacking = untranslated(change.after, translated)
    found = {name: mark for name, mark in marks.items() if new.get(name)}
    for name, text in new.items():
        if not text or text == old[name]:
            continue
        mark = marks.get(name)
        if name in lacking and (mark == 0 or _grew(old[name], text)):
            found[name] = 0
        elif mark and then(mark).get(name) == text:
            del found[name]  # it says again what was translated
        elif mark is None and (name in lacking or own[name] != text):
            found[name] = number
    return found


def _grew(old: object, new: object) -> bool:
    """Whether there is a text, or an entry, that was not there."""
    return not old or (isinstance(old, tuple) and isinstance(new, tuple) and len(new) > len(old))
