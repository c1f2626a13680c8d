"""How a value is written, in words for people: stands in the metadata of each field type."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """``type`` names the sort of value (``text``, ``date``), ``constraint`` says what is allowed."""

    type: str
    constraint: str
    lines: bool = False
    """Whether it may hold several lines."""
