"""When mails reached a reader: what ``subscribers.feedback`` asks before it counts soft bounces."""

from collections.abc import Sequence
from datetime import datetime

from newsletter.models import Event


def reached(subscriber: int, after: datetime, before: datetime) -> Sequence[datetime]:
    """When mails were delivered to the subscriber between two times."""
    events = Event.objects.filter(delivery__subscriber=subscriber, kind=Event.Kind.DELIVERED)
    return list(events.filter(at__gt=after, at__lt=before).values_list("at", flat=True))
