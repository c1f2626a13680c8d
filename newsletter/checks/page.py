"""What a mail program shows of a mail's HTML: its text, links, pictures and styles."""

import re
from dataclasses import dataclass

from lxml import etree

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_INLINE = {"a", "b", "code", "em", "font", "i", "s", "small", "span", "strong", "sub", "sup", "u"}
_NO_TEXT = {"head", "script", "style", "template"}


@dataclass(frozen=True)
class Link:
    """A link that can be seen."""

    href: str
    text: str
    """Its words, and those of the pictures in it."""


@dataclass(frozen=True)
class Page:
    """The parts of a page that checks look at."""

    text: str
    """All that is seen, with single spaces; the words of pictures are not in it."""
    hidden: str
    """Text that is in the mail, but not shown, such as the preheader."""
    attributes: tuple[str, ...]
    """Every attribute of every element, whether it is seen or not, but for ``style``."""
    links: tuple[Link, ...]
    pictures: tuple[str | None, ...]
    """The ``alt`` of each picture; ``None`` where it has none."""
    styles: tuple[str, ...]
    """The content of each style block."""


def read_page(html: str) -> Page:
    """The page in ``html``, whatever its faults. Comments (also those for Outlook) are passed over."""
    # Without huge_tree, libxml2 drops what is deeper than 256 elements without a word.
    root = etree.fromstring(html.encode() or b"<p>", etree.HTMLParser(encoding="utf-8", huge_tree=True))
    text: list[str] = []
    attributes: list[str] = []
    links: list[Link] = []
    pictures: list[str | None] = []
    styles: list[str] = []
    hidden_text: list[str] = []
    hides = unread = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"start", "end"}:
            step = 1 if event == "start" else -1
            unread += step * (element.tag in _NO_TEXT)
            hides += step * bool(_HIDDEN.search(element.get("style", "")))
            if element.tag not in _INLINE:
                text.append(" ")
        if not unread:
            (hidden_text if hides else text).append((element.text if event == "start" else element.tail) or "")
        if event == "start":
            attributes += [value for name, value in element.attrib.items() if name != "style"]
            if element.tag == "style":
                styles.append(element.text or "")
            elif element.tag == "img":
                pictures.append(element.get("alt"))
            elif element.tag == "a" and not hides and element.get("href"):
                links.append(Link(element.get("href", ""), _words(element)))
    return Page(
        text=_one_line("".join(text)),
        hidden=_one_line(" ".join(hidden_text)),
        attributes=tuple(attributes),
        links=tuple(links),
        pictures=tuple(pictures),
        styles=tuple(styles),
    )


def _words(link: etree._Element) -> str:
    return _one_line(" ".join(["".join(link.itertext()), *(image.get("alt", "") for image in link.iter("img"))]))


def _one_line(text: str) -> str:
    return " ".join(text.split())
