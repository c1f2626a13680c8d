"""The fields of kinds and of issues as plain data, for forms, commands and documentation."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from newsletter.items.base import Item, Part
from newsletter.items.registry import kinds
from newsletter.items.written import Written


@dataclass(frozen=True)
class FieldDescription:
    """One field, for people."""

    name: str
    label: str
    help: str
    example: Any
    type: str
    """What is written: ``text``, ``date``, ``list of text``, ``true or false``, ``entries`` ..."""
    constraint: str
    """What is allowed, in words; empty where ``type`` says it all."""
    required: bool
    default: Any = None
    choices: tuple[str, ...] = ()
    """The words to choose from, where the choice is fixed."""
    lines: bool = False
    """Whether a text may have several lines."""
    in_fence: bool = True
    """False for the title (the heading) and the text below the fields."""
    parts: Mapping[str, tuple["FieldDescription", ...]] = field(default_factory=dict)
    """For ``entries``: the fields of each sort of entry."""


@dataclass(frozen=True)
class KindDescription:
    """One kind: its word, what it is for, an example as it stands in a file, its fields."""

    kind: str
    summary: str
    example: str
    fields: tuple[FieldDescription, ...]


def describe_kinds() -> tuple[KindDescription, ...]:
    """Every kind, in alphabetical order."""
    return tuple(
        KindDescription(word, kind.summary, kind.example, describe_fields(kind)) for word, kind in kinds().items()
    )


@cache  # a class says the same of its fields as long as it is there
def describe_fields(part: type[Part]) -> tuple[FieldDescription, ...]:
    """The fields of a kind, a part or the issue: those of its own first, then those that every item has."""
    own = [name for name in part.model_fields if name not in Item.model_fields or not issubclass(part, Item)]
    common = [name for name in part.model_fields if name not in own]
    return tuple(_describe(name, part.model_fields[name]) for name in [*own, *common] if name != "items")


def _describe(name: str, info: FieldInfo) -> FieldDescription:
    choices = tuple(_literals(info.annotation))
    written = next(_written(info.annotation, info.metadata), None)
    parts = {word: describe_fields(part) for word, part in parts_of(info).items()}
    one = "entries" if parts else "choice" if choices else written.type if written else "true or false"
    many = get_origin(_without_none(info.annotation)) is tuple and not parts
    default = None if info.is_required() else info.default
    return FieldDescription(
        name=name,
        label=info.title or name,
        help=info.description or "",
        example=(info.examples or [None])[0],
        type=f"list of {one}" if many else one,
        constraint=", ".join(choices) if choices else written.constraint if written and not parts else "",
        required=info.is_required() and name not in {"id", "slug"},
        default=default,
        choices=choices,
        lines=bool(written and written.lines),
        in_fence=name not in {"title", "body", "introduction"},
        parts=parts,
    )


def parts_of(info: FieldInfo) -> dict[str, type[Part]]:
    """What the entries of a list can be, by the word of their ``do``; by class name where there is but one sort."""
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


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
        return
    for argument in get_args(annotation):
        yield from _literals(argument)


def _written(annotation: Any, metadata: Any) -> Iterator[Written]:
    yield from (note for note in reversed(metadata) if isinstance(note, Written))
    for argument in get_args(annotation):
        yield from _written(argument, getattr(argument, "__metadata__", ()))


def _without_none(annotation: Any) -> Any:
    rest = [argument for argument in get_args(annotation) if argument is not types.NoneType]
    return rest[0] if len(rest) == 1 and types.NoneType in get_args(annotation) else annotation
