"""What a site knows of its readers beyond name and language: attributes, each of one type.

Values are kept as JSON: a text or a choice as a string, a number as a number, a date as ``2026-11-09``, yes/no as
``true`` or ``false``. ``settings.SUBSCRIBER_ATTRIBUTES`` holds the types of the site's own by name.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from django.conf import settings

Kind = str | tuple[str, ...]
"""``text``, ``number``, ``date`` or ``yes/no``; for a choice, its options."""
Value = str | bool | int | float

KINDS = ("text", "number", "date", "yes/no")
MAX_TEXT = 200
"""Characters of a text."""
BUILT_IN: dict[str, Kind] = {"first_name": "text", "last_name": "text"}
_YES = {"yes", "y", "true", "1", "x", "sí", "si", "oui", "ja", "نعم"}
_NO = {"no", "n", "false", "0", "non", "nein", "لا"}
_NUMBER = re.compile(r"[+-]?(\d{1,3}([ ',\u00a0\u202f]\d{3})+|\d+)(\.\d+)?")
_MAX_NUMBER = 10**15
"""Beyond this, JSON loses digits (RFC 8259, section 6)."""


def declared() -> Mapping[str, Kind]:
    """The type of each attribute that readers of this site can have."""
    return {**BUILT_IN, **getattr(settings, "SUBSCRIBER_ATTRIBUTES", {})}


def parse(kind: Kind, written: str) -> Value:
    """The value that was written. Raises ``ValueError``, with words for people, where it is none of that type."""
    written = written.strip()
    if not written:
        raise ValueError("nothing is written; leave the attribute out instead")
    if isinstance(kind, tuple):
        return _option(kind, written)
    if kind == "number":
        return _number(written)
    if kind == "date":
        return _date(written).isoformat()
    if kind == "yes/no":
        return _yes_or_no(written)
    if len(written) > MAX_TEXT:
        raise ValueError(f"it has {len(written):,} characters; {MAX_TEXT} are the most")
    return written


def written(value: Value) -> str:
    """A value as people write it; ``parse`` reads it back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _option(options: tuple[str, ...], text: str) -> str:
    for option in options:
        if option.casefold() == text.casefold():
            return option
    near = get_close_matches(text, options, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise ValueError(f"'{text[:40]}' is none of {', '.join(options[:12])}{hint}")


def _number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{text[:40]}' is no number; write it such as 12, 1,200 or 3.5")
    try:
        number = Decimal(re.sub(r"[ ',\u00a0\u202f]", "", text))
    except InvalidOperation:  # digits of other scripts that Decimal does not mix
        raise ValueError(f"'{text[:40]}' is no number; write it such as 12, 1,200 or 3.5") from None
    if abs(number) > _MAX_NUMBER:
        raise ValueError(f"'{text[:40]}' is too large a number; is it a text, such as a phone number?")
    return int(number) if number == number.to_integral_value() else float(number)


def _date(text: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise ValueError(f"'{text[:40]}' is no date; write it as year-month-day, such as 2026-11-09") from None


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"'{text[:40]}' is neither yes nor no")
