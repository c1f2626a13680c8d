"""Addresses of people in links."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place

_ADDRESS = re.compile(
    r"(?<![\w.@+%-])(?P<local>[\w.+-]{1,64})@(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?![\w@-])", re.IGNORECASE
)
_NO_PERSON = re.compile(r"calendar\.google\.com$|^group\.|\.gserviceaccount\.com$", re.IGNORECASE)
"""Hosts behind the @ of names that only look like an address."""


@check(
    "address-in-url",
    "warning",
    bad="[the form](https://forms.example.org/upr?email=anna@example.org)",
    good="[the form](https://forms.example.org/upr)",
)
def address_in_url(context: Context) -> Iterator[Finding]:
    """The e-mail address of a person in the address of a page: mostly a link that was copied from a mail to somebody.
    It goes to all readers, who then act in that person's name, and it stays in the logs of servers.
    """
    for target, place in _targets(context):
        for found in _addresses(target):
            yield Finding(
                "address-in-url",
                "warning",
                f"A link to {urlsplit(target).hostname} has the e-mail address of somebody in it ({_masked(found)}).",
                "Copy the link from the page itself, or take the address out of it.",
                place,
            )


def _targets(context: Context) -> Iterator[tuple[str, Place]]:
    for link in context.links:
        yield link.target, link.place
    for text in context.texts:
        if not text.markdown and text.value.lower().startswith(("https://", "http://")):
            yield text.value, text.place


def _addresses(target: str) -> list[re.Match[str]]:
    if not target.lower().startswith(("https://", "http://")):
        return []
    try:
        parts = urlsplit(target)
    except ValueError:
        return []
    rest = unquote(unquote(f"{parts.path} {parts.query} {parts.fragment}")).replace("+", " ")
    return [found for found in _ADDRESS.finditer(rest) if not _NO_PERSON.search(found["host"])]


def _masked(found: re.Match[str]) -> str:
    return f"{found['local'][0]}…@{found['host']}"
