"""The services that django-anymail knows (Mailgun, Postmark, Amazon SES, Brevo, Resend and more), one mail a call.

Optional: ``pip install 'newsletter-desk[anymail]'``. Which services there are, and what each needs, is in ``SERVICES``;
see https://anymail.dev/en/stable/esps/.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

import requests
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives

from newsletter.delivery.headers import clean, wire_address
from newsletter.delivery.messages import Recipient, values_of
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Capabilities,
    Needs,
    Outcome,
    Provider,
    RateLimited,
    Refused,
    Submission,
    Unreachable,
    public_address_problems,
)
from newsletter.render.fields import fill
from newsletter.site import Site

TIMEOUT = 60.0
"""Seconds."""
_TAKEN = frozenset({"sent", "queued", "delivered"})
_REFUSAL = frozenset({400, 406, 413, 422})
_DECLINED = frozenset({"invalid", "rejected", "failed"})


@dataclass(frozen=True)
class Service:
    """What a service needs and can. ``key``: its own name for ``api_key``; ``needs``: other settings it cannot do
    without; ``takes``: those it may be given."""

    key: str = "api_key"
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ("api_url",)
    metadata: bool = True
    """Gives our ids back in its events."""
    tracking: bool = True
    """Can be told not to track; where false, tracking is switched off in the service's own settings."""
    package: str = ""
    """What else must be installed."""
    spf: str = ""
    """The domain that its customers include in their SPF record, where they are to."""


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "amazon_ses": Service(key="", takes=(), tracking=False, package="boto3"),
        "brevo": Service(tracking=False),
        "mailersend": Service(key="api_token", metadata=False, spf="_spf.mailersend.net"),
        "mailgun": Service(takes=("api_url", "sender_domain"), spf="mailgun.org"),
        "mailjet": Service(needs=("secret_key",), spf="spf.mailjet.com"),
        "mailtrap": Service(key="api_token", tracking=False),
        "mandrill": Service(spf="spf.mandrillapp.com"),
        "postal": Service(needs=("api_url",), takes=(), metadata=False, tracking=False),
        "postmark": Service(key="server_token"),
        "resend": Service(tracking=False),
        "scaleway": Service(key="secret_key", needs=("project_id",), tracking=False),
        "sparkpost": Service(),
        "unisender_go": Service(needs=("api_url",), takes=()),
    }
)


