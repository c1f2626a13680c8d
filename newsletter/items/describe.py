"""The fields of kinds and of issues as plain data, for forms, commands and documentation."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic.fields import FieldInfo

from newsletter.items.base import Item, Part

_NOT_IN_FENCE = frozenset({"title", "body", "items", "introduction"})


@dataclass(frozen=True)
class FieldDescription:
    """One field, for people. ``parts`` holds, by variant, the fields of the entries of a list."""

    name: str
    label: str
    help: str
    example: Any
    type: str
    """What is written: ``text``, ``text (several lines)``, ``date``, ``list of text`` ..."""
    constraint: str
    """What is allowed, in words; empty where nothing is to be said beyond ``type``."""
    required: bool
    choices: tuple[str, ...] = ()
    parts: Mapping[str, tuple["FieldDescription", ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class KindDescription:
    """One kind: its word, what it is for, an example as it stands in a file, its fields."""

    kind: str
    summary: str
    example: str
    fields: tuple[FieldDescription, ...]


def parts_of(info: FieldInfo) -> dict[str, type[Part]]:
    """The parts that the entries of a list can be, by the word of their ``do``."""
    return {_word(part): part for part in _parts_in(info.annotation)}


def _word(part: type[Part]) -> str:
    do = part.model_fields.get("do")
    return str(get_args(do.annotation)[0]) if do else part.__name__.lower()


def _parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, Part) and not issubclass(annotation, Item):
            yield annotation
        return
    for argument in get_args(annotation):
        yield from _parts_in(argument)
