"""Links that are seen as links."""

import re
from collections.abc import Iterator

from newsletter.checks.dom import Element, links, name_of, short, style_of, words
from newsletter.checks.engine import Context, Finding, check

_INLINE = {"a", "span", "b", "strong", "em", "i", "bdi", "font", "small", "u", "code", "sub", "sup"}
_SAYING = ("border", "border-bottom", "background", "background-color", "font-weight", "text-decoration-line")
_NOTHING = re.compile(r"none|0(px)?\b.*|transparent|inherit|normal|400|initial|unset")
_LETTER = re.compile(r"[^\W_]")


@check(
    "link-look",
    "warning",
    bad='<p>Watch <a href="https://media.example.org/" style="text-decoration:none">the broadcast</a> live.</p>',
    good='<p>Watch <a href="https://media.example.org/" style="text-decoration:underline">the broadcast</a> live.</p>',
)
def link_look(context: Context) -> Iterator[Finding]:
    """A link within a sentence that is told from the words around it by its colour alone: readers who see colours
    otherwise, or read in grey, do not find it. It needs a line under it; buttons and links that stand by themselves do
    not (WCAG 2.2, success criterion 1.4.1)."""
    found = [link for link in links(context.rendering.html) if _is_bare(link) and _is_in_a_sentence(link)]
    if found:
        first = short(name_of(found[0]), 40)
        yield Finding(
            "link-look",
            "warning",
            f"{len(found)} links within sentences, such as '{first}', are told from other words by their colour alone."
            if len(found) > 1
            else f"The link '{first}' is told from the words around it by its colour alone.",
            "Ask whoever looks after the site's templates to underline links: text-decoration: underline.",
        )


def _is_bare(link: Element) -> bool:
    said = style_of(link)
    if "none" not in said.get("text-decoration", ""):
        return False
    looks = [said] + [style_of(part) for part in link.iterdescendants() if words(part) == words(link)]
    if any(tag.tag in {"u", "b", "strong", "img"} for tag in link.iterdescendants()):
        return False
    return not any(value and not _NOTHING.match(value) for one in looks for value in map(one.get, _SAYING)) and not any(
        "underline" in one.get("text-decoration", "") for one in looks
    )


def _is_in_a_sentence(link: Element) -> bool:
    """Whether letters outside of links stand on the same line."""
    if "block" in style_of(link).get("display", ""):
        return False
    block = link.getparent()
    while block is not None and block.tag in _INLINE:
        block = block.getparent()
    return block is not None and _LETTER.search(_beside(block)) is not None


def _beside(block: Element) -> str:
    """The text right in ``block`` that is in no link and in no block of its own."""
    said = [block.text or ""]
    for child in block:
        if child.tag in _INLINE and child.tag != "a":
            said.append(_beside(child))
        said.append(child.tail or "")
    return "".join(said)
