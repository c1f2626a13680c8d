"""What a mail loads from others."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from newsletter.checks.dom import Element, style_of, tree
from newsletter.checks.engine import Context, Finding, check

_LOADING = {
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "script": ("src",),
    "input": ("src",),
    "link": ("href",),
}
_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)", re.IGNORECASE)
_DECORATED = etree.XPath("//*[@background or contains(@style, '(')]")
"""With what may be a picture behind it."""
_LOADED_RELATIONS = {"stylesheet", "preload", "icon", "prefetch", "preconnect", "dns-prefetch"}
_TRACKERS = re.compile(
    r"(^|\.)(google-analytics|doubleclick|googletagmanager|list-manage|sendgrid|mailchimp|hubspot|hsforms|hubspotlinks|"
    r"constantcontact|mailgun|postmarkapp|sparkpostmail|litmus|emltrk|mixpanel|segment|rs6|pardot|exacttarget|mktoresp|"
    r"facebook|linkedin|adnxs|scorecardresearch)\.(com|net|io|org)$|(^|\.)(open|track|tracking|pixel|beacon)\.",
    re.IGNORECASE,
)
_OPENED = re.compile(r"/(open|track|pixel|beacon|wf/open)(\.(gif|png|php|aspx))?([/?]|$)", re.IGNORECASE)


@check(
    "third-party",
    "error",
    "warning",
    bad='<img src="https://stats.example.com/open.gif?id=7" width="1" height="1" alt="">',
    good='<img src="https://news.example.org/m/Jx3…/poster.jpg" width="600" height="300" alt="The poster">',
)
def third_party(context: Context) -> Iterator[Finding]:
    """Pictures, fonts and the like that a mail loads from another server than the site's own: it learns who opens the
    mail, when and where. A picture that cannot be seen is there for nothing else and is an error.
    """
    told = set()
    for element, url in _loaded(tree(context.rendering.html)):
        host = _host(url)
        if not host or _is_own(host, context.organisation.domain):
            continue
        spies = _cannot_be_seen(element) or bool(_TRACKERS.search(host)) or bool(_OPENED.search(urlsplit(url).path))
        if (host, spies) in told:
            continue
        told.add((host, spies))
        yield Finding(
            "third-party",
            "error" if spies else "warning",
            f"The mail has a tracker of {host}, which tells it who opens the mail."
            if spies
            else f"The mail loads something from {host} ({_what(element)}), which learns who opens the mail.",
            "Ask whoever looks after the site's templates to take it out."
            if spies
            else "Ask whoever looks after the site's templates to put it onto the site itself, or to take it out.",
        )


def _loaded(root: Element) -> Iterator[tuple[Element, str]]:
    for element in root.iter(*_LOADING):
        if element.tag == "link" and not _LOADED_RELATIONS & set(element.get("rel", "").lower().split()):
            continue
        if element.tag == "input" and element.get("type", "").lower() != "image":
            continue
        for name in _LOADING[element.tag]:
            value = element.get(name, "")
            parts = [part.split()[0] for part in value.split(",") if part.split()] if name == "srcset" else [value]
            yield from ((element, part) for part in parts)
    for element in _DECORATED(root):
        yield element, element.get("background", "")
        yield from ((element, url) for url in _URL.findall(element.get("style", "")))


def _host(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
        return (parts.hostname or "").lower() if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _is_own(host: str, domain: str) -> bool:
    return host == domain.lower() or host.endswith(f".{domain.lower()}")


def _cannot_be_seen(element: Element) -> bool:
    said = style_of(element)
    sizes = [element.get(name) or said.get(name) for name in ("width", "height")]
    tiny = all(size is not None and re.fullmatch(r"[01](px)?", size.strip().lower()) for size in sizes)
    return element.tag == "img" and (tiny or said.get("display") == "none" or said.get("visibility") == "hidden")


def _what(element: Element) -> str:
    if element.tag == "link":
        return "a style or font"
    return {"img": "a picture", "script": "a script", "iframe": "a page"}.get(element.tag, "a picture or film")
