"""Segments: parts of the readers, by typed conditions. From text or the rows of a form to ``Conditions`` to a query.

No text of anybody's becomes SQL: what is asked is one of a few questions on known fields, and values are bound.
"""

from subscribers.models import Segment
from subscribers.segments.compiling import compiled, named_row
from subscribers.segments.conditions import MOST, Condition, Conditions, checked, of_json
from subscribers.segments.fields import SegmentError, known_fields, ops_of, register
from subscribers.segments.meant import remarks
from subscribers.segments.where import both, parse, words

__all__ = [
    "MOST",
    "Condition",
    "Conditions",
    "SegmentError",
    "both",
    "checked",
    "compiled",
    "known_fields",
    "of_json",
    "ops_of",
    "parse",
    "register",
    "remarks",
    "saved",
    "words",
]


def saved(slug: str) -> Conditions:
    """The conditions of the segment ``slug``. Raises ``SegmentError`` with the nearest name."""
    return of_json(named_row(Segment, "segment", slug).conditions)
