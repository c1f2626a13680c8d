"""What pydantic found wrong with the fields of an issue, in words for somebody who writes a newsletter."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from newsletter.issue import toml
from newsletter.issue.model import Issue
from newsletter.issue.nearest import nearest
from newsletter.items.base import FieldError, Part
from newsletter.items.describe import parts_of
from newsletter.items.text_error import TextError

_RENAMED = {"twitter": "x", "tweet": "share"}


@dataclass(frozen=True)
class Mistake:
    """One wrong field: ``path`` leads to it, ``position`` is the wrong character where one is to blame."""

    path: toml.Path
    message: str
    mend: str = ""
    position: int | None = None
    missing: bool = False
    guess: str | None = None
    """The field that was probably meant."""


def spoken(path: toml.Path) -> str:
    """``("actions", 0, "url")`` as ``actions[1].url``: entries are counted from 1."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def mistakes(error: ValidationError, model: type[Part]) -> Iterator[Mistake]:
    """Each mistake that ``error`` tells of."""
    found = error.errors(include_url=False)
    for details in found:
        loc = details["loc"]
        within = any(other["loc"][: len(loc)] == loc for other in found if other is not details)
        if not (details["type"] == "too_short" and within):  # entries that are wrong were not counted
            yield _mistake(details, model)


def _mistake(details: ErrorDetails, model: type[Part]) -> Mistake:
    path, owner, info = _resolve(model, details["loc"])
    name = spoken(path[-2:] if path and isinstance(path[-1], int) else path[-1:])
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, FieldError):
        return Mistake((*path, cause.field), str(cause))
    if isinstance(cause, TextError):
        return Mistake(path, f"{name}: {cause}", position=cause.position)
    if details["type"] == "extra_forbidden":
        return _unknown_field(path, owner)
    message, mend = _words(details, name, info)
    if details["type"] == "union_tag_invalid":
        path = (*path, str(details["ctx"]["discriminator"]).strip("'"))
    return Mistake(path, message, mend, missing=details["type"] == "missing")


def _resolve(model: type[Part], loc: tuple[int | str, ...]) -> tuple[toml.Path, type[Part], FieldInfo | None]:
    """The path as the file has it, the part that owns its last field, and that field. pydantic's own path also
    names the variants of a union (``("actions", 0, "share", "url")``)."""
    path: list[int | str] = []
    owner, info = model, None
    variants: Mapping[str, type[Part]] = {}
    for step in loc:
        if isinstance(step, int):
            path.append(step)
        elif step in variants:
            owner, variants = variants[step], {}
        else:
            if len(variants) == 1:
                owner = next(iter(variants.values()))
            path.append(step)
            info = owner.model_fields.get(step)
            variants = parts_of(info) if info else {}
    return tuple(path), owner, info


def _unknown_field(path: toml.Path, owner: type[Part]) -> Mistake:
    name = str(path[-1])
    fields = [field for field in owner.model_fields if field not in {"title", "body", "items", "introduction"}]
    if owner is Issue:
        fields.insert(0, "title")
    near = nearest(name, fields)
    return Mistake(
        path,
        f"there is no field '{name[:60]}' here",
        f"did you mean '{near}'?" if near else "the fields are: " + ", ".join(fields),
        guess=near,
    )


def example_line(name: str, info: FieldInfo | None) -> str:
    """``name`` with its first example, as a line of TOML."""
    examples = (info.examples if info else None) or []
    if not examples:
        return ""
    return toml.write({name: examples[0]}).strip().replace("\n", ", ")


@dataclass(frozen=True)
class _Case:
    """What pydantic refused: the value ``given`` for the field ``name``."""

    name: str
    given: object
    context: Mapping[str, Any]
    info: FieldInfo | None

    @property
    def example(self) -> str:
        return example_line(self.name, self.info)

    @property
    def such_as(self) -> str:
        return f"write it such as: {self.example}" if self.example else ""

    @property
    def meaning(self) -> str:
        return (self.info.description or self.info.title or "").rstrip(".") if self.info else ""


_Words = tuple[str, str]


