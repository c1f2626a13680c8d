"""What came in, exactly as it came: on the disk before the sender is answered, and looked into after."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from newsletter.models import WebhookInbox

arrived = threading.Event()
"""Set where something came in through this process: whoever looks into it need not wait for the next round."""


PATIENCE = 1.0
"""Seconds for which looking into things lets those first who wait for an answer."""
_gate = threading.Lock()
_asking: set[int] = set()
"""The threads that wait for the gate, or have it, to take something in."""


def take(source: str, body: bytes, *, at: datetime, headers: Mapping[str, str] | None = None) -> int:
    """Keep ``body``; it is committed when this returns, with the number it has from then on."""
    made = WebhookInbox(provider=source, received_at=at, headers=dict(headers or {}), body=body)
    thread = threading.get_ident()
    _asking.add(thread)
    try:
        with _gate:
            made.save()
    finally:
        _asking.discard(thread)
    arrived.set()
    return made.pk


@contextmanager
def after_who_waits() -> Iterator[None]:
    """For short transactions of whoever looks into things: those who wait for an answer go first.

    SQLite lets one write at a time, and asks those that wait to look again now and then: without this, a thread that
    writes all the time would keep the others from it for seconds.
    """
    end = time.monotonic() + PATIENCE
    while _asking and time.monotonic() < end:
        time.sleep(0.001)
    with _gate:
        yield


def waiting() -> list[int]:
    """What nobody has looked into, the oldest first."""
    return list(WebhookInbox.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True))


def close(numbers: Sequence[int], *, at: datetime, problem: str = "") -> None:
    """They were looked into; ``problem`` says what of them could not be read."""
    WebhookInbox.objects.filter(pk__in=numbers, done_at=None).update(done_at=at, problem=problem[:300])


def empty(numbers: Sequence[int]) -> None:
    """Keep that they came and when, not what they said: addresses stand in it, and it told nothing, or nothing new, or
    the source has it still."""
    WebhookInbox.objects.filter(pk__in=numbers).update(body=b"")
