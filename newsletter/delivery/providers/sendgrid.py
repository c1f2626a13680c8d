"""SendGrid's v3 API, through its own package; up to 1,000 recipients a call.

The same content goes to all of a call; the tokens in it are SendGrid's substitutions. The API has no idempotency key,
so what is not surely refused may have been accepted. See https://www.twilio.com/docs/sendgrid/api-reference/mail-send.
"""

import json
import logging
import re
import socket
import ssl
import time
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, build_opener

import sendgrid
from python_http_client import Client
from python_http_client.exceptions import HTTPError

from newsletter.delivery.headers import clean, wire_address
from newsletter.delivery.messages import Recipient, values_of
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Capabilities,
    Outcome,
    Provider,
    RateLimited,
    Refused,
    Resubmit,
    Submission,
    Unreachable,
    public_address_problems,
    same_for,
)
from newsletter.render.fields import value_for

HOSTS = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}
TIMEOUT = 60.0
"""Seconds; the package has no timeout of its own."""
BODY_BYTES = 5_000_000
VALUES_BYTES = 10_000
_NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_ROW = re.compile(r"personalizations[.\[](\d+)")
_OFF = {"enable": False}
_TRACKING = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": _OFF,
    "subscription_tracking": _OFF,
    "ganalytics": _OFF,
}

# At DEBUG the package logs its headers, and the key is one of them.
logging.getLogger("python_http_client").setLevel(logging.INFO)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """The key goes to the API and nowhere else."""


class _Client(Client):  # type: ignore[misc]
    def _make_request(self, opener: Any, request: Any, timeout: float | None = None) -> Any:
        return super()._make_request(build_opener(_NoRedirects), request, timeout=timeout)


class SendGrid(Provider):
    """Mails over SendGrid's API."""

    name = "sendgrid"
    capabilities = Capabilities(group=1_000)

    def check(self) -> tuple[str, ...]:
        """There must be a key, and it must not travel in the clear."""
        problems = list(public_address_problems(self.site))
        settings = self.site.settings.providers.sendgrid
        if settings.api_key is None:
            problems.append("there is no API key: set api_key under [providers.sendgrid] in secrets.toml")
        if not self._host().startswith("https://") and not self.site.settings.providers.allow_test_addresses:
            problems.append("the host of SendGrid's API must be https: the key would travel in the clear")
        return tuple(problems)

    def submit(self, submission: Submission) -> Answer:
        """One POST to mail/send; 202, and nothing else, is yes."""
        people, outcomes = [], {}
        for recipient in submission.recipients:
            person = _personalization(submission, recipient)
            if sum(len(f"{key}{value}".encode()) for key, value in person["substitutions"].items()) > VALUES_BYTES:
                outcomes[recipient.delivery] = Refused("the reader's values are longer than SendGrid takes")
            else:
                people.append((recipient, person))
        if not people:
            return Answer(outcomes)
        body = _body(submission, [person for _, person in people])
        asked = [recipient for recipient, _ in people]
        if len(json.dumps(body)) > BODY_BYTES:
            return Answer(outcomes | same_for(asked, Resubmit("the call would be over 5 MB")))
        answer, ref = self._post(body, asked)
        return Answer(outcomes | answer, ref)

    def _post(self, body: dict[str, Any], asked: Sequence[Recipient]) -> tuple[dict[str, Outcome], str]:
        key = self.site.settings.providers.sendgrid.api_key
        account = sendgrid.SendGridAPIClient(key.get_secret_value() if key else "", host=self._host())
        account.client = _Client(
            self._host(), account._default_headers, version=3, url_path=["mail", "send"], timeout=TIMEOUT
        )
        try:
            response = account.client.post(request_body=body)
        except HTTPError as error:
            return _refusal(error, asked), ""
        except URLError as error:
            if isinstance(error.reason, _NEVER_CONNECTED):
                return same_for(asked, Unreachable(f"SendGrid cannot be reached: {error.reason}")), ""
            return same_for(asked, Ambiguous(f"the connection to SendGrid broke: {error.reason}")), ""
        except Exception as error:  # whatever it is, the call may have been taken
            return same_for(asked, Ambiguous(f"the connection to SendGrid broke: {type(error).__name__}")), ""
        if response.status_code != 202:
            return same_for(asked, Ambiguous(f"SendGrid answered {response.status_code}, not 202")), ""
        ref = str(response.headers.get("X-Message-Id") or "")
        return same_for(asked, Accepted("202 queued by SendGrid")), ref

    def _host(self) -> str:
        settings = self.site.settings.providers.sendgrid
        return settings.host or HOSTS[settings.region]


def _body(submission: Submission, people: list[dict[str, Any]]) -> dict[str, Any]:
    envelope, rendering = submission.envelope, submission.rendering
    sender = {"email": wire_address(envelope.sender_email)}
    if name := _sender_name(envelope.sender_name):
        sender["name"] = name
    return {
        "personalizations": people,
        "from": sender,
        "reply_to": {"email": wire_address(envelope.reply_to)},
        "subject": clean(envelope.prefix + rendering.subject),
        "content": [
            {"type": "text/plain", "value": rendering.text},
            {"type": "text/html", "value": rendering.html},
        ],
        "categories": [envelope.issue_slug],
        "tracking_settings": _TRACKING,
    }


def _personalization(submission: Submission, recipient: Recipient) -> dict[str, Any]:
    """One recipient. Headers are whole here, for substitutions do not reach them."""
    envelope = submission.envelope
    values = values_of(recipient, envelope)
    to = {"email": wire_address(recipient.address)}
    if name := clean(recipient.name).translate({ord(";"): " ", ord(","): " "}).strip():
        to["name"] = name
    return {
        "to": [to],
        "headers": {
            "List-ID": f"<{envelope.list_id}>",
            "List-Unsubscribe": f"<{values['unsubscribe_url']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Feedback-ID": envelope.feedback_id,
        },
        "substitutions": {use.token: value_for(use, values) for use in submission.rendering.fields},
        "custom_args": {"nl_d": recipient.delivery, "nl_a": submission.attempt},
    }


def _sender_name(name: str) -> str:
    """The API takes plain ASCII without ``;`` and ``,`` here: letters lose their accents."""
    plain = unicodedata.normalize("NFKD", clean(name)).encode("ascii", "ignore").decode()
    return " ".join(plain.translate({ord(";"): " ", ord(","): " "}).split())


def _refusal(error: HTTPError, asked: Sequence[Recipient]) -> dict[str, Outcome]:
    """What an answer other than 2xx says of each recipient."""
    code = error.status_code
    said = _said(error.body)
    reason = f"{code} {said[0][1]}" if said else f"SendGrid answered {code}"
    if code == 400:
        return _bad_request(asked, said, reason)
    if code == 413:
        return same_for(asked, Resubmit(reason))
    if code == 429:
        return same_for(asked, RateLimited(reason, _seconds(error.headers.get("X-RateLimit-Reset"))))
    if code in {401, 403}:
        return same_for(asked, Barred(f"SendGrid does not take the API key: {reason}"))
    if 300 <= code < 400 or code in {404, 405, 406, 415}:
        return same_for(asked, Barred(f"this is not SendGrid's API: {reason}; see host under [providers.sendgrid]"))
    return same_for(asked, Ambiguous(reason))


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
