"""What is different between two states of an issue, for people: item by item, field by field, word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from newsletter.issue.model import Issue
from newsletter.items.base import Item, Part

Run = tuple[Literal["same", "gone", "new"], str]
"""A piece of a text, and whether it is in both states, in the first, or in the second."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST = 4_000
"""Words of a text that are compared one by one; longer texts are compared line by line."""


@dataclass(frozen=True)
class FieldChange:
    """One field that says something else, as a text with what went and what came."""

    label: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Change:
    """What became of one item; ``item`` is None for subject, sender and introduction."""

    what: Literal["added", "removed", "moved", "changed"]
    item: str | None
    title: str
    fields: tuple[FieldChange, ...] = ()


def changes(before: Issue, after: Issue) -> tuple[Change, ...]:
    """Every difference, in the order of ``after``; what was removed comes last."""
    return tuple(_changes(before, after))


def _changes(before: Issue, after: Issue) -> Iterator[Change]:
    if front := _fields(before, after):
        yield Change("changed", None, after.title, front)
    old = {item.id: item for item in before.items}
    moved = _moved([item.id for item in before.items], [item.id for item in after.items])
    for item in after.items:
        if item.id not in old:
            yield Change("added", item.id, item.title, _fields(None, item))
        elif fields := _fields(old[item.id], item):
            yield Change("changed", item.id, item.title, fields)
        if item.id in moved:
            yield Change("moved", item.id, item.title)
    kept = {item.id for item in after.items}
    for item in before.items:
        if item.id not in kept:
            yield Change("removed", item.id, item.title, _fields(item, None))


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The ids that stand in another order, as few as possible."""
    old, new = [one for one in before if one in after], [one for one in after if one in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return set(new) - {old[block.a + at] for block in blocks for at in range(block.size)}


def _fields(before: Part | None, after: Part | None) -> tuple[FieldChange, ...]:
    part = after or before
    if part is None:
        return ()
    found = []
    for name, info in type(part).model_fields.items():
        if name == "items" or (name == "id" and isinstance(part, Item)):
            continue
        old, new = (as_text(_value(one, name)) if one else "" for one in (before, after))
        if old != new:
            found.append(FieldChange(info.title or name, runs(old, new)))
    return tuple(found)


def _value(part: Part, name: str) -> Any:
    return part.model_dump(include={name}).get(name)


def as_text(value: Any) -> str:
    """``value`` of a field as somebody reads it who compares: a line for each entry, nothing for what is not there."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {as_text(one)}" for name, one in value.items() if one)
    if isinstance(value, tuple | list):
        between = "\n\n" if any(isinstance(one, Mapping) for one in value) else "\n"
        return between.join(as_text(one) for one in value)
    return "" if value is None else str(value)


def runs(before: str, after: str) -> tuple[Run, ...]:
    """``before`` and ``after`` in one text, in pieces that are the same, gone or new."""
    old, new = _pieces(before), _pieces(after)
    if len(old) + len(new) > 2 * _MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Run] = []
    for tag, begin, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[begin:end])))
            continue
        if end > begin:
            found.append(("gone", "".join(old[begin:end])))
        if stop > start:
            found.append(("new", "".join(new[start:stop])))
    return tuple(found)


def _pieces(text: str) -> list[str]:
    return _WORDS.findall(text)
