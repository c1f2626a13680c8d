"""What can be asked of a reader: fields, their types, and the questions that each type has."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Literal

from django.db.models import Q

from subscribers import attributes
from subscribers.attributes import Kind

Op = Literal["equals", "one of", "contains", "starts with", "less", "at most", "more", "at least", "empty"]

OPS: dict[str, tuple[Op, ...]] = {
    "text": ("equals", "one of", "contains", "starts with", "empty"),
    "choice": ("equals", "one of", "empty"),
    "number": ("equals", "one of", "less", "at most", "more", "at least", "empty"),
    "date": ("equals", "one of", "less", "at most", "more", "at least", "empty"),
    "yes/no": ("equals", "empty"),
    "day": ("equals", "less", "at most", "more", "at least", "empty"),
    "named": ("equals", "one of"),
}
"""What can be asked of each type: those of attributes, the day of a consent, and what is one of a few named things."""
FIELDS: dict[str, Kind] = {
    "name": "text",
    "language": "text",
    "timezone": "text",
    "domain": "text",
    "list": "named",
    "topic": "named",
    "consent": "day",
}
"""What every reader has beside attributes. ``language``: ``es`` is also ``es-MX``. ``domain``: the host of the address.
``list``: one they are on (active). ``topic``: one they chose. ``consent``: the day of their latest yes (UTC)."""

_REGISTERED: dict[str, Callable[[str], Q]] = {}


class SegmentError(ValueError):
    """A segment that cannot be: the message says what is wrong and how to mend it."""


def register(field: str, compiled: Callable[[str], Q]) -> None:
    """Add a ``named`` field that only others can tell, such as an issue that a reader received. ``compiled`` gives the
    condition on ``Subscriber`` for a name, and raises ``SegmentError`` where there is no such thing."""
    _REGISTERED[field] = compiled


def registered(field: str) -> Callable[[str], Q] | None:
    """What was registered for ``field``."""
    return _REGISTERED.get(field)


def kind_of(field: str) -> Kind:
    """The type of ``field``. Raises ``SegmentError`` with the nearest name."""
    known = known_fields()
    if not isinstance(field, str) or field not in known:  # it may come out of JSON
        near = get_close_matches(str(field), known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(sorted(known))}"
        raise SegmentError(f"nothing is known of readers as '{str(field)[:40]}'; {hint}")
    return known[field]


def ops_of(kind: Kind) -> tuple[Op, ...]:
    """What can be asked of a field of ``kind``."""
    return OPS["choice" if isinstance(kind, tuple) else kind]


def known_fields() -> dict[str, Kind]:
    """Each field that can be asked for, with its type."""
    return {**attributes.declared(), **FIELDS, **dict.fromkeys(_REGISTERED, "named")}
