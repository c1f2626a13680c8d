"""Segments as values: typed conditions on what is known of readers, and their JSON.

    {"match": "all", "conditions": [{"field": "country", "op": "equals", "value": "CH", "negated": false}]}

``checked`` is the one gate, whether they come from the command line, a form or the store.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

from subscribers import attributes
from subscribers.attributes import Kind, Value
from subscribers.segments.fields import Op, SegmentError, kind_of, ops_of

Match = Literal["all", "any"]
Operand = Value | tuple[Value, ...] | None

MOST = 50
"""Conditions of a segment, and values of one condition."""


@dataclass(frozen=True)
class Condition:
    """One question about a reader; ``value`` is typed, a tuple for ``one of``, ``None`` for ``empty``."""

    field: str
    op: Op
    value: Operand = None
    negated: bool = False


@dataclass(frozen=True)
class Conditions:
    """All of them hold, or any of them. None at all hold for everybody."""

    conditions: tuple[Condition, ...] = ()
    match: Match = "all"

    def as_json(self) -> dict[str, Any]:
        """For the store."""
        return {
            "match": self.match,
            "conditions": [
                {
                    "field": one.field,
                    "op": one.op,
                    "value": list(one.value) if isinstance(one.value, tuple) else one.value,
                    "negated": one.negated,
                }
                for one in self.conditions
            ],
        }


def of_json(data: Any) -> Conditions:
    """What ``as_json`` gave, checked again: an attribute may be gone since. Raises ``SegmentError``."""
    try:
        found = [(one["field"], one["op"], one["value"], one["negated"]) for one in data["conditions"]]
        match = data["match"]
    except (KeyError, TypeError):
        raise SegmentError("this is no segment: match and conditions are missing") from None
    return checked(
        Conditions(
            tuple(
                Condition(field, op, tuple(value) if isinstance(value, list) else value, negated is True)
                for field, op, value, negated in found
            ),
            match,
        )
    )


def checked(conditions: Conditions) -> Conditions:
    """The same, each value of the type of its field. Raises ``SegmentError``."""
    if conditions.match not in get_args(Match):
        raise SegmentError(f"'{conditions.match}' is neither all nor any")
    if len(conditions.conditions) > MOST:
        raise SegmentError(f"there are {len(conditions.conditions)} conditions; {MOST} are the most")
    return replace(conditions, conditions=tuple(_checked(one) for one in conditions.conditions))


def _checked(one: Condition) -> Condition:
    kind = kind_of(one.field)
    if one.op not in ops_of(kind):
        raise SegmentError(f"'{one.field}' cannot be asked '{one.op}'; what can be: {', '.join(ops_of(kind))}")
    if one.op == "empty":
        return replace(one, value=None)
    if one.op != "one of":
        return replace(one, value=_typed(one.field, kind, one.op, one.value))
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    if not 0 < len(values) <= MOST:
        raise SegmentError(f"'{one.field}' is asked for one of {len(values)} values; 1 to {MOST} can be")
    return replace(one, value=tuple(_typed(one.field, kind, one.op, value) for value in values))


def _typed(field: str, kind: Kind, op: Op, value: Operand) -> Value:
    if not isinstance(value, str | bool | int | float):
        raise SegmentError(f"'{field}' needs one value")
    text = attributes.written(value)
    if any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in text):
        raise SegmentError(f"the value of '{field}' holds a character that no value has")
    if not text.strip():
        raise SegmentError(f"no value of '{field}' is written; to ask whether it is left empty: {field} is empty")
    try:
        if kind == "day":
            return date.fromisoformat(text).isoformat()
        if isinstance(kind, tuple) or kind not in {"text", "named"}:
            return attributes.parse(kind, text)
        return attributes.parse("text", text)
    except ValueError as error:
        mend = "'; write it as year-month-day, such as 2026-11-09" if kind == "day" else f"': {error}"
        raise SegmentError(f"'{field}' cannot be '{text[:40]}{mend}") from None
