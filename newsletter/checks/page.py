"""What a mail program shows of a mail's HTML: its text, links, pictures and styles."""

import re
from dataclasses import dataclass

from lxml import etree

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PERHAPS_HIDDEN = etree.XPath(
    "//*[contains(translate(@style, 'DENO', 'deno'), 'none')"
    " or contains(translate(@style, 'DEHIN', 'dehin'), 'hidden')]"
)
_ATTRIBUTES = etree.XPath("//@*[name() != 'style']", smart_strings=False)


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
    """All that is seen, with a space between elements; the words of pictures are not in it."""
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
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(html.encode() or b"<p>", parser)
    attributes = tuple(_ATTRIBUTES(root))
    pictures = tuple(image.get("alt") for image in root.iter("img"))
    styles = tuple(style.text or "" for style in root.iter("style"))
    for element in [*root.iter("head", "script", "style", "template")]:
        element.clear(keep_tail=True)
    hidden = []
    for element in _PERHAPS_HIDDEN(root):
        if _HIDDEN.search(element.get("style")):
            hidden.append(_text(element))
            element.clear(keep_tail=True)
    links = tuple(Link(link.get("href"), _words(link)) for link in root.iter("a") if link.get("href"))
    return Page(_text(root), " ".join(hidden), attributes, links, pictures, styles)


def _text(element: etree._Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _words(link: etree._Element) -> str:
    words = ["".join(link.itertext()), *(image.get("alt", "") for image in link.iter("img"))]
    return " ".join(" ".join(words).split())
