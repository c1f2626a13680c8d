"""The HTML of a mail as elements: what stands in what, and which looks it has from the styles in its tags."""

import re
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lxml import etree

Element = Any
"""An element of lxml."""

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d*\.?\d+)(px)?\s*(?:!important)?\s*", re.IGNORECASE)


@lru_cache(maxsize=4)
def tree(html: str) -> Element:
    """The root of ``html``, without comments (also those for Outlook). Nobody may change it: others read it too."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(html.encode() or b"<p>", parser)


@lru_cache(maxsize=4096)
def style(value: str) -> MappingProxyType[str, str]:
    """The declarations of a ``style`` attribute; the last of a name wins, but for one that is ``!important``."""
    found: dict[str, str] = {}
    for part in value.split(";"):
        name, _, said = part.partition(":")
        name, said = name.strip().lower(), said.strip().lower()
        if said and ("!important" in said or "!important" not in found.get(name, "")):
            found[name] = said
    return MappingProxyType(found)


def style_of(element: Element) -> MappingProxyType[str, str]:
    """The declarations in the tag of ``element``."""
    return style(element.get("style", ""))


def inherited(element: Element, name: str) -> str | None:
    """The value of an inherited property: of the nearest tag from ``element`` upwards that sets it."""
    while element is not None:
        if (value := style_of(element).get(name)) and value != "inherit":
            return value
        element = element.getparent()
    return None


def pixels(value: str | None) -> float | None:
    """``16px`` or ``16`` as a number; ``None`` for other units, and where there is none."""
    match = _PIXELS.fullmatch(value or "")
    return float(match[1]) if match else None


def font_size(element: Element) -> float:
    """In CSS pixels; 16 where no tag says it in pixels."""
    return pixels(inherited(element, "font-size")) or 16.0


def line_height(element: Element) -> float:
    """Of one line of the element's text, in CSS pixels; programs take about 1.2 of the font size if nothing is said."""
    said = inherited(element, "line-height") or "1.2"
    if said.endswith("%"):
        number = pixels(said[:-1])
        return (number or 120) / 100 * font_size(element)
    number = pixels(said)
    if number is None:
        return 1.2 * font_size(element)
    return number if "px" in said else number * font_size(element)


def hidden(element: Element) -> bool:
    """Whether it is not shown, or not read out, whatever it holds."""
    while element is not None:
        if _HIDDEN.search(element.get("style", "")) or element.get("aria-hidden") == "true":
            return True
        element = element.getparent()
    return False


def words(element: Element) -> str:
    """Its text on one line."""
    return " ".join("".join(element.itertext()).split())


def name_of(link: Element) -> str:
    """What a screen reader calls a link: its label, else its text and the words of its pictures (WAI-ARIA 1.2)."""
    label = " ".join((link.get("aria-label") or "").split())
    said = [words(link), *(image.get("alt", "") for image in link.iter("img"))]
    return label or " ".join(" ".join(said).split()) or " ".join((link.get("title") or "").split())


@lru_cache(maxsize=4)
def links(html: str) -> tuple[Element, ...]:
    """The links of ``html`` that are shown."""
    return tuple(link for link in tree(html).iter("a") if link.get("href") and not hidden(link))


def short(text: str, most: int = 60) -> str:
    """``text``, or its beginning."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
