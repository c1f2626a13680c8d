"""Calls to SendGrid's API, and what its answers mean."""

import json
import logging
import re
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, build_opener

import sendgrid
from python_http_client import Client
from python_http_client.exceptions import HTTPError

from newsletter.delivery.headers import clean
from newsletter.delivery.messages import Recipient
from newsletter.delivery.providers.base import (
    Ambiguous,
    Barred,
    Outcome,
    RateLimited,
    Refused,
    Resubmit,
    Unreachable,
    same_for,
)
from newsletter.settings import SendGridSection

HOSTS = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}
TIMEOUT = 60.0
"""Seconds; the package has no timeout of its own."""
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_ROW = re.compile(r"personalizations[.\[](\d+)")

# At DEBUG the package logs its headers, and the key is one of them.
logging.getLogger("python_http_client").setLevel(logging.INFO)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """The key goes to the API and nowhere else."""


_OPENER = build_opener(_NoRedirects)


class _Client(Client):  # type: ignore[misc]  # the package has no types
    def _make_request(self, opener: Any, request: Any, timeout: float | None = None) -> Any:
        return super()._make_request(_OPENER, request, timeout=timeout)


class _Body(bytes):
    """What is sent as it is. The package spells out in a log line what it sends, at whatever level it logs: this says
    its size, which spares both the time and the addresses."""

    def encode(self, *_: str) -> bytes:
        return self

    def __format__(self, _: str) -> str:
        return f"{len(self):,} bytes"


class Declined(Exception):
    """SendGrid did not say yes: its answer with an error, or there was no connection."""

    def __init__(self, code: int, reason: str, said: list[tuple[str, str]], reset: str | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.said, self.reset = code, reason, said, reset

    def outcomes(self, asked: Sequence[Recipient]) -> dict[str, Outcome]:
        """What it says of each recipient of a call; 400 may name some of them."""
        if self.code == 400:
            return _bad_request(asked, self.said, self.reason)
        return same_for(asked, self.outcome())

    def outcome(self) -> Outcome:
        """What it says of a call as a whole."""
        match self.code:
            case 0:
                return Unreachable(self.reason)
            case 413:
                return Resubmit(self.reason)
            case 429:
                return RateLimited(self.reason, _seconds(self.reset))
            case 401 | 403:
                return Barred(f"SendGrid does not take the API key: {self.reason}")
        if 300 <= self.code < 400 or self.code in {404, 405, 406, 415}:
            return Barred(f"this is not SendGrid's API: {self.reason}; see host under [providers.sendgrid]")
        return Ambiguous(self.reason)

    def sure(self) -> Outcome:
        """The same of a call that hands nothing over: then nothing about it can be ambiguous."""
        outcome = self.outcome()
        return outcome if isinstance(outcome, RateLimited | Barred) else Unreachable(self.reason)


class Account:
    """The API with the site's key."""

    def __init__(self, settings: SendGridSection) -> None:
        self.host = settings.host or HOSTS[settings.region]
        key = settings.api_key.get_secret_value() if settings.api_key else ""
        self._headers = sendgrid.SendGridAPIClient(key, host=self.host)._default_headers | _JSON

    def call(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, body and headers of a 2xx answer. Raises ``Declined``; anything else it raises is a broken call."""
        client = _Client(self.host, self._headers, version=3, url_path=path.split("/"), timeout=TIMEOUT)
        try:
            response = getattr(client, method)(request_body=None if body is None else _Body(body.encode()))
        except HTTPError as error:
            said = _said(error.body)
            reason = f"{error.status_code} {said[0][1]}" if said else f"SendGrid answered {error.status_code}"
            reset = error.headers.get("X-RateLimit-Reset")
            raise Declined(error.status_code, reason, said, reset) from None
        except URLError as error:
            if isinstance(error.reason, _NEVER_CONNECTED):
                raise Declined(0, f"SendGrid cannot be reached: {error.reason}", []) from None
            raise
        return response.status_code, response.body, response.headers


def _bad_request(asked: Sequence[Recipient], said: list[tuple[str, str]], reason: str) -> dict[str, Outcome]:
    named = {int(row[1]): words for field, words in said if (row := _ROW.match(field))}
    if not named and said and all(field for field, _ in said):  # the sender, say: it is nobody among the readers
        return same_for(asked, Barred(f"SendGrid does not take {said[0][0]}: {reason}"))
    rest = Resubmit(reason, halves=not named)
    return {
        recipient.delivery: Refused(f"400 {named[number]}") if number in named else rest
        for number, recipient in enumerate(asked)
    }


def _said(body: bytes) -> list[tuple[str, str]]:
    """Field and message of each error in an answer; nothing where it is not as documented."""
    try:
        errors = json.loads(body)["errors"]
        return [(str(error.get("field") or ""), clean(str(error["message"]))[:200]) for error in errors]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _seconds(reset: str | None) -> float:
    """How long until ``reset`` (seconds since 1970), between a second and an hour."""
    try:
        return min(max(float(reset or "") - time.time(), 1.0), 3_600.0)
    except ValueError:
        return 60.0
