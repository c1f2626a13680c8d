"""What is found where the links lead."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from newsletter.checks.addresses import Address, addresses_of, host_of
from newsletter.checks.answers import Fault, Visit
from newsletter.checks.engine import Context, Finding, Level, check
from newsletter.checks.missing_page import says_not_found
from newsletter.issue.problems import Place

SLOW = 5.0
"""Seconds until a page was there."""
EXPIRES = timedelta(days=14)
Told = tuple[Level, str, str]
_AGAIN = "Open it in a browser; correct the address, or take the link out."
_CERTIFICATE = "Tell whoever runs that site that its certificate must be renewed, or link to another page."
_ELSEWHERE = "Try again later, and open it in a browser before you send."
_FAULTS: dict[Fault, tuple[Level, str, str]] = {
    Fault.NAME: ("error", "leads nowhere: there is no host of that name", _AGAIN),
    Fault.TLS: ("error", "shows readers a warning, for its connection cannot be trusted", _CERTIFICATE),
    Fault.PRIVATE: ("error", "leads into a private network, where readers cannot follow", _AGAIN),
    Fault.LOOP: ("error", "redirects in a circle, or too often", _AGAIN),
    Fault.ADDRESS: ("error", "redirects to what no browser opens", _AGAIN),
    Fault.NAMES: ("warning", "could not be tried: the name servers gave no answer", _ELSEWHERE),
    Fault.REACH: ("warning", "could not be reached", _ELSEWHERE),
    Fault.TIME: ("warning", "gave no whole answer in time", _ELSEWHERE),
}


@check(
    "link-live",
    "error",
    "warning",
    "note",
    bad="[the report](https://www.example.org/2019/report), which answers 404",
    good="[the report](https://www.example.org/2020/report), which answers 200",
    needs="visits",
)
def link_live(context: Context) -> Iterator[Finding]:
    """What the links lead to, where they were followed (`--live`, or the button at the desk) within the last hour: a
    page that is gone, a host that does not exist, a certificate that browsers refuse or that runs out within 14 days, a
    private network; a page that says it is not there though the server says it is, another site than the one the link
    names, a server that fails or is slow.
    """
    visits = context.visits
    if visits and all(visit.fault is Fault.NAMES for visit in visits.values()):
        message = "No link could be tried: the name servers gave this machine no answer."
        yield Finding("link-live", "warning", message, "See whether this machine is online, then try again.", Place())
        return
    known = addresses_of(context.texts)
    for address in known:
        if visit := visits.get(address.url):
            yield from _findings(address.url, visit, address)
    for url in visits.keys() - {address.url for address in known}:
        if url in context.rendering.html or url in context.rendering.html.replace("&amp;", "&"):
            yield from _findings(url, visits[url], None)


def _findings(url: str, visit: Visit, address: Address | None) -> Iterator[Finding]:
    place = address.place if address else Place()
    for level, said, mend in faults_of(url, visit):
        yield Finding("link-live", level, f"'{_short(url)}' {said}.", mend, place)


def faults_of(url: str, visit: Visit) -> Iterator[Told]:
    """What is wrong behind ``url``: level, the rest of a sentence that begins with the address, and the mend."""
    way = f" (by way of {_short(visit.hops[-1])})" if visit.hops else ""
    if visit.fault:
        level, said, mend = _FAULTS[visit.fault]
        yield level, said + (f" ({visit.said})" if visit.said else "") + way, mend
        return
    yield from _answered(url, visit, way)
    if visit.expires and visit.expires - visit.at < EXPIRES:
        yield "warning", f"has a certificate that runs out on {visit.expires:%Y-%m-%d}", _CERTIFICATE
    if visit.seconds >= SLOW:
        yield "warning", "takes long to answer; readers on a phone give up", _ELSEWHERE


def _answered(url: str, visit: Visit, way: str) -> Iterator[Told]:
    status = visit.status or 0
    if status in {404, 410}:
        yield "error", f"leads to a page that is not there ({status}){way}", _AGAIN
    elif status in {401, 402, 403, 407, 429, 451} or 400 <= status < 500:
        yield "note", f"lets no program in ({status}), so that nobody can say whether it works{way}", _AGAIN
    elif status >= 500:
        yield "warning", f"answers that the server has a fault ({status}){way}", _ELSEWHERE
    elif says_not_found(visit.title):
        yield "warning", f"leads to a page that says '{_short(visit.title)}'{way}", _AGAIN
    elif visit.alike:
        yield "warning", "answers like any other address there, so that the page may be missing", _AGAIN
    elif _to_the_front(url, visit):
        yield "warning", f"redirects to the front page of its site, so that the page may be missing{way}", _AGAIN
    elif visit.hops and not _same_site(url, visit.hops[-1]):
        mend = "If that is where readers are to go, link to it directly; else correct the address."
        yield "warning", f"redirects to another site, {host_of(visit.hops[-1])}", mend


def _to_the_front(url: str, visit: Visit) -> bool:
    if not visit.hops:
        return False
    old, new = urlsplit(url), urlsplit(visit.hops[-1])
    deep = old.path.strip("/") or old.query
    front = not (new.path.strip("/") or new.query or new.fragment)
    return bool(deep) and front and _same_site(url, visit.hops[-1])


def _same_site(one: str, other: str) -> bool:
    """Whether both are at one domain, as far as their last two or three labels tell."""
    first, second = (host_of(url).removeprefix("www.") for url in (one, other))
    if first == second or first.endswith(f".{second}") or second.endswith(f".{first}"):
        return True
    return _domain(first) == _domain(second)


def _domain(host: str) -> str:
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if short else -2 :])


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
