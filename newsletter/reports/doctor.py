"""Whether mail of this site arrives: what DNS says of the sender, the public address, the clock, the site itself."""

import secrets
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from newsletter.delivery.providers.base import Needs
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.trial import INERT_TOKEN
from newsletter.outside import mail_hosts, signing, spf, time_server
from newsletter.outside.advice import BAD, GOOD, WARNING, Advice
from newsletter.outside.names import Names
from newsletter.reports import reachable
from newsletter.reports.crowds import crowds
from newsletter.reports.health import Line, look
from newsletter.site import Site

MANY = 5_000
"""Mails a day from which on Gmail, Yahoo and Microsoft refuse those whose sender lacks SPF, DKIM or DMARC."""
SOON = timedelta(days=14)
SECONDS = 8.0
_OFF = 60.0
"""Seconds by which a clock may be off: a signature or a token of the future is refused."""


@dataclass(frozen=True)
class Asking:
    """Whom the doctor asks."""

    names: Names = field(default_factory=Names)
    selectors: tuple[str, ...] = ()
    """Names of the keys of DKIM, where they are known."""
    time_server: tuple[str, int] = time_server.SERVER


def examine(site: Site, asking: Asking, *, now: datetime) -> list[Advice]:
    """Everything. Takes seconds."""
    own = [Advice(line.what, line.level, line.said, line.mend) for line in look(site, now=now)]
    skipped = {"Public address"}  # said more fully below
    return [
        *domain(site, asking, now=now),
        *public_address(site, now=now),
        _clock(asking),
        *(advice for advice in own if advice.what not in skipped),
    ]


def domain(site: Site, asking: Asking, *, now: datetime) -> list[Advice]:
    """What DNS says of the sender's domain."""
    address = site.settings.sender.email
    if address is None:
        mend = "newsletter settings set sender.email news@example.org, with an address at your own domain"
        return [Advice("Sender", BAD, "No sender's address is set.", mend)]
    host = address.rpartition("@")[2].lower()
    names = asking.names
    level = BAD if max((number for _, _, number in crowds(now=now).lists), default=0) >= MANY else WARNING
    provider = provider_for(site)
    try:
        needs = provider.needs(host)
    finally:
        provider.close()
    return [
        *_signing(host, needs, asking, level),
        _spf(host, needs, names, level),
        signing.dmarc(host, names, reports_to=site.settings.sender.reply_to or address, level=level),
        mail_hosts.mx(host, names),
        *_names_of(needs, names),
    ]


def _signing(host: str, needs: Needs, asking: Asking, level: str) -> Iterator[Advice]:
    if needs.records:
        yield mail_hosts.aliases(needs.records, asking.names, level=level)
        return
    if needs.problem:
        mend = "The provider shows the records to add to DNS on its own pages."
        yield Advice("Signing", level, f"{needs.problem[:1].upper()}{needs.problem[1:]}.", mend)
    found = signing.dkim(host, asking.names, asking.selectors, level=level)
    if needs.hint and found.level != GOOD:
        found = replace(found, mend=f"{needs.hint[:1].upper()}{needs.hint[1:]}.")
    yield found


def _spf(host: str, needs: Needs, names: Names, level: str) -> Advice:
    if any(record.kind == "CNAME" for record in needs.records):
        # The provider's own name stands in the address for bounces, which is what SPF is asked about.
        found = spf.advise(host, names, level=WARNING)
        return found if found.level != WARNING or found.records == () else _optional(found)
    addresses = mail_hosts.addresses_of(needs.host, names) if needs.host else ()
    own = bool(needs.host) and (needs.host == host or needs.host.endswith(f".{host}"))
    return spf.advise(host, names, wanted=needs.spf, senders=addresses, own=own, level=level)


def _optional(found: Advice) -> Advice:
    said = f"{found.said} The provider's mails pass all the same, by its own address for bounces."
    return Advice(found.what, GOOD, said)


def _names_of(needs: Needs, names: Names) -> Iterator[Advice]:
    if needs.host and (addresses := mail_hosts.addresses_of(needs.host, names)):
        yield mail_hosts.ptr(needs.host, addresses, names)
    elif needs.host:
        yield Advice("PTR", BAD, f"The mail server {needs.host} has no address in DNS.", "Correct host under Settings.")


