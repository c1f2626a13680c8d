"""What a reader reads of an issue's texts: without code, addresses and reader fields, each letter where it stood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsletter.checks.finding import Fix
from newsletter.checks.texts import Text
from newsletter.items.reader_fields import FIELD

HOLE = "\ufffc"
"""Stands for each letter of what is no prose: neither a space nor part of a word."""

_NO_PROSE = {
    *("slug", "language", "timezone", "zones", "list", "reply_to", "id", "audience", "do", "form", "networks"),
    *("src", "file", "url", "watch_url", "recording_url", "find_url", "link", "source", "email", "phone", "zone"),
    *("details", "finding", "check", "item"),
}
_FENCE = re.compile(r"^ {0,3}(`{3,20}|~{3,20})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<![`\\])(`{1,9})(?!`)(?:(?!\n\n).){1,1000}?(?<!`)\1(?!`)", re.DOTALL)
_TARGET = re.compile(r"\]\((?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*){0,9})(?:[ \n]+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S+.*$", re.MULTILINE)
_REFERENCE = re.compile(r"\]\[[^\]\n]{0,200}\]")
_ADDRESS = re.compile(
    r"(?:https?|mailto|tel|ftp):[^\s<>]+|\bwww\.[^\s<>]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
    re.IGNORECASE,
)
_NEW = re.compile(r"[ \t]*(?:[-*+] |\d{1,3}[.)] |#{1,6} |>|\|)")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…؟])(?<![ap]\.m\.)(?<![ap]\. m\.)[\"”’»)\]*_]{0,3}\s+(?=[\"“‘«(\[*_¿¡]{0,3}[^\W\d_a-zà-ÿ]|[(\[]\d)"
    r"|(?<=[。！？])|\n(?=\n)"
)


@dataclass(frozen=True)
class Prose:
    """A text and what is read of it, of the same length."""

    text: Text
    said: str

    @property
    def field(self) -> str:
        """The last part of the field's path, such as ``label``."""
        return field_name(self.text)


def prose_of(texts: tuple[Text, ...]) -> Iterator[Prose]:
    """Each text that is written for readers."""
    for text in texts:
        path = text.place.field or ""
        if field_name(text) not in _NO_PROSE and not path.startswith("overrides"):
            yield Prose(text, said(text.value, text.markdown))


def field_name(text: Text) -> str:
    """``label`` of ``actions[2].label``, ``met`` of ``met[1]``."""
    return re.sub(r"\[\d+\]$", "", (text.place.field or "").rsplit(".", 1)[-1])


@lru_cache(maxsize=1024)
def without_code(value: str) -> str:
    """Markdown with holes where code stands."""
    if "`" in value or "~~~" in value:
        value = _SPAN.sub(_hole, _FENCE.sub(_hole, value))
    return value


@lru_cache(maxsize=1024)
def said(value: str, markdown: bool) -> str:
    """``value`` with holes where code, addresses and reader fields stand."""
    if markdown:
        value = without_code(value)
        if "](" in value:
            value = _TARGET.sub(lambda match: "]" + HOLE * (len(match[0]) - 1), value)
        if "][" in value or "]:" in value:
            value = _REFERENCE.sub(lambda match: "]" + HOLE * (len(match[0]) - 1), _DEFINITION.sub(_hole, value))
    if "{{" in value:
        value = FIELD.sub(_hole, value)
    if ":" in value or "@" in value or "www." in value.lower():
        value = _ADDRESS.sub(_hole, value)
    return value


def paragraphs(prose: Prose) -> tuple[tuple[int, str], ...]:
    """Position and words of each paragraph, list entry, heading and row of a table; a plain text by its lines."""
    return _paragraphs(prose.said, prose.text.markdown)


@lru_cache(maxsize=1024)
def _paragraphs(said: str, markdown: bool) -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []
    start = 0
    goes_on = False
    for line in said.split("\n"):
        if not line.strip():
            goes_on = False
        elif markdown and goes_on and not _NEW.match(line):
            first, before = found[-1]
            found[-1] = first, f"{before}\n{line}"
        else:
            found.append((start, line))
            goes_on = True
        start += len(line) + 1
    return tuple(found)


@lru_cache(maxsize=4096)
def sentences(paragraph: str) -> tuple[tuple[int, str], ...]:
    """Position and words of each sentence. Abbreviations with small letters after them (*8:30 a.m. on*) end none."""
    found = []
    start = 0
    for end in _SENTENCE_END.finditer(paragraph):
        found.append((start, paragraph[start : end.start()]))
        start = end.end()
    return (*found, (start, paragraph[start:]))


def line_of(value: str, position: int) -> int:
    """The line of ``position``, from 1."""
    return value.count("\n", 0, position) + 1


def fix_at(text: Text, start: int, end: int, new: str, label: str) -> Fix:
    """What makes these letters of ``text`` become ``new``, and nothing else: as many of those before them are taken
    along as it takes for this to be the first place where they stand, in Markdown from their line on."""
    value = text.value
    top = value.rfind("\n", 0, start) + 1 if text.markdown else 0
    first = start
    while value.find(value[first:end], top) != first:
        first -= 1
    return Fix(label, value[first:end], value[first:start] + new)


def _hole(match: re.Match[str]) -> str:
    """Line ends stay, so that lines can be counted."""
    return re.sub(r"[^\n]", HOLE, match[0])
