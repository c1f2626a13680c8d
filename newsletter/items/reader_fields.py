"""Reader fields: ``{{first_name|friend}}`` is a name and, after the bar, what to say where it is empty.

That is the whole grammar. There is no template language in editors' text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*(?:\|([^{}|\n]{0,200}))?\}\}")
_OPENING = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")

STANDARD = {
    "first_name": "the reader's first name",
    "last_name": "the reader's last name",
    "name": "the reader's whole name",
    "email": "the reader's address",
    "local_time": "an event's time on the reader's own clock (in the text of an event or debrief)",
}
"""Fields that every site has, with what they say. A site adds its own in ``[attributes]``."""


@dataclass(frozen=True)
class ReaderField:
    """One use of a field: ``name``, what to say where it is empty, and where it stands (``start``, ``end``)."""

    name: str
    default: str
    start: int
    end: int


def fields_in(text: str) -> Iterator[ReaderField]:
    """Each well-formed field of ``text``, in order."""
    for match in FIELD.finditer(text):
        yield ReaderField(match[1], (match[2] or "").strip(), match.start(), match.end())


def check_fields(text: str) -> str:
    """Refuse whatever looks like a field but is none; the names are checked where the site is known."""
    rest = FIELD.sub("", text)
    if match := _OPENING.search(rest):
        near = rest[max(0, match.start() - 10) : match.start() + 30].strip()
        raise ValueError(
            f"'{near}' is not a reader field; write a name and what to say without it, "
            "such as {{first_name|friend}}"
        )
    return text


def refuse_fields(text: str) -> str:
    """Refuse every field: here the text is the same for all readers."""
    if "{{" in text or "}}" in text:
        raise ValueError(
            "a reader field cannot stand here; it can stand in the subject, the preheader, text and button labels"
        )
    return text
