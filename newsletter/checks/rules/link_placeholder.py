"""Links that were to be filled in later."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.checks.addresses import Address, addresses_of, is_private, leads_nowhere, within
from newsletter.checks.engine import Context, Finding, check

_EXAMPLES = ("example.com", "example.org", "example.net", "example.edu", "example")
"""Kept for documentation (RFC 2606)."""
_WORDS = re.compile(
    r"(?:www\.)?(?:(?:your|my|our)-?_?(?:domain|site|website|organi[sz]ation|org|company|page|url|link|name)(?:-?here)?"
    r"|(?:mi|su|tu)-?(?:sitio|dominio|pagina|organizacion)|(?:votre|mon|notre)-?(?:site|domaine|page|organisation)"
    r"|domain|website|sitename|placeholder|changeme|todo|tbd|xxx+|url|link|insert-?(?:link|url)(?:-?here)?)"
    r"\.(?:com|org|net|info|int|eu|es|fr|ch|uk)",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"/(?:(?:your|insert|add)[-_]?(?:the[-_]?)?(?:link|url|page|path|id|form)(?:[-_]?here)?|(?:link|url|page)[-_]?here"
    r"|placeholder|todo|tbd|changeme|change-me|xxx+|lien[-_]?ici|enlace[-_]?aqu[ií])(?=[/?#]|$)"
    r"|[?&=/](?:%5B|\[)[^/&?]{1,40}(?:%5D|\])|[?&=/](?:%3C|<)[\w -]{1,40}(?:%3E|>)"
    r"|/forms/d/e/(?:x{3,}|\.{3}|…)|[?&]v=(?:x{3,}|\.{3})|/(?:x{4,}|\.\.\.|…)(?=/|$)",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"https?://(?:www\.)?(?:(?:com|org)/?)?|https?://", re.IGNORECASE)


@check(
    "link-placeholder",
    "error",
    "warning",
    bad='watch_url = "https://www.yourdomain.com/insert-link-here"',
    good='watch_url = "https://media.example.org/upr-live"',
)
def link_placeholder(context: Context) -> Iterator[Finding]:
    """A link that stands in for one which was not known yet: example.com, yourdomain.com, insert-link-here; or one
    that works on one computer or network only: localhost, 192.168.1.4. Links of a site that itself lives at an
    example address are passed over.
    """
    own = context.organisation.domain.lower()
    told = set()
    for address in addresses_of(context.texts):
        if not address.url.lower().startswith(("http://", "https://")):
            continue
        if found := _fault(address, own):
            level, message, one_is_enough = found
            if one_is_enough and message in told:
                continue
            told.add(message)
            yield Finding(
                "link-placeholder",
                level,  # type: ignore[arg-type]  # one of two words
                message,
                "Put in the address of the page that readers are to see, or take the link out.",
                address.place,
            )


def _fault(address: Address, own: str) -> tuple[str, str, bool] | None:  # noqa: PLR0911 - a fault each
    """Level, message, and whether it is told but once however often it occurs."""
    host = address.host
    if is_private(host):
        return (
            None
            if host == own
            else ("error", f"'{host}' is a name or number inside one network; no reader gets there.", True)
        )
    if leads_nowhere(host):
        if within(host, own) or within(own, host):
            return None
        return "error", f"'{host}' leads nowhere on the internet; no reader gets there.", True
    for name in _EXAMPLES:
        if within(host, name):
            if within(own, name):
                return None
            return "warning", f"'{host}' is a name kept for examples; readers find nothing there.", True
    if _EMPTY.fullmatch(address.url) or _WORDS.fullmatch(host):
        return "warning", f"'{address.url[:60]}' looks as if the address was to be filled in later.", False
    parts = urlsplit(address.url)
    if _PATH.search(f"{parts.path}?{parts.query}" if parts.query else parts.path):
        return "warning", f"'{address.url[:80]}' looks as if a part of it was to be filled in later.", False
    return None
