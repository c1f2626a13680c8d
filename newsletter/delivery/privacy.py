"""What the ledger knows of one reader: told to them, and forgotten when they ask for it."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from newsletter.models import Delivery, Event, Notice, TestSend, WebhookInbox
from subscribers.models import Subscriber

_NOBODY = b"erased@invalid"
_MAILBOX = "mailbox"
"""Where posts come from that are mails (``newsletter.events.mail``)."""


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
    _forget_posts(subscriber, WebhookInbox.objects.filter(done_at=None))
    _forget_posts(subscriber, WebhookInbox.objects.filter(events__delivery__subscriber=subscriber).distinct())
    for row in Delivery.objects.filter(subscriber=subscriber):
        row.address, row.name, row.values, row.token = "", "", {}, ""
        row.email_norm = f"erased-{row.pk}"
        row.save(update_fields=["address", "name", "values", "token", "email_norm"])
    for address in {subscriber.email, subscriber.email_norm}:
        Notice.objects.filter(address__iexact=address).update(address="", values={})
        TestSend.objects.filter(address__iexact=address).update(address="")
    Event.objects.filter(delivery__subscriber=subscriber).update(detail="")


def forget_posts_about(subscriber: Subscriber) -> None:
    """The same for whatever else providers and mail servers wrote about the address: posts about mails that nobody
    knows. They are looked for one by one, each in a transaction of its own."""
    _forget_posts(subscriber, WebhookInbox.objects.exclude(done_at=None))


def _forget_posts(subscriber: Subscriber, posts: QuerySet[WebhookInbox]) -> None:
    """The address in what providers posted; the rest of a post is about others, and stays as evidence. A mail is about
    nobody else, and their name may stand in it."""
    addresses = sorted({one.encode() for one in (subscriber.email, subscriber.email_norm, subscriber.email.lower())})
    for key in sorted({key for address in addresses for key in _naming(posts, address)}):
        post = WebhookInbox.objects.get(pk=key)
        body = bytes(post.body)
        for address in addresses:
            body = body.replace(address, _NOBODY)
        post.body = b"" if post.provider == _MAILBOX and post.done_at else body
        post.save(update_fields=["body"])


def _naming(posts: QuerySet[WebhookInbox], address: bytes) -> list[int]:
    place = "position(%s IN {})" if connection.vendor == "postgresql" else "instr({}, %s)"
    found = place.format(f"{WebhookInbox._meta.db_table}.body") + " > 0"
    named = RawSQL(found, [address], BooleanField())  # noqa: S611  (the address is bound; the rest stands above)
    return list(posts.filter(named).values_list("pk", flat=True))
