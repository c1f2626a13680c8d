"""What the ledger knows of one reader: told to them, and forgotten when they ask for it."""

from typing import Any

from newsletter.models import Delivery, Event, Notice, TestSend, WebhookInbox
from subscribers.models import Subscriber

_NOBODY = b"erased@invalid"


def mails_to(subscriber: Subscriber) -> list[dict[str, Any]]:
    """The mails that were sent, or are about to be, to ``subscriber``."""
    rows = Delivery.objects.filter(subscriber=subscriber).order_by("pk")
    names = ("mailing__revision__issue__title", "mailing__list__name", "address", "values", "state", "at", "event")
    return [
        {
            "issue": title,
            "list": name,
            "address": address,
            "filled_in": values,
            "state": state,
            "at": at.isoformat(),
            "event": event,
        }
        for title, name, address, values, state, at, event in rows.values_list(*names)
    ]


def forget_mails_to(subscriber: Subscriber) -> None:
    """Take the reader out of the ledger; its counts stay. What was not submitted yet will not be."""
    _forget_posts(subscriber)
    for row in Delivery.objects.filter(subscriber=subscriber):
        row.address, row.name, row.values, row.token = "", "", {}, ""
        row.email_norm = f"erased-{row.pk}"
        row.save(update_fields=["address", "name", "values", "token", "email_norm"])
    for address in {subscriber.email, subscriber.email_norm}:
        Notice.objects.filter(address__iexact=address).update(address="", values={})
        TestSend.objects.filter(address__iexact=address).update(address="")
    Event.objects.filter(delivery__subscriber=subscriber).update(detail="")


def _forget_posts(subscriber: Subscriber) -> None:
    """The address in what providers posted; the rest of a post is about others, and stays as evidence."""
    addresses = {subscriber.email.encode(), subscriber.email_norm.encode()}
    for post in WebhookInbox.objects.filter(events__delivery__subscriber=subscriber).distinct().iterator():
        body = bytes(post.body)
        for address in addresses:
            body = body.replace(address, _NOBODY)
        post.body = body
        post.save(update_fields=["body"])
