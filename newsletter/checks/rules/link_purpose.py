"""Links of the mail that a listener can tell apart."""

from collections.abc import Iterator

from newsletter.checks.dom import links, name_of, short
from newsletter.checks.engine import Context, Finding, check


@check(
    "link-purpose",
    "error",
    bad='<a href="https://www.example.org/"><img src="banner.png" alt=""></a>',
    good='<a href="https://www.example.org/"><img src="banner.png" alt="Watch the review live"></a>',
)
def link_purpose(context: Context) -> Iterator[Finding]:
    """A link without words: a picture with an empty alt, or nothing at all between its tags. A screen reader then
    spells out its address, and where pictures are not loaded nobody sees it (WCAG 2.2, success criteria 2.4.4 and
    4.1.2)."""
    told = set()
    for link in links(context.rendering.html):
        href = link.get("href")
        if name_of(link) or href in told or any(use.token == href for use in context.rendering.fields):
            continue  # a link of the system without words is told by unsubscribe
        picture = link.find(".//img")
        if picture is not None and picture.get("alt") is None:
            continue  # told by picture-words
        told.add(href)
        yield Finding(
            "link-purpose",
            "error",
            f"The picture that links to {short(href)} has no words that say where it leads."
            if picture is not None
            else f"A link to {short(href)} has no words, so that no reader can see it.",
            "Say in the picture's alt where the link leads."
            if picture is not None
            else "Ask whoever looks after the site's templates to give the link words, or to leave it out.",
        )
