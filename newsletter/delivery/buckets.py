"""How many messages may go to a provider, a second and a day, over all senders of a store.

A bucket is filled anew when its window is over, counted from the first message of the window. It is a row, so that all
senders draw from the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from newsletter.models import Bucket
from newsletter.settings import DeliverySection

SECOND, DAY = 1, 86_400
APART = 60
"""Seconds by which the clocks of senders may differ: one that waited for another to draw comes with an earlier time."""
_Group = tuple[int, ...]


@dataclass(frozen=True)
class Grant:
    """``number`` messages may leave now; where that is none, the next at ``until``."""

    number: int
    until: datetime


def take(provider: str, settings: DeliverySection, wanted: int, *, now: datetime) -> Grant:
    """Draw up to ``wanted`` messages from the buckets of ``provider``; nothing is stored where there is no limit."""
    limits = [(SECOND, settings.per_second), (DAY, settings.per_day)]
    set_limits = {window: limit for window, limit in limits if limit is not None}
    if not set_limits or not wanted:
        return Grant(wanted, now)
    with transaction.atomic():
        buckets = [_bucket(provider, window, limit, now) for window, limit in sorted(set_limits.items())]
        number = min(wanted, *(min(bucket.tokens, set_limits[bucket.window]) for bucket in buckets))
        for bucket in buckets:
            bucket.tokens -= number
            bucket.save(update_fields=["tokens", "refilled_at"])
    empty = [bucket.refilled_at + timedelta(seconds=bucket.window) for bucket in buckets if not bucket.tokens]
    return Grant(number, max(empty, default=now))


def _bucket(provider: str, window: int, limit: int, now: datetime) -> Bucket:
    """The bucket, held until the transaction ends, and full if its window is over or the clock was set back."""
    key = {"provider": provider, "window": window}
    full = {"tokens": limit, "refilled_at": now}
    bucket, _ = Bucket.objects.select_for_update().get_or_create(**key, defaults=full)
    age = (now - bucket.refilled_at).total_seconds()
    if not -APART <= age < window:
        bucket.tokens, bucket.refilled_at = limit, now
    return bucket


@dataclass
class Limits:
    """The limits of one provider as one sender meets them."""

    provider: str
    settings: DeliverySection
    until: datetime
    """Nothing may leave before."""

    def cut(self, groups: Sequence[_Group], *, now: datetime) -> tuple[list[_Group], list[_Group]]:
        """What of ``groups`` may leave now, and what must wait for ``until``. Commit it together with the intents."""
        if not any((self.settings.per_second, self.settings.per_day)):
            return list(groups), []
        grant = take(self.provider, self.settings, sum(map(len, groups)), now=now)
        left = grant.number
        go: list[_Group] = []
        wait: list[_Group] = []
        for group in groups:
            go += [group[:left]] if left else []
            wait += [group[left:]] if left < len(group) else []
            left -= min(left, len(group))
        if wait:
            self.until = grant.until
        return go, wait
