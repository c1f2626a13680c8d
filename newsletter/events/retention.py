"""How long what came back is kept."""

from datetime import datetime

from newsletter.models import Event, WebhookInbox
from newsletter.site import Site

CHUNK = 2_000
"""Rows of one transaction."""


def purge(site: Site, *, now: datetime) -> int:
    """Delete what is older than the settings allow; how many rows. What nobody has looked into stays until then."""
    settings = site.settings.events
    events = Event.objects.filter(at__lt=now - settings.keep).order_by("at")
    raw = WebhookInbox.objects.filter(received_at__lt=now - settings.keep_raw).exclude(done_at=None)
    return _purge(events) + _purge(raw.order_by("received_at"))


def _purge(rows) -> int:  # type: ignore[no-untyped-def]
    number = 0
    while keys := list(rows.values_list("pk", flat=True)[:CHUNK]):
        rows.model.objects.filter(pk__in=keys).delete()
        number += len(keys)
    return number
