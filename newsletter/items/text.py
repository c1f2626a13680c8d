"""The text types that items and issues are made of, and what each refuses.

Every validator raises ``ValueError`` with a sentence that says what is wrong and how to mend it; the caller
adds the place (file, line, field).
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from newsletter.items.links import check_url
from newsletter.items.reader_fields import check_fields, refuse_fields

# Explicit direction marks can reorder what a reader sees (Unicode TR36, section 3.2); U+200E and U+200F alone cannot.
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def check_characters(value: str) -> str:
    """Refuse control characters, lone surrogates and direction overrides; newline and tab are fine."""
    for position, char in enumerate(value):
        if char in BIDI:
            raise ValueError(
                f"character {position + 1} is a hidden direction mark (U+{ord(char):04X}) that can make text read "
                "backwards; delete it"
            )
        if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t":
            raise ValueError(f"character {position + 1} is a control character (U+{ord(char):04X}); delete it")
    return value


def check_one_line(value: str) -> str:
    """Refuse anything that a mail program could read as a line break."""
    if any(char in LINE_BREAKS for char in value):
        raise ValueError("this is one line of text, but it holds a line break; join the lines")
    return value


def check_slug(value: str) -> str:
    """A name for addresses and files: small letters, digits and single hyphens."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError(
            f"'{value}' is not a plain name; use small letters, digits and hyphens, such as 'october-2020'"
        )
    return value


def slugify(title: str) -> str:
    """``title`` as a plain name, at most 60 characters: ``Tune in!`` becomes ``tune-in``. Never empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "item"


_Stripped = StringConstraints(strip_whitespace=True, min_length=1)

Line = Annotated[
    str,
    _Stripped,
    StringConstraints(max_length=200),
    AfterValidator(check_characters),
    AfterValidator(check_one_line),
    AfterValidator(refuse_fields),
]
"""One line, 1 to 200 characters, without reader fields (titles, names, places)."""

FieldLine = Annotated[
    str,
    _Stripped,
    StringConstraints(max_length=300),
    AfterValidator(check_characters),
    AfterValidator(check_one_line),
    AfterValidator(check_fields),
]
"""One line, 1 to 300 characters, in which ``{{first_name|friend}}`` may stand."""

PlainText = Annotated[
    str,
    _Stripped,
    StringConstraints(max_length=20_000),
    AfterValidator(check_characters),
    AfterValidator(refuse_fields),
]
"""Several lines of plain text that a reader will copy; no Markdown, no reader fields."""

Markdown = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=100_000),
    AfterValidator(check_characters),
    AfterValidator(check_fields),
]
"""CommonMark with tables, without HTML; reader fields may stand in text, not in link addresses."""

Slug = Annotated[str, StringConstraints(max_length=80), AfterValidator(check_slug)]
"""A plain name: small letters, digits, hyphens."""

Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), AfterValidator(check_url)]
"""An https or http address of a public page."""