def _words(details: ErrorDetails, name: str, info: FieldInfo | None) -> _Words:
    case = _Case(name, details["input"], details.get("ctx", {}), info)
    say = _SAYINGS.get(details["type"])
    return say(case) if say else (f"{name}: {details['msg']}", case.such_as)


def _own_rule(case: _Case) -> _Words:
    return (f"{case.name}: {case.context['error']}" if case.name else str(case.context["error"])), ""


def _missing(case: _Case) -> _Words:
    return f"{case.name} is missing ({case.meaning})", f"add a line such as: {case.example}" if case.example else ""


def _no_text(case: _Case) -> _Words:
    given = case.given
    number = isinstance(given, int | float) and not isinstance(given, bool) and "[" not in case.name
    mend = f"write: {case.name} = {toml.value(str(given))}" if number else case.such_as
    return f"{case.name} is text and stands in straight quotes, but this is {_what(given)}", mend


def _no_list(case: _Case) -> _Words:
    of_tables = case.example.startswith("[[")
    mend = (
        case.such_as
        if of_tables or not isinstance(case.given, str)
        else f"write: {case.name} = {toml.value([case.given])}"
    )
    return f"{case.name} is a list, but this is {_what(case.given)}", mend


def _no_bool(case: _Case) -> _Words:
    return f"{case.name} is either true or false, without quotes", case.such_as


def _empty(case: _Case) -> _Words:
    return f"{case.name} is empty ({case.meaning})", case.such_as


def _too_long(case: _Case) -> _Words:
    size = len(case.given) if isinstance(case.given, str | tuple | list) else 0
    unit = "characters" if isinstance(case.given, str) else "entries"
    return f"{case.name} has {size:,} {unit}, and at most {case.context['max_length']:,} fit", "shorten it"


def _not_a_word(case: _Case) -> _Words:
    return _choice(case.name, case.given, re.findall(r"'([^']*)'", case.context["expected"]))


def _not_the_pattern(case: _Case) -> _Words:
    return f"{case.name}: '{str(case.given)[:60]}' is not written as it must be ({case.meaning})", case.such_as


def _wrong_variant(case: _Case) -> _Words:
    return _choice(str(case.context["discriminator"]).strip("'"), case.context["tag"], _variants(case))


def _no_variant(case: _Case) -> _Words:
    tag = str(case.context["discriminator"]).strip("'")
    return f"{case.name} does not say what it is", f"add a line {tag} = … with one of: {', '.join(_variants(case))}"


def _variants(case: _Case) -> list[str]:
    return list(parts_of(case.info)) if case.info else []


def _no_part(case: _Case) -> _Words:
    name = case.name.split("[", 1)[0]
    return f"each entry of {name} has lines of its own", f"open it with [[{name}]] and write its fields below"


_SAYINGS: Mapping[str, Callable[[_Case], _Words]] = {
    "value_error": _own_rule,
    "missing": _missing,
    "string_type": _no_text,
    "tuple_type": _no_list,
    "bool_type": _no_bool,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "literal_error": _not_a_word,
    "string_pattern_mismatch": _not_the_pattern,
    "union_tag_invalid": _wrong_variant,
    "union_tag_not_found": _no_variant,
    "model_type": _no_part,
    "model_attributes_type": _no_part,
    "dict_type": _no_part,
}


def _choice(name: str, given: object, words: list[str]) -> tuple[str, str]:
    near = _RENAMED.get(str(given).casefold()) or nearest(str(given), words)
    quoted = [f'"{word}"' for word in words]
    listed = " or ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)
    return f"{name}: '{str(given)[:60]}' is not {listed}", f'did you mean "{near}"?' if near else ""


def _what(given: object) -> str:
    for kinds, words in (
        (bool, "true or false"),
        ((int, float), "a number"),
        (str, "a text"),
        ((list, tuple), "a list"),
        (dict, "a table"),
    ):
        if isinstance(given, kinds):
            return words
    return "a date or time"


def tuples(thing: Any) -> Any:
    """``thing`` with tuples for lists, as frozen values have them."""
    if isinstance(thing, list):
        return tuple(tuples(entry) for entry in thing)
    if isinstance(thing, dict):
        return {key: tuples(entry) for key, entry in thing.items()}
    return thing
