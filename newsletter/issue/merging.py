"""Two people's changes of one thing, put together field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Merged:
    """``values`` holds each field once; ``conflicts`` names those that both changed, each in its own way: there
    ``values`` has theirs. ``theirs`` names those that only they changed."""

    values: Mapping[str, Any]
    conflicts: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """``theirs`` with what ``mine`` changed since ``base``, for each field of ``mine``."""
    values, conflicts, only_theirs = dict(theirs), [], []
    for name, wanted in mine.items():
        before, now = base.get(name), theirs.get(name)
        together, fits = _merged(before, wanted, now)
        if not fits:
            conflicts.append(name)
            continue
        values[name] = together
        if together != wanted:
            only_theirs.append(name)
    return Merged(values, tuple(conflicts), tuple(only_theirs))


def _merged(base: Any, mine: Any, theirs: Any) -> tuple[Any, bool]:
    """One value, and whether the changes fit together."""
    if mine in (theirs, base):
        return theirs, True
    if theirs == base:
        return mine, True
    rows = (base, mine, theirs)
    if all(isinstance(one, tuple) for one in rows) and len({len(one) for one in rows}) == 1:
        # Within an entry nothing is put together: it may have changed its place.
        found = [_merged(*three) for three in zip(*rows, strict=True)]
        return tuple(one for one, _ in found), all(fits for _, fits in found)
    return theirs, False
