"""A theme's CSS, read once: selectors with their weight, and declarations in the order of the cascade.

What is read here will be written into `style` attributes, so only what can stand there is welcome: no at-rules, no
pseudo-classes. Those belong in an `mj-style` of their own, which stays in the mail's head.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final
from xml.dom import DOMException

_lock = Lock()  # cssutils keeps its settings in its module


class ThemeCssError(ValueError):
    """The theme's CSS cannot be inlined: says what, in which line, and where it belongs."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One `name: value` of CSS."""

    name: str
    value: str
    important: bool

    def __str__(self) -> str:
        return f"{self.name}:{self.value}" + " !important" * self.important


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector with declarations of one importance; by `weight` the cascade sorts rules, keeping their order."""

    selector: str
    weight: tuple[int, ...]
    declarations: tuple[Declaration, ...]


@lru_cache(maxsize=32)
def read(css: str) -> tuple[Rule, ...]:
    """The rules of a theme, each selector on its own. Fetches nothing. Raises ThemeCssError."""
    if not css.strip():
        return ()
    from cssselect import SelectorError, parse  # noqa: PLC0415 - costs time at start

    rules: list[Rule] = []
    for rule in _sheet(css):
        if rule.type == rule.COMMENT:
            continue
        if rule.type != rule.STYLE_RULE:
            name = rule.cssText.split(maxsplit=1)[0]
            raise _error(css, f"{name} cannot be inlined; give it an mj-style of its own", css.find(name))
        text = rule.selectorText
        if ":" in re.sub(_QUOTED, "", text):
            message = f'"{text}" has a pseudo-class and cannot be inlined; give it an mj-style of its own'
            raise _error(css, message, css.find(text.split(":")[0] + ":"))
        try:
            selectors = parse(text)
        except SelectorError as error:
            raise _error(css, f'the selector "{text}" is not understood ({error})', css.find(text)) from None
        declarations = [_declaration(prop) for prop in rule.style.getProperties(all=True)]
        for selector in selectors:
            for important in (False, True):
                chosen = tuple(d for d in declarations if d.important is important)
                if chosen:
                    weight = (int(important), *selector.specificity())
                    rules.append(Rule(_for_xpath(selector.canonical()), weight, chosen))
    return tuple(rules)


@lru_cache(maxsize=4096)
def words_of(selector: str) -> frozenset[str]:
    """The tags and (with a dot) the classes without which `selector` matches nothing."""
    bare = re.sub(r"\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]", " ", selector)
    if "\\" in bare or "|" in bare:
        return frozenset()
    return frozenset(word for word in re.findall(r"(?<![\w.#-])[a-z][\w-]*|\.[\w-]+", bare))


def without_overruled(theme: Sequence[Declaration], before: Sequence[Declaration]) -> list[Declaration]:
    """Of the theme's declarations, in the order of the cascade, those that still say something.

    What a later one of the same name overrules is left out, be it the theme's own or one that stood in the HTML
    `before`. A later value that CSS 2.1 does not know may be unknown to a mail program too: then both stay.
    """
    kept: list[Declaration] = []
    overruled: dict[str, bool] = {}  # name: by an important declaration?
    for position, declaration in enumerate([*reversed(before), *reversed(theme)]):
        name, important = declaration.name, declaration.important
        if name in overruled and overruled[name] >= important:
            continue
        if position >= len(before):
            kept.append(declaration)
        if _is_valid(name, declaration.value):
            overruled[name] = important
    return kept[::-1]


def parse_attribute(style: str) -> list[Declaration]:
    """The declarations of a `style` attribute, as written."""
    found = []
    for part in _PART.findall(style):
        name, colon, value = part.partition(":")
        value, bang, _ = value.partition("!")
        if colon:
            found.append(Declaration(name.strip().lower(), value.strip(), bool(bang)))
    return found


_QUOTED: Final = r"\\.|\"[^\"]*\"|'[^']*'"
# One declaration: a semicolon within quotes or brackets does not end it.
_PART: Final = re.compile(r"(?:[^;\"'(]|\"[^\"]*\"|'[^']*'|\((?:[^()\"']|\"[^\"]*\"|'[^']*')*\)|[\"'(])+")
_NAME: Final = re.compile(rf"(?:{_QUOTED})|(?<![\w.#=-])[A-Za-z][\w-]*")


def _cssutils() -> Any:
    import cssutils  # noqa: PLC0415 - costs 100 ms

    cssutils.log.setLevel(logging.CRITICAL)  # what matters is raised
    cssutils.ser.prefs.minimizeColorHash = False  # #112233 must not become #123
    return cssutils


def _sheet(css: str) -> Any:
    with _lock:
        # Without a fetcher of ours, @import would be loaded while it is read, be it a file or a pipe.
        parser = _cssutils().CSSParser(raiseExceptions=True, validate=False, fetcher=lambda _url: ("utf-8", b""))
        try:
            return parser.parseString(css)
        except (DOMException, AttributeError) as error:  # AttributeError: an at-rule within an at-rule
            position = re.search(r"(?:\[|, )(\d+)(?::|, )(\d+)", str(error))
            line = int(position[1]) if position else 1
            lines = css.splitlines()
            shown = lines[line - 1].strip() if line <= len(lines) else ""
            raise ThemeCssError(f"the theme's CSS is not understood in line {line}: {shown}\n{error}") from None


@lru_cache(maxsize=4096)
def _is_valid(name: str, value: str) -> bool:
    return bool(_cssutils().profile.validate(name, value))


def _declaration(prop: Any) -> Declaration:
    # Single quotes stand in an attribute as they are; double ones would have to be escaped.
    value = re.sub(r"\"([^\"'\\]*)\"", r"'\1'", prop.value)
    name = prop.literalname if prop.literalname.startswith("--") else prop.name
    return Declaration(name, value, prop.priority == "important")


def _for_xpath(selector: str) -> str:
    """Tag names in lower case, as HTML has them, and no colon, which premailer takes for a pseudo-class."""
    lowered = _NAME.sub(lambda m: m[0] if m[0][0] in "\\\"'" else m[0].lower(), selector)
    return lowered.replace("\\:", "\\3a ").replace(":", "\\3a ")


def _error(css: str, message: str, offset: int) -> ThemeCssError:
    line = css.count("\n", 0, max(offset, 0)) + 1
    return ThemeCssError(f"line {line} of the theme's CSS: {message}")
