"""The address by which mail programs unsubscribe a reader."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.checks.addresses import is_private, leads_nowhere
from newsletter.checks.engine import Context, Finding, check

LONGEST = 77
"""Bytes of the whole value: longer ones have been seen encoded on their way, which breaks unsubscribing."""
_URI = re.compile(r"<([^<>]*)>")
_READER = re.compile(r"[^/?#=&]+(?:@|%40)[^/?#=&]+", re.IGNORECASE)


@check(
    "list-unsubscribe",
    "error",
    bad="List-Unsubscribe: <mailto:leave@example.org>, <http://news.example.org/leave?email=ana@example.net>",
    good="List-Unsubscribe: <https://news.example.org/u/Zk3vT0qWc8yLr5bN1sXe7A>",
    needs="message",
)
def list_unsubscribe(context: Context) -> Iterator[Finding]:
    """Gmail, Yahoo and others show a button to unsubscribe if the header List-Unsubscribe holds one https address
    (RFC 8058, section 3.1), which must say nothing of the reader. Over 77 bytes it is encoded by some servers on the
    way, and the button is gone.
    """
    own = context.organisation.domain
    tried_here = is_private(own) or leads_nowhere(own)  # no reader is mailed from such a site
    for wrong in _faults(context.letter.all("List-Unsubscribe"), ("http", "https") if tried_here else ("https",)):
        yield Finding(
            "list-unsubscribe",
            "error",
            f"Mail programs cannot offer to unsubscribe: {wrong}.",
            "Look at base_url under [site] in newsletter.toml; if it is right, report this as a fault of this program.",
        )


def _faults(values: tuple[str, ...], schemes: tuple[str, ...]) -> Iterator[str]:
    if len(values) != 1:
        yield "the header List-Unsubscribe is missing" if not values else "the header List-Unsubscribe is there twice"
        return
    [value] = values
    uris = _URI.findall(value)
    if "=?" in value:
        yield "the header List-Unsubscribe is encoded"
        return
    if len(uris) != 1 or value != f"<{uris[0]}>":
        yield "List-Unsubscribe must hold one address, in angle brackets, and nothing else"
        return
    try:
        address = urlsplit(uris[0])
    except ValueError:
        yield "List-Unsubscribe holds no address that can be read"
        return
    if address.scheme not in schemes or not address.hostname:
        yield "the address in List-Unsubscribe is not https"
    elif re.search(r"[^!-~]", value):
        yield "the address in List-Unsubscribe has spaces or letters beyond ASCII"
    elif _READER.search(f"{address.path}?{address.query}") or "@" in address.netloc:
        yield "the address in List-Unsubscribe tells who the reader is"
    elif len(value.encode()) > LONGEST:
        yield f"List-Unsubscribe has {len(value.encode())} bytes, and more than {LONGEST} get encoded on the way"
    elif address.path in {"", "/"} and not address.query:
        yield "the address in List-Unsubscribe names no subscription"
