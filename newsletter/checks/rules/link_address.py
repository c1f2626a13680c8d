"""Addresses that lead nowhere as they are written."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from newsletter.checks.addresses import Address, addresses_of
from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place

_SCHEMES = {"http", "https", "mailto", "tel"}
_TWICE = re.compile(r"https?:/{0,2}(?:https?:/{0,2})+|https?://(?:https?|www)//|https?://https?$", re.IGNORECASE)
_MISSPELT = re.compile(
    r"(?<![\w/])(?:h?ttps?|htt?tps?|htps?|hhttps?|httpss|https?;?)(?::/(?!/)|:///|//|;//|:\\\\)[\w-]+(?:\.[\w-]+)+\S*"
    r"|(?<![\w/.])(?:ttps?|htps?|htttps?|hhttps?|httpss|hxxps?)://\S+",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"file:/{2,3}\S+|(?<![\w/])[A-Za-z]:\\[\w .-]+\\\S*|(?:chrome-extension|moz-extension|about|blob):\S+"
)
_HOST = re.compile(r"(?=.{1,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?|_[\w-]{1,62})(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)+")
_TAIL = re.compile(r"(?:[.,;:]|%20|%E2%80%9[CD89]|%C2%BB|%22|%0A|%0D)+$", re.IGNORECASE)
_ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "ogr": "org", "orgg": "org", "rog": "org"}
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@check(
    "link-address",
    "error",
    "warning",
    bad="[Watch the review](https://https://media.example.org/upr-live)",
    good="[Watch the review](https://media.example.org/upr-live)",
)
def link_address(context: Context) -> Iterator[Finding]:
    """An address that leads nowhere as it is written: a scheme that no mail program opens, https:// twice or misspelt,
    a file on somebody's own computer, a host that cannot exist, a full stop or a quotation mark that was copied along.
    """
    for address in addresses_of(context.texts):
        if found := _fault(address):
            level, message, new = found
            yield Finding(
                "link-address",
                level,  # type: ignore[arg-type]  # one of two words
                message,
                "Copy the address again from the browser.",
                address.place,
                address.fix(new, "Use the address without what was copied along") if new else None,
            )
    for text in context.texts:
        for pattern in _suspected(text.value.lower()):
            for match in pattern.finditer(text.value):
                yield Finding(
                    "link-address",
                    "warning",
                    f"'{_short(match[0])}' looks like an address, but no mail program can open it.",
                    "Write the whole address of a public page, beginning with https://.",
                    text.line(text.value.count("\n", 0, match.start()) + 1),
                )
    yield from _in_templates(context)


def _suspected(value: str) -> Iterator[re.Pattern[str]]:
    """The patterns that may find something in ``value``: a look at its letters takes a fiftieth of their time."""
    whole = value.count("http://") + value.count("https://")
    if value.count("tp") > whole or ":///" in value or (";//" in value) or value.count("//") > whole:
        yield _MISSPELT
    if ":\\" in value or any(scheme in value for scheme in ("file:/", "-extension:", "about:", "blob:")):
        yield _LOCAL


def _fault(address: Address) -> tuple[str, str, str] | None:  # noqa: PLR0911 - a fault each
    """Level, message and, where it is certain, the address as it is meant."""
    url = address.url
    scheme = url.partition(":")[0].lower() if ":" in url else ""
    if address.how != "bare" and not url.startswith("#") and scheme not in _SCHEMES:
        if re.match(r"[a-z][a-z0-9+.-]*:", url, re.IGNORECASE):
            said = f"'{_short(url)}' begins with {scheme}:, which mail programs do not open."
        else:
            said = f"'{_short(url)}' is not a whole address."
        return "error", said, ""
    if scheme not in {"http", "https"}:
        return None
    if twice := _TWICE.match(url):
        return "error", f"'{_short(url)}' has https:// twice or broken, so that it leads nowhere.", _once(url, twice)
    if not _can_exist(address.host):
        return "error", f"'{_short(url)}' names no host that can exist.", ""
    ending = address.host.rpartition(".")[2]
    if ending in _ENDINGS:
        return "warning", f"'{address.host}' ends in .{ending}; is .{_ENDINGS[ending]} meant?", ""
    if address.how != "bare" and (tail := _TAIL.search(url)) and "#" not in url:
        what = unquote(tail[0]).strip() or "a space"
        return (
            "warning",
            f"'{_short(url)}' ends in {what if what == 'a space' else f'“{what}”'}, which was probably copied along.",
            url[: tail.start()] if url in address.raw else "",
        )
    if "&amp;" in url:
        new = url.replace("&amp;", "&") if not address.text.markdown else ""
        return (
            "warning",
            f"'{_short(url)}' holds &amp;, as it stands in the source of a page and not in addresses.",
            new,
        )
    if _BAD_ESCAPE.search(url):
        return "warning", f"'{_short(url)}' holds a % that belongs to no encoded character; many servers refuse it.", ""
    return None


def _once(url: str, twice: re.Match[str]) -> str:
    """The address behind two schemes, where the second one is whole."""
    last = re.search(r"https?://(?=[\w-]+\.)[^:]*$", url)
    return last[0] if last and last.start() < twice.end() else ""


def _can_exist(host: str) -> bool:
    if not host:
        return False
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        return ":" in host or (
            all(part.isdigit() and int(part) < 256 for part in host.split(".")) and host.count(".") == 3
        )
    return host == "localhost" or (bool(_HOST.fullmatch(host)) and not host.rpartition(".")[2].isdigit())


def _in_templates(context: Context) -> Iterator[Finding]:
    """Links that no text of the issue holds: those of the templates."""
    tokens = tuple(use.token for use in context.rendering.fields)
    for href in dict.fromkeys(link.href for link in context.page.links):
        scheme = href.partition(":")[0].lower()
        if re.match(r"[a-z][a-z0-9+.-]*:", href, re.IGNORECASE) and scheme not in _SCHEMES:
            if any(address.url == href for address in addresses_of(context.texts)) or href.startswith(tokens):
                continue
            yield Finding(
                "link-address",
                "error",
                f"A link of the mail begins with {scheme}:, which mail programs do not open.",
                "Ask whoever looks after the site's templates to correct the link.",
                Place(),
            )


def _short(address: str) -> str:
    return address if len(address) <= 60 else f"{address[:59]}…"
