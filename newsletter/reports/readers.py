"""All that the desk and the command line show of one reader."""

from typing import Any

from subscribers import suppression
from subscribers.hashing import value_hash
from subscribers.models import Consent, Feedback, Subscriber
from subscribers.topics import chosen


def known_of(subscriber: Subscriber) -> dict[str, Any]:
    """What is known of ``subscriber``, their lists with the evidence of consent, and what came back of their mails."""
    subscriptions = subscriber.subscriptions.select_related("list").order_by("list__slug")
    return {
        "email": subscriber.email,
        "name": subscriber.name,
        "language": subscriber.language,
        "timezone": subscriber.timezone,
        "attributes": subscriber.attributes,
        "topics": chosen(subscriber),
        "suppressed": suppression.reasons([subscriber.email_norm]).get(subscriber.email_norm),
        "subscriptions": [
            {
                "list": one.list.slug,
                "state": one.state,
                "paused_until": one.paused_until,
                "consent": [
                    _evidence(consent)
                    for consent in one.consents.select_related("confirms", "imported_by").order_by("pk")
                ],
            }
            for one in subscriptions
        ],
        "came_back": came_back([value_hash(subscriber.email_norm)]),
    }


def came_back(hashes: list[str]) -> list[dict[str, Any]]:
    """What came back of mails to the addresses of these keyed hashes."""
    rows = Feedback.objects.filter(value_hash__in=hashes).order_by("at", "pk")
    known = ("at", "kind", "source", "detail", "undone_at", "undone_by", "suppression")
    return [dict(one) for one in rows.values(*known)]


def effect_of(one: dict[str, Any]) -> str:
    """What came of something that came back."""
    if one["undone_at"]:
        return f"taken back by {one['undone_by'] or 'a person'}"
    return "suppresses" if one["suppression"] else ""


def _evidence(one: Consent) -> dict[str, Any]:
    return {
        "action": one.action,
        "at": one.at,
        "source": one.source,
        "wording": one.wording,
        "confirms": one.confirms and one.confirms.at,
        "basis": one.imported_by.basis if one.imported_by else "",
        "import": one.imported_by_id,
        "told": one.told,
        "told_at": one.told_at,
    }
