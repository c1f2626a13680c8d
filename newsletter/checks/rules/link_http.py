"""Links that are not encrypted."""

from collections.abc import Iterator

from newsletter.checks.addresses import addresses_of, is_private, leads_nowhere, within
from newsletter.checks.engine import Context, Finding, check


@check(
    "link-http",
    "warning",
    bad='url = "http://www.example.org/report"',
    good='url = "https://www.example.org/report"',
)
def link_http(context: Context) -> Iterator[Finding]:
    """A link that begins with http:// shows whoever is on the line which page is read, and browsers warn of it. Some
    readers live where that is dangerous.
    """
    told = set()
    for address in addresses_of(context.texts):
        url, host = address.url, address.host
        # What no reader reaches is told by link-placeholder; onion services encrypt by themselves.
        if not host or is_private(host) or leads_nowhere(host) or within(host, "onion") or url[:7].lower() != "http://":
            continue
        if (url, address.text) in told:
            continue
        told.add((url, address.text))
        yield Finding(
            "link-http",
            "warning",
            f"The address {url[:80]} begins with http://, so that others can see what is read there.",
            "Open the page with https:// in the browser; if it opens, write the address so.",
            address.place,
        )
