"""All that is known of one reader, for themselves (GDPR, articles 15 and 20)."""

from collections.abc import Callable
from typing import Any

from subscribers import attributes, suppression
from subscribers.models import Consent, Subscriber

_REGISTERED: dict[str, Callable[[Subscriber], Any]] = {}


def register(name: str, told: Callable[[Subscriber], Any]) -> None:
    """Add, under ``name``, what others know of a reader, such as the mails they were sent."""
    _REGISTERED[name] = told


def export(subscriber: Subscriber) -> dict[str, Any]:
    """What is known of ``subscriber``, as plain values that JSON can hold. Tokens of links are not in it: whoever reads
    the file later could use them."""
    suppressed = suppression.reasons([subscriber.email_norm]).get(subscriber.email_norm)
    return {
        "email": subscriber.email,
        "name": subscriber.name,
        "language": subscriber.language,
        "timezone": subscriber.timezone,
        "attributes": {name: attributes.written(value) for name, value in subscriber.attributes.items()},
        "known_since": subscriber.created_at.isoformat(),
        "never_mailed_because": suppressed,
        "topics": list(subscriber.choices.order_by("topic__slug").values_list("topic__name", flat=True)),
        "subscriptions": [
            {
                "list": one.list.name,
                "state": one.state,
                "paused_until": one.paused_until and one.paused_until.isoformat(),
                "consent": [_evidence(consent) for consent in one.consents.order_by("at", "pk")],
            }
            for one in subscriber.subscriptions.select_related("list").order_by("list__slug")
        ],
        "came_back": [
            {"kind": one.kind, "at": one.at.isoformat(), "told_by": one.source, "detail": one.detail}
            for one in subscriber.feedback.order_by("at", "pk")
        ],
        **{name: told(subscriber) for name, told in _REGISTERED.items()},
    }


def _evidence(consent: Consent) -> dict[str, Any]:
    return {
        "what": consent.action,
        "at": consent.at.isoformat(),
        "where_from": consent.source,
        "wording": consent.wording,
    }
