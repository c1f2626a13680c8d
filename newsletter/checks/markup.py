"""What a template or a style sheet of a site uses that some mail programs do not know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html.parser import HTMLParser

from newsletter.checks.css import read
from newsletter.checks.programs import Feature, features, matches

_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True)
class Use:
    """One use of a feature."""

    feature: Feature
    said: str
    """As it is written, such as ``display: flex``."""
    line: int


@lru_cache(maxsize=64)
def uses_of_css(css: str) -> tuple[Use, ...]:
    """The uses in a style sheet, each feature once. Rules under an at-rule (``@media``, ``@supports``) are meant for
    programs that know them and are passed over; so is a value before which the rule has a plainer one."""
    return _once(_uses(_plain(css)))


@lru_cache(maxsize=256)
def uses_of_template(template: str) -> tuple[Use, ...]:
    """The uses in a template of MJML: in its HTML, ``style`` attributes and style blocks, each feature once. What MJML
    makes of its own tags is MJML's business, and comments, also those for Outlook, are passed over."""
    reader = _Reader()
    reader.feed(_plain(template))
    reader.close()
    return _once(iter(reader.found))


def _once(uses: Iterator[Use]) -> tuple[Use, ...]:
    first: dict[str, Use] = {}
    for use in uses:
        first.setdefault(use.feature.slug, use)
    return tuple(first.values())


def _plain(template: str) -> str:
    """Without what belongs to the template engine; lines stay where they are."""
    return _JINJA.sub(lambda match: "\n" * match[0].count("\n") + "x" * match[0].startswith("{{"), template)


def _uses(css: str, line: int = 1) -> Iterator[Use]:
    plainer: dict[int, set[str]] = {}
    for piece in read(css, line):
        if any(outer.startswith("@") and not outer.startswith("@font-face") for outer in piece.within):
            continue
        if piece.kind == "opens":
            yield from _opening(piece.text, piece.line)
        elif piece.within:
            name, value, _ = piece.declaration
            yield from _declaration(name, value, plainer.setdefault(piece.rule, set()), piece.line)


@cache
def _of_values() -> tuple[Feature, ...]:
    return tuple(feature for feature in features() if feature.property or feature.value)


def _opening(text: str, line: int) -> Iterator[Use]:
    for feature in features():
        if text.startswith("@"):
            found = bool(feature.at) and re.match(rf"@{feature.at}\b", text) is not None
        else:
            found = bool(feature.selector) and re.search(feature.selector or "", text) is not None
        if found:
            yield Use(feature, text, line)


def _declaration(name: str, value: str, plainer: set[str], line: int) -> Iterator[Use]:
    """``plainer`` are the properties to which the rule has given a value before that all programs know."""
    uses = [
        Use(feature, f"{name}: {value}", line)
        for feature in _of_values()
        if (feature.property is None or matches(feature.property, name)) and matches(feature.value, value)
    ]
    if name in plainer or name.startswith(("mso-", "-", "--")):
        return
    if not uses:
        plainer.add(name)
        if name == "background-color":
            plainer |= {"background-image", "background"}
    yield from uses


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Use] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        self._style = tag in {"style", "mj-style"}
        if tag.startswith("mj"):
            return
        self.found += [Use(feature, f"<{tag}>", line) for feature in features() if feature.tag == tag]
        for name, value in attrs:
            if name == "style" and value:
                self.found += [Use(use.feature, use.said, line) for use in _uses(f"x{{{value}}}")]

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._style:
            self.found += _uses(data, self.getpos()[0])
