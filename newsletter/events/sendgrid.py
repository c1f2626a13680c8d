"""SendGrid's Event Webhook: whether a post is SendGrid's, and what it tells.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.events.told import PUBLIC_ID, Reading, Told, words
from newsletter.models import Event
from subscribers.models import Feedback

NAME = "sendgrid"
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
AGE = timedelta(days=3)
"""A post that was signed longer ago is refused. SendGrid tries for a day, and an event has been seen 29 hours after; to
post the same again within that time is harmless, for each event counts once by its ``sg_event_id``."""
AHEAD = timedelta(hours=1)
"""So far a clock may be ahead."""
IGNORED = frozenset({"open", "click", "group_resubscribe", "account_status_change"})
"""Opens and clicks are not wanted here, and nobody but the reader brings a reader back."""
_ID = re.compile(r"[!-~]{1,200}")
_KINDS = {
    "processed": Event.Kind.PROCESSED,
    "deferred": Event.Kind.DEFERRED,
    "delivered": Event.Kind.DELIVERED,
    "bounce": Event.Kind.BOUNCED,
    "blocked": Event.Kind.BOUNCED,
    "dropped": Event.Kind.DROPPED,
    "spamreport": Event.Kind.COMPLAINED,
    "unsubscribe": Event.Kind.UNSUBSCRIBED,
    "group_unsubscribe": Event.Kind.UNSUBSCRIBED,
}
_NOT_THE_READER = ("technical", "content", "reputation", "frequency", "volume")
"""``bounce_classification``: why the other side refused, where it is not for want of a mailbox."""
_DROPS = {
    "bounced address": Feedback.Kind.HARD,
    "invalid": Feedback.Kind.HARD,
    "spam reporting address": Feedback.Kind.COMPLAINT,
    "unsubscribed address": Feedback.Kind.UNSUBSCRIBE,
}
"""Why SendGrid did not even try: what it holds against the address."""


def genuine(key: str, *, signature: str, timestamp: str, body: bytes, now: datetime) -> bool:
    """Whether the owner of the public ``key`` signed ``body``, the raw bytes, at ``timestamp``; not too long ago."""
    try:
        signed_at = datetime.fromtimestamp(int(timestamp), UTC) if timestamp.isdecimal() else None
        _key(key).verify(b64decode(signature, validate=True), timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, binascii.Error, ValueError, OverflowError, OSError):
        return False
    return signed_at is not None and now - AGE <= signed_at <= now + AHEAD


def read(body: bytes, headers: Mapping[str, str], received: datetime) -> Reading:
    """What a post tells: the events that can be read, and why others cannot."""
    try:
        events = json.loads(body)
    except (ValueError, RecursionError):
        return Reading(problems=["the post is not JSON"], size=1)
    if not isinstance(events, list):
        return Reading(problems=["the post is no list of events"], size=1)
    found = Reading(size=len(events))
    for number, event in enumerate(events, start=1):
        try:
            if told := _told(event, received):
                found.told.append(told)
        except (ValueError, TypeError, OverflowError, OSError) as error:
            found.problems.append(f"event {number}: {error}")
    return found


def _told(event: Any, received: datetime) -> Told | None:
    if not isinstance(event, dict):
        raise ValueError("it is no object")
    name = event.get("event")
    if not isinstance(name, str):
        raise ValueError("it has no type")
    if name in IGNORED:
        return None
    if name not in _KINDS:
        raise ValueError(f"'{words(name)[:40]}' is no type of event that is known here")
    external_id = event.get("sg_event_id")
    if not isinstance(external_id, str) or not _ID.fullmatch(external_id):
        raise ValueError("it has no sg_event_id")
    delivery = event.get("nl_d")
    feedback = _feedback(name, event)
    return Told(
        external_id=external_id,
        kind=_KINDS[name],
        at=min(moment(event.get("timestamp")), received),
        delivery=delivery if isinstance(delivery, str) and PUBLIC_ID.fullmatch(delivery) else "",
        feedback=feedback,
        everywhere=feedback == Feedback.Kind.UNSUBSCRIBE and name != "group_unsubscribe",
        detail=words(" ".join(str(event[part]) for part in ("status", "reason", "response") if event.get(part))),
    )


def moment(timestamp: Any) -> datetime:
    """Seconds since 1970, as SendGrid writes them, as a time in this century. Raises ``ValueError``."""
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float | str):
        raise ValueError("it has no timestamp")
    try:
        at = datetime.fromtimestamp(float(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError("its timestamp is no time") from None
    if not 2000 <= at.year < 2100:
        raise ValueError("its timestamp is not of this century")
    return at


def _feedback(name: str, event: Mapping[str, Any]) -> Feedback.Kind | None:
    """What an event says of the address."""
    match name:
        case "bounce" | "blocked":
            why = str(event.get("bounce_classification") or "").lower()
            blocked = name == "blocked" or event.get("type") == "blocked"
            soft = blocked or any(word in why for word in _NOT_THE_READER)
            return Feedback.Kind.SOFT if soft else Feedback.Kind.HARD
        case "dropped":
            return _DROPS.get(str(event.get("reason") or "").strip().lower())
        case "spamreport":
            return Feedback.Kind.COMPLAINT
        case "unsubscribe" | "group_unsubscribe":
            return Feedback.Kind.UNSUBSCRIBE
    return None


@lru_cache(maxsize=4)
def _key(key: str) -> ec.EllipticCurvePublicKey:
    found = load_der_public_key(b64decode(key))
    if not isinstance(found, ec.EllipticCurvePublicKey):
        raise ValueError("this key is of another kind")
    return found