def lines(site: Site, *, now: datetime) -> list[Line]:
    """``domain`` as lines of the page of health, asked of this machine's name servers."""
    return [Line(one.what, one.level, one.said, _with_records(one)) for one in domain(site, Asking(), now=now)]


def _with_records(one: Advice) -> str:
    return " ".join((one.mend, "; ".join(map(str, one.records)))).strip()


def public_address(site: Site, *, now: datetime) -> Iterator[Advice]:
    """Whether links in mails lead here, over a connection that can be trusted, and readers can leave with one click."""
    line = reachable.ask(site)
    yield Advice(line.what, line.level, line.said, line.mend)
    parts = urlsplit(site.settings.site.base_url)
    if parts.scheme == "https" and parts.hostname:
        yield _certificate(parts.hostname, parts.port or 443, now)
    if line.level == GOOD:
        yield _one_click(site)


def _certificate(host: str, port: int, now: datetime) -> Advice:
    mend = "Renew it, and see that it is renewed by itself from now on."
    try:
        trust = ssl.create_default_context()
        with (
            socket.create_connection((host, port), SECONDS) as plain,
            trust.wrap_socket(plain, server_hostname=host) as line,
        ):
            ends = str((line.getpeercert() or {}).get("notAfter", ""))
    except ssl.SSLCertVerificationError as error:
        return Advice("Certificate", BAD, f"That of {host} cannot be trusted: {error.verify_message}.", mend)
    except (OSError, ValueError) as error:
        return Advice("Certificate", WARNING, f"That of {host} could not be looked at: {type(error).__name__}.")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)
    said = f"That of {host} runs out on {expires:%Y-%m-%d}."
    return Advice("Certificate", WARNING, said, mend) if expires - now < SOON else Advice("Certificate", GOOD, said)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A mail program does not follow one, either (RFC 8058, section 3.1)."""


def _one_click(site: Site) -> Advice:
    """Unsubscribe nobody, as a mail program would unsubscribe somebody (RFC 8058, section 3.2), in both encodings."""
    mark = secrets.token_hex(8)
    bodies = {
        "application/x-www-form-urlencoded": b"List-Unsubscribe=One-Click",
        f"multipart/form-data; boundary={mark}": (
            f'--{mark}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--{mark}--\r\n'
        ).encode(),
    }
    mend = "Let the web server in front pass POST to /u/ on as it is: no redirect, no cookie, no login."
    for kind, body in bodies.items():
        url = f"{site.settings.site.base_url}/u/{INERT_TOKEN}"
        request = Request(url, body, {"Content-Type": kind, "User-Agent": "newsletter"}, method="POST")  # noqa: S310
        try:
            with build_opener(_NoRedirects).open(request, timeout=SECONDS) as answer:
                cookie = answer.headers.get("Set-Cookie")
        except (URLError, OSError, ValueError) as error:
            said = f"Mail programs cannot unsubscribe anybody: {getattr(error, 'code', None) or type(error).__name__}."
            return Advice("One click", BAD, said, mend)
        if cookie:
            return Advice("One click", BAD, "Unsubscribing sets a cookie, which mail programs do not keep.", mend)
    return Advice("One click", GOOD, "Mail programs can unsubscribe a reader with one click.")


def _clock(asking: Asking) -> Advice:
    off = time_server.offset(asking.time_server)
    if off is None:
        said = f"No time server answered ({asking.time_server[0]}), so it could not be compared."
        mend = "Let this machine ask it (UDP, port 123), or see with timedatectl that its clock is set by another."
        return Advice("Clock", WARNING, said, mend)
    if abs(off) < _OFF:
        return Advice("Clock", GOOD, f"It is right to {max(abs(off), 0.1):.1f} seconds.")
    said = f"It is {abs(off):,.0f} seconds {'ahead' if off > 0 else 'behind'}."
    return Advice("Clock", BAD, said, "Have this machine set its clock by NTP, such as: timedatectl set-ntp true")
