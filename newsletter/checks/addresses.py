"""The addresses in an issue: where its links lead, as they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from newsletter.checks.finding import Fix
from newsletter.checks.prose import HOLE, field_name, fix_at, line_of, without_code
from newsletter.checks.texts import Text
from newsletter.issue.problems import Place

_WORDS = r"(?<![\\!])\[(?P<words>(?:[^\[\]\\]|\\.|!?\[[^\[\]]{0,300}\]){0,500})\]"
_LINK = re.compile(
    _WORDS + r"\((?:<(?P<angled>[^<>\n]*)>|(?P<plain>[^\s()<>]*(?:\([^\s()]*\)[^\s()]*){0,9}))"
    r"(?:[ \n]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)",
    re.DOTALL,
)
_USE = re.compile(_WORDS + r"\[(?P<name>[^\]\n]{0,200})\]", re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[(?P<name>[^\]\n]{1,200})\]:[ \t]*<?(?P<plain>[^\s<>]+)>?", re.MULTILINE)
_AUTO = re.compile(r"<(?P<plain>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
_MAIL = re.compile(r"<(?P<plain>[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)>")
_BARE = re.compile(r"(?<![\w/@.])(?P<plain>(?:https?|ftp|file|mailto|tel):(?://)?[^\s<>\"”»“«\ufffc]+)", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w{1,32};")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOWHERE = ("test", "invalid", "local", "localhost", "localdomain", "internal", "lan", "home.arpa")
"""Names that lead nowhere on the internet (RFC 2606, RFC 6762, ICANN)."""
_FIELDS = {"url", "watch_url", "recording_url", "find_url", "link", "source"}


@dataclass(frozen=True)
class Address:
    """One address and where it stands."""

    url: str
    """What a mail program is given."""
    words: str
    """What a reader presses; empty where the address has no words of its own."""
    how: Literal["link", "auto", "bare", "field"]
    """A link with words, an address in angle brackets, one that only stands in a text, one that is a field."""
    text: Text
    start: int
    """Where it begins in the text."""
    raw: str
    """As it is written there."""

    @property
    def place(self) -> Place:
        """Item, field and line."""
        return self.text.line(line_of(self.text.value, self.start))

    @property
    def host(self) -> str:
        """In small letters, without the port; empty where there is none."""
        return host_of(self.url)

    def fix(self, new: str, label: str) -> Fix:
        """What puts ``new`` in the place of this address."""
        return fix_at(self.text, self.start, self.start + len(self.raw), new, label)


def addresses_of(texts: tuple[Text, ...]) -> tuple[Address, ...]:
    """Every address of these texts, in their order."""
    return tuple(address for text in texts for address in _addresses(text))


@lru_cache(maxsize=2048)
def _addresses(text: Text) -> tuple[Address, ...]:
    value = text.value
    if field_name(text) in _FIELDS:
        return (Address(value, "", "field", text, 0, value),)
    if ":" not in value and "](" not in value and "@" not in value:
        return ()
    if not text.markdown:
        return tuple(_bare(text, value))
    return tuple(sorted(_in_markdown(text), key=lambda address: address.start))


def _in_markdown(text: Text) -> Iterator[Address]:
    rest = without_code(text.value)

    def taken(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", HOLE, match[0])

    for match in _LINK.finditer(rest):
        group = "angled" if match["angled"] is not None else "plain"
        yield _made(text, match, group, "link", _plain(match["words"]))
    rest = _LINK.sub(taken, rest)
    if "]:" in rest:
        uses = {_name(use["name"] or use["words"]): use["words"] for use in reversed([*_USE.finditer(rest)])}
        for match in _DEFINITION.finditer(rest):
            yield _made(text, match, "plain", "link", _plain(uses.get(_name(match["name"]), match["name"])))
        rest = _DEFINITION.sub(taken, rest)
    for pattern in (_AUTO, _MAIL) if "<" in rest else ():
        for match in pattern.finditer(rest):
            url = match["plain"] if pattern is _AUTO else f"mailto:{match['plain']}"
            yield Address(url, match["plain"], "auto", text, match.start("plain"), match["plain"])
        rest = pattern.sub(taken, rest)
    yield from _bare(text, rest)


def _bare(text: Text, rest: str) -> Iterator[Address]:
    for match in _BARE.finditer(rest):
        raw = match["plain"].rstrip(".,;:!?'’*_…")
        while raw.endswith((")", "]")) and raw.count("(") + raw.count("[") < raw.count(")") + raw.count("]"):
            raw = raw[:-1].rstrip(".,;:!?'’*_…")
        if len(raw) > len("mailto:") or raw.lower().startswith("tel:"):
            yield Address(raw, "", "bare", text, match.start("plain"), raw)


def _made(text: Text, match: re.Match[str], group: str, how: Literal["link", "auto"], words: str) -> Address:
    raw = match[group]
    url = _ENTITY.sub(lambda entity: unescape(entity[0]), _ESCAPE.sub(r"\1", raw))
    return Address(url, words, how, text, match.start(group), raw)


def _name(reference: str) -> str:
    return " ".join(reference.casefold().split())


def _plain(words: str) -> str:
    """The words of a link without their marks."""
    words = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", words)
    return " ".join(re.sub(r"(?<!\\)[*_`]+(?=\w)|(?<=[\w.!?])[*_`]+|\\(?=[^\w\s])", "", words).split())


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of ``url`` in small letters; empty where there is none or the address cannot be read."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def within(host: str, domain: str) -> bool:
    """Whether ``host`` is ``domain`` or lies in it."""
    return host == domain or host.endswith("." + domain)


def is_private(host: str) -> bool:
    """Whether ``host`` is this computer, or a number of one network only (RFC 1918, RFC 4193 and others)."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def leads_nowhere(host: str) -> bool:
    """Whether ``host`` is a name that no reader's computer finds."""
    return any(within(host, name) for name in _NOWHERE)
