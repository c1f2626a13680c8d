"""A translation beside its issue: what it says in its own words, and how it follows when the issue changes.

In its file each language stands whole. Whoever writes a translation writes only what differs: a text that is left blank
is as in the issue, and so are times, files and addresses unless the translation has its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from newsletter.issue.files import SHARED
from newsletter.issue.model import Issue
from newsletter.issue.wording import tuples
from newsletter.items.base import Part
from newsletter.items.describe import FieldDescription, describe_fields

Sort = Literal["text", "own", "common"]
"""``text`` is translated; ``own`` may differ by language, such as an address; ``common`` is that of the issue."""

_P = TypeVar("_P", bound=Part)
_TEXTS = {"text", "list of text", "Markdown"}
_ADDRESSES = {"web address", "file", "mail address", "telephone number"}
_COMMON = {"id", "audience", "slug", "list", "language", "overrides", "do"}
_NAMES = {"name", "by", "met", "thanks", "city", "place", "to", "series", "sender"}
"""People and places: mostly called the same in every language, so that nothing is missing where they are."""


def sort_of(one: FieldDescription, of: type[Part]) -> Sort:
    """What a translation does with the field ``one`` of ``of``."""
    if one.name in _COMMON:
        return "common"
    if one.type in _ADDRESSES:
        return "own"
    if one.type not in _TEXTS and not one.parts:
        return "common"
    return "own" if issubclass(of, Issue) and one.name in SHARED else "text"


@lru_cache(maxsize=128)
def _described(of: type[Part]) -> Mapping[str, FieldDescription]:
    return {one.name: one for one in describe_fields(of)}


def translated_fields(original: Part, translated: Part | None) -> tuple[FieldDescription, ...]:
    """The fields that a translation of ``original`` can say in its own words; none is needed. Entries are those of the
    issue, with what is translated of each; where ``translated`` has other entries, they are its own."""
    found = []
    for one in _described(type(original)).values():
        if sort_of(one, type(original)) == "common":
            continue
        if one.parts and not _has_other_entries(one.name, original, translated):
            one = replace(one, parts={word: tuple(_free(parts)) for word, parts in one.parts.items()})  # noqa: PLW2901
        found.append(replace(one, required=False, default=None))
    return tuple(found)


def _free(parts: Sequence[FieldDescription]) -> Iterator[FieldDescription]:
    for part in parts:
        if part.name == "do" or sort_of(part, Part) != "common":
            yield replace(part, required=False, default=None)


def _has_other_entries(name: str, original: Part, translated: Part | None) -> bool:
    return translated is not None and not _alike(_values(original)[name], _values(translated)[name])


def _alike(entries: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> bool:
    """Whether both have the same sorts of entries one after another."""
    return [one.get("do") for one in entries] == [one.get("do") for one in others]


def said(original: Part, translated: Part | None) -> dict[str, Any]:
    """What ``translated`` says in its own words; blank where it says what ``original`` says."""
    was, own = _values(original), _values(translated or original)
    return {one.name: _said(one, was[one.name], own[one.name]) for one in translated_fields(original, translated)}


def _said(one: FieldDescription, was: Any, own: Any) -> Any:
    if one.parts:
        if not _alike(was, own):
            return own
        return tuple(_said_entry(one, *pair) for pair in zip(was, own, strict=True))
    blank = () if one.type.startswith("list of ") else None
    return blank if own == was else own or blank


def _said_entry(one: FieldDescription, was: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    parts = _parts(one, was)
    texts = {part.name: _said(part, was[part.name], own[part.name]) for part in parts if _is_free(part)}
    return {**({"do": was["do"]} if "do" in was else {}), **texts}


def _parts(one: FieldDescription, entry: Mapping[str, Any]) -> tuple[FieldDescription, ...]:
    return one.parts[str(entry.get("do") or next(iter(one.parts)))]


def _is_free(part: FieldDescription) -> bool:
    return sort_of(part, Part) != "common"


def filled(original: Part, translated: Part | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """All values of the translation once it says ``changes`` (as ``said`` gives them)."""
    was, own = _values(original), _values(translated or original)
    before = said(original, translated)
    about = _described(type(original))
    return own | {
        name: _filled(about[name], was[name], own[name], before[name], value) for name, value in changes.items()
    }


def _filled(one: FieldDescription, was: Any, own: Any, before: Any, value: Any) -> Any:
    if value == before:
        return own
    if not one.parts:
        return value or was
    if not (len(was) == len(own) == len(before) == len(value) and _alike(was, value)):
        return value
    return tuple(_filled_entry(one, *row) for row in zip(was, own, before, value, strict=True))


def _filled_entry(
    one: FieldDescription,
    was: Mapping[str, Any],
    own: Mapping[str, Any],
    before: Mapping[str, Any],
    value: Mapping[str, Any],
) -> dict[str, Any]:
    parts = [part for part in _parts(one, was) if part.name in value and part.name != "do"]
    return {
        **own,
        **{p.name: _filled(p, was[p.name], own[p.name], before.get(p.name), value[p.name]) for p in parts},
    }


def follow(before: _P, after: _P, translated: _P) -> _P:
    """``translated`` once the issue, which said ``before``, says ``after``: what was the same in both changes with it,
    what the translation said in its own words stays."""
    old, new, own = _values(before), _values(after), _values(translated)
    about = _described(type(after))
    kept = {
        name: own[name] if name in {"slug", "language", "overrides"} else _followed(old[name], new[name], own[name])
        for name in own
    }
    words = said(before, translated)
    # Where that does not fit together any more, such as a picture that is decoration now: only the texts stay.
    plain = {**new, **{name: kept[name] for name in words if words[name] and new[name] and not about[name].parts}}
    if isinstance(translated, Issue):
        plain |= {name: own[name] for name in ("slug", "language", "overrides")}
    for values in (kept, plain):
        try:
            return type(after).model_validate(tuples(values))
        except ValidationError:
            continue
    return after


def _followed(old: Any, new: Any, own: Any) -> Any:
    if own == old:
        return new
    if not _are_entries(old, new, own) or not _alike(old, own):
        return own
    return tuple(
        entry if at is None else {name: _followed(old[at][name], entry[name], own[at][name]) for name in entry}
        for entry, at in zip(new, pairs(old, new), strict=True)
    )


def _are_entries(*values: Any) -> bool:
    return all(isinstance(one, tuple) and all(isinstance(entry, Mapping) for entry in one) for one in values)


def pairs(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """For each entry of ``new`` its place in ``old``; ``None`` for one that was not there."""
    left = dict(enumerate(old))
    found: list[int | None] = [None] * len(new)
    for likes in (_is_same, _is_changed):
        for number, entry in enumerate(new):
            if found[number] is not None:
                continue
            near = sorted(left, key=lambda at: (at != number, at))
            match = next((at for at in near if likes(left[at], entry, at == number)), None)
            if match is not None:
                del left[match]
                found[number] = match
    return found


def _is_same(old: Mapping[str, Any], new: Mapping[str, Any], there: bool) -> bool:
    return old == new


def _is_changed(old: Mapping[str, Any], new: Mapping[str, Any], there: bool) -> bool:
    shared = any(old[name] == new.get(name) for name in old if old[name] and name != "do")
    return old.get("do") == new.get("do") and (there or shared)


def brought_along(values: Mapping[str, Any], before: Part, after: Part) -> dict[str, Any]:
    """``values`` (as ``said`` gives them beside ``before``) beside ``after``: entries go where those of the issue
    went."""
    old, new = _values(before), _values(after)
    found = dict(values)
    for name, value in values.items():
        one = _described(type(after))[name]
        if one.parts and len(value) == len(old[name]) and _alike(old[name], value):
            blank = [_said_entry(one, entry, entry) for entry in new[name]]
            places = pairs(old[name], new[name])
            found[name] = tuple(empty if at is None else value[at] for empty, at in zip(blank, places, strict=True))
    return found


def texts_of(part: Part) -> dict[str, Any]:
    """What is translated of ``part``: its texts by field, those of entries without their times and addresses."""
    values, about = _values(part), _described(type(part))
    return {name: _texts(one, values[name]) for name, one in about.items() if sort_of(one, type(part)) == "text"}


def _texts(one: FieldDescription, value: Any) -> Any:
    if not one.parts:
        return value
    return tuple(
        tuple(entry[part.name] for part in _parts(one, entry) if sort_of(part, Part) == "text") for entry in value
    )


def untranslated(original: Part, translated: Part | None) -> tuple[str, ...]:
    """The fields of which the translation says something only as ``original`` says it. Names of people and places are
    not among them: they mostly stay."""
    words, values = said(original, translated), _values(original)
    about = _described(type(original))
    return tuple(
        name
        for name, value in words.items()
        if name not in _NAMES and sort_of(about[name], type(original)) == "text"
        and _lacks(about[name], values[name], value)
    )  # fmt: skip


def _lacks(one: FieldDescription, was: Any, value: Any) -> bool:
    if not one.parts:
        return bool(was) and not value
    if not _alike(was, value):
        return False
    return any(
        _lacks(part, entry[part.name], words.get(part.name))
        for entry, words in zip(was, value, strict=True)
        for part in _parts(one, entry)
        if part.name not in _NAMES and sort_of(part, Part) == "text"
    )


def _values(part: Part) -> dict[str, Any]:
    return part.model_dump(exclude={"items"})
