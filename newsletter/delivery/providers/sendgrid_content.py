"""What a call to SendGrid's mail/send says: the same content for all, and a personalization for each reader.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import Any

from newsletter.delivery.headers import clean, wire_address
from newsletter.delivery.messages import Envelope, Recipient, reader_of, values_of
from newsletter.delivery.providers.base import Hold, Outcome, Refused, Resubmit, Submission, same_for
from newsletter.render.rendering import Rendering, Where

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
_GAP = "\0"
"""Stands where each reader has something of their own; in what is the same for all there is none."""
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
        unsubscribe, values = write.values(recipient)
        if write.too_long(values):
            outcomes[recipient.delivery] = Refused("the reader's values are longer than SendGrid takes")
        elif (one := address.lower()) in seen:
            outcomes[recipient.delivery] = Resubmit("SendGrid takes an address once a call", halves=False)
        else:
            seen.add(one)
            asked.append(recipient)
            people.append(write.personalization(recipient, address, unsubscribe, values))
    content = _content(submission.rendering, submission.envelope, sandbox)
    body = f'{content}{_held(submission.hold)}, "personalizations": [{", ".join(people)}]}}' if people else ""
    if len(body) > BODY_BYTES:
        too_big = Resubmit(f"the call would be over {BODY_BYTES // 1_000_000} MB")
        return "", [], outcomes | same_for(asked, too_big)
    return body, asked, outcomes


class _Writer:
    """Writes personalizations as JSON; what is the same for all of a call is written once."""

    def __init__(self, submission: Submission) -> None:
        envelope, fields = submission.envelope, submission.rendering.fields
        self._envelope = envelope
        said = [use if use.where == "url" else replace(use, token="", where="text") for use in fields]
        once = list(dict.fromkeys(said))  # what stands in several places is made once
        self._readers = [reader_of(use) for use in once]
        self._slots = [(once.index(one), _FORMS.get(use.where)) for one, use in zip(said, fields, strict=True)]
        self._token_bytes = sum(len(use.token) for use in fields)
        # whole here, for substitutions do not reach headers
        headers = {
            "List-ID": f"<{envelope.list_id}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Feedback-ID": envelope.feedback_id,
            "List-Unsubscribe": _GAP,
        }
        person = {
            "to": [_GAP],
            "headers": headers,
            "substitutions": {use.token: _GAP for use in fields},
            "custom_args": {"nl_d": _GAP, "nl_a": submission.attempt},
        }
        self._pieces = [piece for part in json.dumps(person).split(_quoted(_GAP)) for piece in (part, "")][:-1]

    def values(self, recipient: Recipient) -> tuple[str, list[str]]:
        """Where this reader unsubscribes, and what stands at each token for them."""
        known = values_of(recipient, self._envelope)
        said = [read(known) for read in self._readers]
        return known["unsubscribe_url"], [form(said[number]) if form else said[number] for number, form in self._slots]

    def too_long(self, values: list[str]) -> bool:
        """Whether the substitutions have more bytes than SendGrid takes."""
        length = self._token_bytes + sum(map(len, values))
        if length * 4 <= VALUES_BYTES:  # no character has more bytes than that
            return False
        return self._token_bytes + sum(len(value.encode()) for value in values) > VALUES_BYTES

    def personalization(self, recipient: Recipient, address: str, unsubscribe: str, values: list[str]) -> str:
        """One recipient."""
        name = clean(recipient.name)
        if ";" in name or "," in name:
            name = name.translate(_SEPARATORS).strip()
        to = f'{{"email": {_quoted(address)}, "name": {_quoted(name)}}}' if name else f'{{"email": {_quoted(address)}}}'
        pieces = self._pieces.copy()
        pieces[1::2] = (to, _quoted(f"<{unsubscribe}>"), *map(_quoted, values), _quoted(recipient.delivery))
        return "".join(pieces)


_FORMS: dict[Where, Callable[[str], str]] = {
    "html": lambda value: value if value.isalnum() else escape(value),
    "subject": lambda value: value.replace("=?", "= ?"),
}
"""What is done to a value where it stands; in the subject there must be nothing that a mail program decodes (RFC 2047),
for SendGrid puts it there as it is."""


@lru_cache(maxsize=16)
def _content(rendering: Rendering, envelope: Envelope, sandbox: bool) -> str:
    """What all calls of a rendering say: JSON without its last brace."""
    return json.dumps(_shared(rendering, envelope, sandbox))[:-1]


def _held(hold: Hold | None) -> str:
    """When the mails of a call leave, and by what it can be taken back."""
    return f', "batch_id": {_quoted(hold.ref)}, "send_at": {int(hold.leaves_at.timestamp())}' if hold else ""


def _shared(rendering: Rendering, envelope: Envelope, sandbox: bool) -> dict[str, Any]:
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
    if sandbox:
        body["mail_settings"] = {"sandbox_mode": {"enable": True}}
    return body


def _sender_name(name: str) -> str:
    """The API takes plain ASCII without ``;`` and ``,`` here: letters lose their accents."""
    plain = unicodedata.normalize("NFKD", clean(name)).encode("ascii", "ignore").decode()
    return " ".join(plain.translate(_SEPARATORS).split())
