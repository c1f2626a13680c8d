"""What a call to SendGrid's mail/send says: the same content for all, and a personalization for each reader.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from newsletter.delivery.headers import clean, wire_address
from newsletter.delivery.messages import Recipient, reader_of, values_of
from newsletter.delivery.providers.base import Outcome, Refused, Resubmit, Submission, same_for

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
_SEPARATORS = {ord(";"): " ", ord(","): " "}


def body_of(submission: Submission, *, sandbox: bool) -> tuple[str, list[Recipient], dict[str, Outcome]]:
    """The JSON of the call, those it is for, and what is said here and now of the others.

    Whoever cannot be in a call by the API's limits is not put into one: values that are too long are refused, an
    address that is there already waits for the next call, and a call that is too big becomes two.
    """
    writers = [(use.token, reader_of(use)) for use in submission.rendering.fields]
    asked: list[Recipient] = []
    people: list[dict[str, Any]] = []
    outcomes: dict[str, Outcome] = {}
    seen: set[str] = set()
    for recipient in submission.recipients:
        person = _personalization(submission, recipient, writers)
        address = person["to"][0]["email"].lower()
        if _size(person["substitutions"]) > VALUES_BYTES:
            outcomes[recipient.delivery] = Refused("the reader's values are longer than SendGrid takes")
        elif address in seen:
            outcomes[recipient.delivery] = Resubmit("SendGrid takes an address once a call", halves=False)
        else:
            seen.add(address)
            asked.append(recipient)
            people.append(person)
    body = json.dumps(_shared(submission, sandbox) | {"personalizations": people}) if people else ""
    if len(body) > BODY_BYTES:
        too_big = Resubmit(f"the call would be over {BODY_BYTES // 1_000_000} MB")
        return "", [], outcomes | same_for(asked, too_big)
    return body, asked, outcomes


def _size(values: Mapping[str, str]) -> int:
    length = sum(map(len, values)) + sum(map(len, values.values()))
    if length * 4 <= VALUES_BYTES:  # no character has more bytes than that
        return length
    return sum(len(f"{key}{value}".encode()) for key, value in values.items())


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


def _personalization(submission: Submission, recipient: Recipient, writers: list[tuple[str, Any]]) -> dict[str, Any]:
    """One recipient. Headers are whole here, for substitutions do not reach them."""
    envelope = submission.envelope
    values = values_of(recipient, envelope)
    to = {"email": wire_address(recipient.address)}
    if name := clean(recipient.name).translate(_SEPARATORS).strip():
        to["name"] = name
    return {
        "to": [to],
        "headers": {
            "List-ID": f"<{envelope.list_id}>",
            "List-Unsubscribe": f"<{values['unsubscribe_url']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Feedback-ID": envelope.feedback_id,
        },
        "substitutions": {token: write(values) for token, write in writers},
        "custom_args": {"nl_d": recipient.delivery, "nl_a": submission.attempt},
    }


def _sender_name(name: str) -> str:
    """The API takes plain ASCII without ``;`` and ``,`` here: letters lose their accents."""
    plain = unicodedata.normalize("NFKD", clean(name)).encode("ascii", "ignore").decode()
    return " ".join(plain.translate(_SEPARATORS).split())
