"""Mailings that run by their rows while nobody sends them: a machine that was switched off, a command that was killed.

Whoever is there to see it tells the editor, once: ``newsletter serve``, or a worker. Nobody else is.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from newsletter.delivery import notices
from newsletter.delivery.ledger import LEASE, due_at
from newsletter.models import Attempt, Batch, Mailing
from newsletter.site import Site

SILENCE = timedelta(minutes=2)
"""After so long without a sign of life a sender is spoken of as gone; each call to a provider is a sign, and so is each
minute of waiting for its answer."""
PATIENCE = timedelta(minutes=10)
"""So long nothing moves before the editor is told: machines start anew, and commands are given once more."""


def at_work(batches: QuerySet[Batch], *, now: datetime) -> QuerySet[Batch]:
    """Those of ``batches`` whose sender gave a sign of life lately."""
    return batches.filter(state=Batch.State.CLAIMED, lease_until__gt=now + LEASE - SILENCE)


class _Seen(NamedTuple):
    attempt: int
    """The last one of the mailing."""
    since: datetime


class Watch:
    """What one process has seen of mailings that nobody sends."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}

    def tell(self, site: Site, *, now: datetime) -> int:
        """Mail the editor about each mailing in which nothing moved for ``PATIENCE``, as far as this process saw, and
        of which nobody was told; how many these are. Call it about once a minute."""
        still = {}
        for mailing in _left_alone(now):
            attempt = Attempt.objects.filter(batch__mailing=mailing).aggregate(last=Max("pk"))["last"] or 0
            before = self._seen.get(mailing.pk)
            still[mailing.pk] = before if before and before.attempt == attempt else _Seen(attempt, now)
        self._seen = still
        late = Mailing.objects.filter(pk__in=[pk for pk, seen in still.items() if now - seen.since >= PATIENCE])
        return sum(notices.tell(site, mailing, now=now, stalled=True) is not None for mailing in late)


def _left_alone(now: datetime) -> list[Mailing]:
    """Running mailings with a batch that is due, or was left by its sender, while nobody sends anything at all: with
    workers that are busy with others, it only waits its turn."""
    if at_work(Batch.objects.all(), now=now).exists():
        return []
    left = Batch.objects.filter(due_at(now) | Q(state=Batch.State.CLAIMED), mailing=OuterRef("pk"))
    return list(Mailing.objects.filter(Exists(left), state=Mailing.State.RUNNING).order_by("pk"))
