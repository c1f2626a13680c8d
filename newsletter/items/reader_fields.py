"""Reader fields: ``{{first_name|friend}}`` is a name and, after the bar, what to say where it is empty.

That is the whole grammar. There is no template language in editors' text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.items.text_error import TextError

FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*(?:\|([^{}|\n]{0,200}))?\}\}")
_OPENING = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")

_MEANT = re.compile(r"\{\{([^{}|\n]{1,40})(?:\|[^{}\n]{0,40})?\}\}")

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


def wrong_fields(text: str) -> Iterator[tuple[int, str]]:
    """Position and message of whatever looks like a field but is none."""
    rest = FIELD.sub(lambda match: " " * len(match[0]), text)
    last = -1
    for match in _OPENING.finditer(rest):
        line = text.count("\n", 0, match.start())
        if line == last:
            continue  # the closing braces of the same mistake
        last = line
        whole = _MEANT.match(text, match.start())
        near = whole[0] if whole else text[max(0, match.start() - 10) : match.start() + 30].strip().replace("\n", " ")
        name = "_".join(whole[1].casefold().split()) if whole else ""
        yield (
            match.start(),
            f"'{near}' is not a reader field; write a name and what to say without it, such as "
            + (f"{{{{{name}|friend}}}}" if name in STANDARD else "{{first_name|friend}}"),
        )


def without_wrong_fields(text: str) -> str:
    """``text`` with spaces for all braces that belong to no field."""
    kept = {position for match in FIELD.finditer(text) for position in range(match.start(), match.end())}
    return _OPENING.sub(lambda match: match[0] if match.start() in kept else "  ", text)


def check_fields(text: str) -> str:
    """Refuse whatever looks like a field but is none; the names are checked where the site is known."""
    for position, message in wrong_fields(text):
        raise TextError(message, position)
    return text


def refuse_fields(text: str) -> str:
    """Refuse every field: here the text is the same for all readers."""
    if "{{" in text or "}}" in text:
        raise ValueError(
            "a reader field cannot stand here; it can stand in the subject, the preheader, text and button labels"
        )
    return text