class Anymail(Provider):
    """Mails over one of the services that django-anymail knows."""

    name = "anymail"
    capabilities = Capabilities(group=16)

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._settings = site.settings.providers.anymail
        self._service = SERVICES.get(self._settings.esp or "")

    def needs(self, domain: str) -> Needs:
        """What is known of the service; the keys it shows on its own pages."""
        spf = f"include:{self._service.spf}" if self._service and self._service.spf else ""
        return Needs(
            spf=spf, hint=f"{self._settings.esp or 'the service'} shows the records for signing on its own pages"
        )

    def check(self) -> tuple[str, ...]:
        """The service must be named, what it needs be set, and the package be installed."""
        problems = list(public_address_problems(self.site))
        if self._service is None:
            near = get_close_matches(self._settings.esp or "", SERVICES, n=1)
            there = f"did you mean {near[0]}?" if near else f"there is {', '.join(SERVICES)}"
            named = f'esp = "{self._settings.esp}" is no service' if self._settings.esp else "no service is named"
            return (*problems, f"{named}: set esp under [providers.anymail]; {there}")
        needed = ("api_key",) * bool(self._service.key) + self._service.needs
        for name in needed:
            if getattr(self._settings, name) is None:
                place = "secrets.toml" if name in {"api_key", "secret_key"} else "newsletter.toml"
                problems.append(f"{self._settings.esp} needs {name} under [providers.anymail] in {place}")
        missing = [one for one in ("anymail", self._service.package) if one and find_spec(one) is None]
        if missing:
            extra = "[amazon-ses]" if self._service.package else ""
            problems.append(f"a package is not installed: pip install 'django-anymail{extra}>=13'")
        clear = (self._settings.api_url or "").startswith("http://")
        if clear and not self.site.settings.providers.allow_test_addresses:
            problems.append("api_url under [providers.anymail] must be https: the key would travel in the clear")
        return tuple(problems)

    def submit(self, submission: Submission) -> Answer:
        """One call a recipient, on one connection; what bars one bars those after it."""
        outcomes: dict[str, Outcome] = {}
        rest: Outcome | None = None
        backend = None
        try:
            backend = self._backend()
            backend.open()
        except (ImproperlyConfigured, ImportError) as error:
            rest = Barred(f"{self._settings.esp or 'anymail'} cannot be used: {type(error).__name__}")
        for recipient in submission.recipients:
            outcome = rest or self._send(backend, submission, recipient)
            outcomes[recipient.delivery] = outcome
            if isinstance(outcome, Barred | RateLimited | Unreachable):
                rest = outcome
        if backend:
            backend.close()
        return Answer(outcomes)

    def _backend(self) -> Any:
        """The service's own backend; nothing about it comes from Django's settings."""
        if self._service is None:
            raise ImproperlyConfigured
        backends = import_module(f"anymail.backends.{self._settings.esp}")
        words: dict[str, Any] = {}
        if self._service.key and self._settings.api_key:
            words[self._service.key] = self._settings.api_key.get_secret_value()
        for name in self._service.needs + self._service.takes:
            if (value := getattr(self._settings, name)) is not None:
                words[name] = value.get_secret_value() if name == "secret_key" else value
        if not self._service.package:
            words["timeout"] = TIMEOUT
        return backends.EmailBackend(**words)

    def _send(self, backend: Any, submission: Submission, recipient: Recipient) -> Outcome:
        from anymail import exceptions  # noqa: PLC0415  (optional)

        try:
            message = self._message(submission, recipient)
            if isinstance(session := getattr(backend, "session", None), requests.Session):
                session.max_redirects = 0  # the key goes to the service and nowhere else
                # https://resend.com/docs/dashboard/emails/idempotency-keys; to the others it is a header of no meaning
                session.headers["Idempotency-Key"] = recipient.delivery
            backend.send_messages([message])
        except exceptions.AnymailRecipientsRefused:
            return Refused(f"{backend.esp_name} does not mail this address")
        except exceptions.AnymailAPIError as error:
            return _declined(error, recipient)
        except (exceptions.AnymailError, ImproperlyConfigured) as error:  # it is found before the call
            return Barred(f"{backend.esp_name} cannot take these mails: {error.args[0] if error.args else ''}"[:200])
        return _taken(backend, message)

    def _message(self, submission: Submission, recipient: Recipient) -> Any:
        envelope = submission.envelope
        values = values_of(recipient, envelope)
        filled = fill(submission.rendering, values)
        headers = envelope.shared_headers()
        if envelope.list_slug:
            headers["List-Unsubscribe"] = f"<{values['unsubscribe_url']}>"
        if self._settings.esp == "brevo":  # https://developers.brevo.com/docs/heterogenous-versions-batch-emails
            headers["idempotencyKey"] = str(uuid.uuid5(uuid.NAMESPACE_URL, recipient.delivery))
        message: Any = EmailMultiAlternatives(
            subject=clean(envelope.prefix + filled.subject),
            body=filled.text,
            from_email=_mailbox(envelope.sender_name, wire_address(envelope.sender_email)),
            to=[_mailbox(recipient.name, wire_address(recipient.address))],
            reply_to=[wire_address(envelope.reply_to)],
            headers=headers,
        )
        message.attach_alternative(filled.html, "text/html")
        if self._service and self._service.metadata:
            message.metadata = {"nl_d": recipient.delivery, "nl_a": submission.attempt}
        if self._service and self._service.tracking:
            message.track_clicks = message.track_opens = False
        return message


def _mailbox(name: str, address: str) -> str:
    """``"Name" <address>``."""
    words = clean(name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{words}" <{address}>' if words else address


def _taken(backend: Any, message: Any) -> Outcome:
    """What a service says that raised nothing."""
    statuses = {status.status for status in message.anymail_status.recipients.values()}
    said = f"{backend.esp_name}: {', '.join(sorted(map(str, statuses)))}"
    if statuses and statuses <= _TAKEN:
        return Accepted(said)
    code = getattr(message.anymail_status.esp_response, "status_code", 0)
    if (statuses and statuses <= _DECLINED) or code in _REFUSAL:
        return Refused(said)
    return Ambiguous(f"{backend.esp_name} did not say whether it took the mail")


def _declined(error: Any, recipient: Recipient) -> Outcome:
    """What an answer that is no yes says; sure only where it can be nothing else."""
    code = error.status_code
    said = _said(error, recipient)
    if code is None:
        if isinstance(error, requests.TooManyRedirects):
            return Barred("the service's address points elsewhere; see api_url under [providers.anymail]")
        cause = str(error.__cause__)
        if isinstance(error, requests.ConnectTimeout) or "NewConnectionError" in cause or "NameResolution" in cause:
            return Unreachable("the service cannot be reached")
        return Ambiguous(f"the connection to the service broke: {type(error.__cause__ or error).__name__}")
    if code == 429:
        return RateLimited(said, _seconds(error.response.headers.get("Retry-After")))
    if code in {401, 402, 403, 404, 405}:
        return Barred(f"the service does not take the account or its key: {said}")
    return Refused(said) if code in _REFUSAL else Ambiguous(said)


def _said(error: Any, recipient: Recipient) -> str:
    text = clean(error.response.text)[:200] if error.response is not None else ""
    return f"{error.status_code} {text}".replace(recipient.address, "<address>").strip()


def _seconds(after: str | None) -> float:
    """How long to wait, by Retry-After (RFC 9110, section 10.2.3) in seconds; between a second and an hour."""
    return min(max(float(after), 1.0), 3_600.0) if after and after.isdecimal() else 60.0
