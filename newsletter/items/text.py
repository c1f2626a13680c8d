"""The text types that items and issues are made of, and what each refuses.

Every validator raises ``ValueError`` with a sentence that says what is wrong and how to mend it; the caller
adds the place (file, line, field).
"""

import re
import unicodedata
from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from newsletter.items.links import check_url
from newsletter.items.reader_fields import check_fields, refuse_fields
from newsletter.items.text_error import TextError
from newsletter.items.written import Written

# Explicit direction marks can reorder what a reader sees (Unicode TR36, section 3.2); U+200E and U+200F alone cannot.
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"

HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{BIDI}]")
"""What no text holds: control characters other than newline and tab, half characters, direction overrides."""

_ENCODED_WORD = re.compile(r"=\?[^\s?]+\?[bqBQ]\?")
_BLANK_LINES_BEFORE = re.compile(r"\A(?:[ \t]*\n)+")


def check_characters(value: str) -> str:
    """Refuse control characters, lone surrogates and direction overrides; newline and tab are fine."""
    if match := HIDDEN.search(value):
        char = match[0]
        name = f"U+{ord(char):04X}"
        if char in BIDI:
            what = f"is a hidden direction mark ({name}) that can make text read backwards"
        elif "\ud800" <= char <= "\udfff":
            what = f"is half of a character ({name}), which no mail program can show"
        else:
            what = f"is a control character ({name})"
        raise TextError(f"character {match.start() + 1} {what}; delete it", match.start())
    return value


def check_one_line(value: str) -> str:
    """Refuse anything that a mail program could read as a line break, or as an encoded header (RFC 2047, which can
    smuggle one in), and lines in which there is nothing to see."""
    for position, char in enumerate(value):
        if char in LINE_BREAKS:
            raise TextError("this is one line of text, but it holds a line break; join the lines", position)
    if match := _ENCODED_WORD.search(value):
        raise TextError(
            f"'{match[0]}' begins an encoded mail header; write the words themselves, they are encoded for you",
            match.start(),
        )
    if value and all(unicodedata.category(char) in {"Cf", "Zs"} for char in value):
        raise TextError("there is nothing to see in this text; write some words", 0)
    return value


def trim_blank_lines(value: str) -> str:
    """``value`` without blank lines around it and white space at its end. Spaces before the first word stay: in
    Markdown they can mean code."""
    return _BLANK_LINES_BEFORE.sub("", value).rstrip(" \t\n")


def check_slug(value: str) -> str:
    """A name for addresses and files: small letters, digits and single hyphens."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError(
            f"'{value}' is not a plain name; use small letters, digits and hyphens, such as '{slugify(value)}'"
        )
    return value


def slugify(title: str) -> str:
    """``title`` as a plain name, at most 60 characters: ``Tune in!`` becomes ``tune-in``. Never empty.

    A title in letters that have no plain form becomes ``item-`` and eight characters that only this title has, so
    that an item keeps its name when others come before it.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    if name := re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-"):
        return name
    letters = title.strip()
    return f"item-{sha256(letters.encode('utf-8', 'replace')).hexdigest()[:8]}" if letters else "item"


def check_path(value: str) -> str:
    """A file beside the issue file or in a folder below it; nothing outside, and nothing that is fetched."""
    parts = value.split("/")
    if "://" in value or value.lower().startswith("data:"):
        raise ValueError(
            f"'{value[:60]}' is a web address; save the file beside the issue and name it, such as images/march.jpg"
        )
    if "\\" in value and not value.startswith("\\") and ":" not in value:
        plain = value.replace("\\", "/")[:60]
        raise ValueError(f"'{value[:60]}' has \\ between folder and file; write it with /: {plain}")
    if value.startswith(("/", "~")) or "\\" in value or ":" in value or ".." in parts:
        raise ValueError(
            f"'{value[:60]}' leads out of the folder of the issue; copy the file beside the issue and name it from "
            "there, such as images/march.jpg"
        )
    if "" in parts or "." in parts:
        raise ValueError(f"'{value[:60]}' is no plain path; write it such as images/march.jpg")
    return value


_Stripped = StringConstraints(strip_whitespace=True, min_length=1)

Line = Annotated[
    str,
    _Stripped,
    StringConstraints(max_length=200),
    AfterValidator(check_characters),
    AfterValidator(check_one_line),
    AfterValidator(refuse_fields),
    Written("text", "one line, at most 200 characters, without reader fields"),
]
"""One line, 1 to 200 characters, without reader fields (titles, names, places)."""

FilePath = Annotated[Line, AfterValidator(check_path), Written("file", "a path below the folder of the issue, with /")]
"""A file beside the issue file, or in a folder below it, written with ``/``."""

FieldLine = Annotated[
    str,
    _Stripped,
    StringConstraints(max_length=300),
    AfterValidator(check_characters),
    AfterValidator(check_one_line),
    AfterValidator(check_fields),
    Written("text", "one line, at most 300 characters; reader fields such as {{first_name|friend}} may stand in it"),
]
"""One line, 1 to 300 characters, in which ``{{first_name|friend}}`` may stand."""

PlainText = Annotated[
    str,
    _Stripped,
    StringConstraints(max_length=20_000),
    AfterValidator(check_characters),
    AfterValidator(refuse_fields),
    Written("text", "several lines, at most 20,000 characters, without Markdown or reader fields", lines=True),
]
"""Several lines of plain text that a reader will copy; no Markdown, no reader fields."""

Markdown = Annotated[
    str,
    AfterValidator(trim_blank_lines),
    StringConstraints(max_length=100_000),
    AfterValidator(check_characters),
    AfterValidator(check_fields),
    Written(
        "Markdown",
        "at most 100,000 characters, without HTML; reader fields may stand in it, but not in links",
        lines=True,
    ),
]
"""CommonMark with tables, without HTML; reader fields may stand in text, not in link addresses."""

Slug = Annotated[
    str,
    StringConstraints(max_length=80),
    AfterValidator(check_slug),
    Written("text", "small letters, digits and single hyphens, at most 80 characters"),
]
"""A plain name: small letters, digits, hyphens."""

Url = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2_000),
    AfterValidator(check_url),
    Written("web address", "https:// or http://, without reader fields"),
]
"""An https or http address of a public page."""
