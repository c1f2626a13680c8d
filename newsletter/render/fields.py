"""Reader fields: inert tokens in a rendering, and the value that takes a token's place for one reader.

A token passes through Markdown, MJML, the inliner and any transport unchanged: letters and digits only, one length
(so none is the start of another), one capital at the start (so none can begin inside another or across its edge),
and a nonce that occurs nowhere in what is rendered.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

from newsletter.issue.problems import IssueError, Problem
from newsletter.items.reader_fields import FIELD
from newsletter.items.text import BIDI, LINE_BREAKS
from newsletter.render.dates import MAX_NAME, local_time
from newsletter.render.rendering import FieldUse, Rendering, Where
from newsletter.render.words import words_for

SYSTEM_FIELDS = frozenset({"unsubscribe_url", "preferences_url"})
"""Fields that only the system fills in: no reader's value and no editor's text can name them."""

MAX_VALUE = 200
"""Characters of a value that are mailed."""

_NONCE = 12
_MAX_USES = 9_999
_LENGTH = 1 + _NONCE + 4
_MARKS = BIDI + "\u200e\u200f\u061c"


class Tokens:
    """The tokens of one rendering. ``content`` is all that it is made of: the nonce is not in it."""

    def __init__(self, content: str) -> None:
        self.nonce = _nonce(content)
        self.pattern = re.compile(f"F{self.nonce}[0-9]{{4}}")
        self._uses: dict[tuple[str, str, Where, datetime | None], FieldUse] = {}
        self._by_token: dict[str, FieldUse] = {}

    @property
    def uses(self) -> tuple[FieldUse, ...]:
        """Every field that was asked for, in order."""
        return tuple(self._by_token.values())

    def token(self, name: str, default: str, where: Where, moment: datetime | None = None) -> str:
        """The token for one field with one default in one part."""
        key = (name, default, where, moment)
        use = self._uses.get(key)
        if use is None:
            if len(self._uses) >= _MAX_USES:
                raise IssueError((Problem(f"more than {_MAX_USES:,} different reader fields", "use fewer of them"),))
            use = FieldUse(f"F{self.nonce}{len(self._uses):04}", name, default, where, moment)
            self._uses[key] = self._by_token[use.token] = use
        return use.token

    def replace(self, text: str, where: Where, moment: datetime | None = None, *, local_default: str = "") -> str:
        """Editors' ``text`` with a token for each field.

        ``local_time`` tells ``moment``; without one, or where a reader's zone is not known, its own default or
        ``local_default``. Raises IssueError for a field of the system.
        """
        if "{{" not in text:
            return text

        def put(match: re.Match[str]) -> str:
            name, default = match[1], (match[2] or "").strip()
            if name in SYSTEM_FIELDS:
                raise IssueError((Problem(f"{{{{{name}}}}} is filled in by the system", "leave it out"),))
            if name != "local_time":
                return self.token(name, default, where)
            default = default or local_default
            return default if moment is None else self.token(name, default, where, moment)

        return FIELD.sub(put, text)

    def shown(self, text: str) -> str:
        """``text`` as it reads where no value is known: defaults in place of tokens."""
        return self.pattern.sub(lambda match: self._by_token[match[0]].default, text)

    def length(self, text: str) -> int:
        """Columns that ``text`` takes, a token counting as its default."""
        if self.nonce in text:
            text = self.shown(text)
        return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _nonce(content: str) -> str:
    seed = sha256(content.encode(errors="surrogatepass"))
    while (nonce := seed.hexdigest()[:_NONCE]) in content:
        seed.update(b"again")
    return nonce


@dataclass(frozen=True)
class Filled:
    """A rendering as one reader gets it."""

    subject: str
    html: str
    text: str


def fill(rendering: Rendering, values: Mapping[str, str]) -> Filled:
    """The rendering with the values of one reader: for previews and tests."""
    said = {use.token: value_for(use, values) for use in rendering.fields}
    if not said:
        return Filled(rendering.subject, rendering.html, rendering.text)
    # One pass: a value that looks like a token is not looked at again.
    pattern = re.compile("|".join(map(re.escape, said)))
    subject, html_part, text = (
        pattern.sub(lambda match: said[match[0]], part) for part in (rendering.subject, rendering.html, rendering.text)
    )
    return Filled(subject, html_part, text)


def value_for(use: FieldUse, values: Mapping[str, str]) -> str:
    """What takes the place of ``use.token`` for a reader with these values by field name, clean and escaped.

    For the system's addresses (``where`` is ``url``) only what an address may hold is kept as it is.
    """
    if use.where == "url":
        return quote(clean(values.get(use.name) or use.default), safe=":/?#[]@!$&()*+,;=%~")
    if use.name in SYSTEM_FIELDS:
        said = ""
    elif use.name == "local_time":
        said = _local_time(use, values)
    else:
        said = clean(values.get(use.name) or "")
    said = said or clean(use.default)
    return html.escape(said) if use.where == "html" else said


def clean(value: object) -> str:
    """One line of at most 200 characters without controls, direction marks, line breaks or half characters."""
    text = str(value)[: MAX_VALUE * 8]
    if text.isprintable():  # most are; none of what is taken out below is printable
        return " ".join(text.split())[:MAX_VALUE].strip()
    text = "".join(" " if char in LINE_BREAKS or char == "\t" else char for char in text if char not in _MARKS)
    text = "".join(
        char for char in text if unicodedata.category(char) not in {"Cc", "Cs"} and not _is_no_character(char)
    )
    return " ".join(text.split())[:MAX_VALUE].strip()


def _is_no_character(char: str) -> bool:
    return ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF


def _local_time(use: FieldUse, values: Mapping[str, str]) -> str:
    zone, language = values.get("timezone") or "", values.get("language") or "en"
    if use.moment is None:
        return ""
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", language) or len(language) > MAX_NAME:
        language = "en"
    return clean(local_time(use.moment, zone, words_for(language)))
