"""Whether the public address leads to this site: asked from outside, as far as this machine can."""

import secrets
import socket
import ssl
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.utils.crypto import constant_time_compare, salted_hmac

from newsletter.reports.health import BAD, GOOD, Line
from newsletter.site import Site

PATH = "/health/here/"
SECONDS = 8.0
_SALT = "newsletter.reports.reachable"


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Links in mails must not be led about."""


def sign(word: str) -> str:
    """What only this site makes of ``word``."""
    return salted_hmac(_SALT, word, algorithm="sha256").hexdigest()


def ask(site: Site) -> Line:
    """Fetch a page of ours by the public address and look whether it is ours."""
    base, word = site.settings.site.base_url, secrets.token_hex(16)
    what = "Public address"
    request = Request(f"{base}{PATH}?word={word}", headers={"User-Agent": "newsletter"})  # noqa: S310  (http or https)
    try:
        with build_opener(_NoRedirects).open(request, timeout=SECONDS) as answer:
            found = answer.read(200).decode("ascii", "replace").strip()
    except HTTPError as error:
        said = f"{base} answers {error.code} where this site would answer."
        return Line(what, BAD, said, "Let the web server pass every path and the Host header on to this site.")
    except (URLError, OSError, ValueError) as error:
        return Line(what, BAD, f"{base} cannot be reached from here: {_said(error)}.", _mend(error))
    if constant_time_compare(found, sign(word)):
        return Line(what, GOOD, f"{base} leads to this site.")
    return Line(
        what, BAD, f"{base} leads to something else.", "Let the web server there pass requests on to this site."
    )


def _said(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, socket.gaierror):
        return "its name is not known"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted ({reason.verify_message})"
    if isinstance(reason, TimeoutError):
        return f"no answer within {SECONDS:.0f} seconds"
    return str(getattr(reason, "strerror", None) or reason)


def _mend(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, socket.gaierror):
        return "Is the name in DNS? See 'Public address' under Settings, Site."
    if isinstance(reason, ssl.SSLError):
        return "Mend the certificate of the web server in front of this site."
    return "Is the web server in front running? Some networks let nobody in from inside; then try from a phone."
