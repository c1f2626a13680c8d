"""What came in, exactly as it came: on the disk before the sender is answered, and looked into after."""

import threading
from collections.abc import Mapping
from datetime import datetime

from newsletter.models import WebhookInbox

arrived = threading.Event()
"""Set where something came in through this process: whoever looks into it need not wait for the next round."""


def take(source: str, body: bytes, *, at: datetime, headers: Mapping[str, str] | None = None) -> int:
    """Keep ``body``; it is committed when this returns, with the number it has from then on."""
    row = WebhookInbox.objects.create(provider=source, received_at=at, headers=dict(headers or {}), body=body)
    arrived.set()
    return row.pk


def waiting() -> list[int]:
    """What nobody has looked into, the oldest first."""
    return list(WebhookInbox.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True))


def close(number: int, *, problem: str, at: datetime) -> None:
    """It was looked into; ``problem`` says what of it could not be read."""
    WebhookInbox.objects.filter(pk=number, done_at=None).update(done_at=at, problem=problem[:300])


def empty(number: int) -> None:
    """Keep that it came and when, not what it said: the source has it, and addresses stand in it."""
    WebhookInbox.objects.filter(pk=number).update(body=b"")
