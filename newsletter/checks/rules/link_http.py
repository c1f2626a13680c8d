"""Links that are not encrypted."""

from collections.abc import Iterator

from newsletter.checks.addresses import addresses_of
from newsletter.checks.engine import Context, Finding, check

_LOCAL = ("localhost", "127.0.0.1")


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
        url = address.url
        if (
            url[:7].lower() != "http://"
            or not address.host
            or address.host in _LOCAL
            or address.host.endswith(".onion")
        ):
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
