"""The text part of the mail."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from newsletter.checks.dom import hidden, links, name_of, short, tree, words
from newsletter.checks.engine import Context, Finding, check
from newsletter.items.kinds.engage import Engage
from newsletter.items.sharing import letter_link, share_links
from newsletter.render.rendering import Rendering

_SHARE = 0.5
"""Of the words of the HTML: buttons for sharing, calendars and captions are not told twice."""
_FEW = 30
"""Words of the HTML from which on the shares are compared."""
_ADDRESS = re.compile(r"<[^<>\s]+>|https?://\S+")
_WORDS = re.compile(r"[^\W_]+")
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that are written without spaces, and broken between any two letters (Thai to Chinese)."""
_ASK = "Ask whoever looks after the site's templates to"


@check(
    "text-part",
    "error",
    "warning",
    bad="View this mail in your browser: https://news.example.org/october-2020",
    good="October 2020 UPR Updates\n\nWe are grateful to all … Watch live <https://media.example.org/upr-live>",
)
def text_part(context: Context) -> Iterator[Finding]:
    """Some readers, watches and screen readers take the text part, and spam filters compare it with the HTML. It says
    what the HTML says, with every heading and every link. Buttons for sharing are left out of it: their text stands
    there instead.
    """
    root = tree(context.rendering.html)
    text = context.rendering.text
    count = len(text.split())
    seen = len(context.page.text.split())
    if not count:
        yield Finding("text-part", "error", "The text part of the mail is empty.", f"{_ASK} write it as the HTML is.")
        return
    if seen >= _FEW and count < _SHARE * seen:
        yield Finding(
            "text-part",
            "warning",
            f"The text part has {count} words and the HTML {seen}; readers of the text miss most of the mail.",
            f"{_ASK} let the text part say what the HTML says.",
        )
        return
    said_there = f" {_words(_ADDRESS.sub(' ', _named(text, context.rendering)))} "
    for heading in root.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        said = _named(words(heading), context.rendering)
        if said and not hidden(heading) and not _is_said(_words(said), said_there):
            yield _missing(f"The heading '{short(said)}' is")
    left_out = {link for item in context.issue.items if isinstance(item, Engage) for link in _buttons(item)}
    told = set()
    there = _Text(text, unquote(text), re.sub(r"\D", "", text))
    for link in links(context.rendering.html):
        href = link.get("href")
        if href in told or href in left_out or not name_of(link) or _is_there(href, there):
            continue
        told.add(href)
        yield _missing(f"The link '{short(name_of(link), 40)}' to {short(href)} is")


def _named(text: str, rendering: Rendering) -> str:
    """``text`` with the names of its reader fields, which have a token for each part."""
    for use in rendering.fields:
        text = text.replace(use.token, f"{{{{{use.name}}}}}")
    return text


def _buttons(item: Engage) -> Iterator[str]:
    for action in item.actions:
        if action.do == "share":
            yield from (link.url for link in share_links(action))
        elif action.do == "write" and (letter := letter_link(action)):
            yield letter


class _Text(NamedTuple):
    """The text part, as it is, with its escapes undone, and its digits."""

    plain: str
    unquoted: str
    digits: str


def _is_there(href: str, text: _Text) -> bool:
    """Whether a link of the HTML can be followed from the text: by its address, its mail address, its number."""
    scheme, _, rest = href.partition(":")
    scheme = scheme.lower()
    if href.startswith("#"):
        return True
    if scheme == "mailto":
        address = unquote(rest.partition("?")[0]).strip()
        return address in text.plain or address.casefold() in text.plain.casefold()
    if scheme in {"tel", "sms"}:
        digits = re.sub(r"\D", "", rest.partition("?")[0])
        return digits in text.digits
    return href in text.plain or unquote(href) in text.unquoted


def _is_said(heading: str, text: str) -> bool:
    """Whether the words of ``heading`` stand in the words of ``text``."""
    if not heading or f" {heading} " in text:
        return True
    return _NO_SPACES.search(heading) is not None and heading.replace(" ", "") in text.replace(" ", "")


def _words(text: str) -> str:
    """The words of ``text``, without what a layout may change: line ends, capitals and marks."""
    return " ".join(_WORDS.findall(text.casefold()))


def _missing(what: str) -> Finding:
    return Finding(
        "text-part",
        "warning",
        f"{what} in the HTML, but not in the text part.",
        f"{_ASK} add it to the template of the text part (.txt.j2).",
    )
