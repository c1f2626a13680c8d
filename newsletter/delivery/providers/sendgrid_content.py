"""What a call to SendGrid's mail/send says: the same content for all, and a personalization for each reader.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from newsletter.delivery.headers import clean, wire_address
from newsletter.delivery.messages import Recipient, reader_of, values_of
from newsletter.delivery.providers.base import Outcome, Refused, Resubmit, Submission, same_for
from newsletter.render.rendering import FieldUse

BODY_BYTES = 5_000_000
"""Of one call; the API takes up to 30 MB."""
VALUES_BYTES = 10_000
"""Of the substitutions of one reader, names and values."""
CATEGORY = 255
"""Characters of a category."""
_OFF = {"enable": False}
_TRACKING = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": _OFF,
    "subscription_tracking": _OFF,
    "ganalytics": _OFF,
}
_quoted = json.encoder.encode_basestring_ascii
"""A string as JSON, as ``json.dumps`` writes it."""
_SEPARATORS = {ord(";"): " ", ord(","): " "}


def body_of(submission: Submission, *, sandbox: bool) -> tuple[str, list[Recipient], dict[str, Outcome]]:
    """The JSON of the call, those it is for, and what is said here and now of the others.

    Whoever cannot be in a call by the API's limits is not put into one: values that are too long are refused, an
    address that is there already waits for the next call, and a call that is too big becomes two.
    """
    write = _Writer(submission)
    asked: list[Recipient] = []
    people: list[str] = []
    outcomes: dict[str, Outcome] = {}
    seen: set[str] = set()
    for recipient in submission.recipients:
        address = wire_address(recipient.address)
        values = write.values(recipient)
        if write.size(values) > VALUES_BYTES:
            outcomes[recipient.delivery] = Refused("the reader's values are longer than SendGrid takes")
        elif address.lower() in seen:
            outcomes[recipient.delivery] = Resubmit("SendGrid takes an address once a call", halves=False)
        else:
            seen.add(address.lower())
            asked.append(recipient)
            people.append(write.personalization(recipient, address, values))
    shared = json.dumps(_shared(submission, sandbox))
    body = f'{shared[:-1]}, "personalizations": [{", ".join(people)}]}}' if people else ""
    if len(body) > BODY_BYTES:
        too_big = Resubmit(f"the call would be over {BODY_BYTES // 1_000_000} MB")
        return "", [], outcomes | same_for(asked, too_big)
    return body, asked, outcomes


class _Writer:
    """Writes personalizations as JSON; what is the same for all of a call is written once."""

    def __init__(self, submission: Submission) -> None:
        envelope = submission.envelope
        self._envelope = envelope
        self._readers = [_reader(use) for use in submission.rendering.fields]
        self._tokens = [f"{_quoted(use.token)}: " for use in submission.rendering.fields]
        self._token_bytes = sum(len(use.token) for use in submission.rendering.fields)
        # whole here, for substitutions do not reach headers
        headers = {
            "List-ID": f"<{envelope.list_id}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Feedback-ID": envelope.feedback_id,
        }
        self._headers = json.dumps(headers)[:-1]
        self._attempt = _quoted(submission.attempt)

    def values(self, recipient: Recipient) -> list[str]:
        """What stands at each token for this reader."""
        known = values_of(recipient, self._envelope)
        return [read(known) for read in self._readers]

    def size(self, values: list[str]) -> int:
        """Bytes of the substitutions; exact where it may matter."""
        length = self._token_bytes + sum(map(len, values))
        if length * 4 <= VALUES_BYTES:  # no character has more bytes than that
            return length
        return self._token_bytes + sum(len(value.encode()) for value in values)

    def personalization(self, recipient: Recipient, address: str, values: list[str]) -> str:
        """One recipient."""
        name = clean(recipient.name).translate(_SEPARATORS).strip()
        to = f'{{"email": {_quoted(address)}, "name": {_quoted(name)}}}' if name else f'{{"email": {_quoted(address)}}}'
        url = _quoted(f"<{self._envelope.unsubscribe_url(recipient.token)}>")
        filled = ", ".join(map(str.__add__, self._tokens, map(_quoted, values)))
        own = f'"nl_d": {_quoted(recipient.delivery)}, "nl_a": {self._attempt}'
        return (
            f'{{"to": [{to}], "headers": {self._headers}, "List-Unsubscribe": {url}}}, '
            f'"substitutions": {{{filled}}}, "custom_args": {{{own}}}}}'
        )


def _reader(use: FieldUse) -> Callable[[Mapping[str, str]], str]:
    """What stands at the token for a reader; in the subject nothing that a mail program decodes (RFC 2047), for
    SendGrid puts it there as it is."""
    read = reader_of(use)
    return (lambda values: read(values).replace("=?", "= ?")) if use.where == "subject" else read


def _shared(submission: Submission, sandbox: bool) -> dict[str, Any]:
    envelope, rendering, hold = submission.envelope, submission.rendering, submission.hold
    sender = {"email": wire_address(envelope.sender_email)}
    if name := _sender_name(envelope.sender_name):
        sender["name"] = name
    body: dict[str, Any] = {
        "from": sender,
        "reply_to": {"email": wire_address(envelope.reply_to)},
        "subject": clean(envelope.prefix + rendering.subject),
        "content": [
            {"type": "text/plain", "value": rendering.text},
            {"type": "text/html", "value": rendering.html},
        ],
        "categories": [envelope.issue_slug[:CATEGORY]],
        "tracking_settings": _TRACKING,
    }
    if hold:
        body |= {"batch_id": hold.ref, "send_at": int(hold.leaves_at.timestamp())}
    if sandbox:
        body["mail_settings"] = {"sandbox_mode": {"enable": True}}
    return body


def _sender_name(name: str) -> str:
    """The API takes plain ASCII without ``;`` and ``,`` here: letters lose their accents."""
    plain = unicodedata.normalize("NFKD", clean(name)).encode("ascii", "ignore").decode()
    return " ".join(plain.translate(_SEPARATORS).split())
