"""Calls that can be taken back: the slots there are for that, and the rows of an attempt once it was.

A provider that holds what it took until a time of our choosing can cancel it until shortly before. So a call whose
answer is lost is cancelled, that is confirmed and committed, and only then are its recipients submitted again. Of
cancellations there are only so many: attempts without an answer and those that were called back never exceed the
provider's slots until the time at which they would have left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Max, Min

from newsletter.delivery import ledger
from newsletter.delivery.claims import Claim, Unanswered
from newsletter.delivery.ledger import SYSTEM, State
from newsletter.delivery.providers.base import Fence, Hold, Provider
from newsletter.delivery.rows import pending_ids
from newsletter.models import Attempt, Batch, Delivery, Mailing
from subscribers.stores import on_postgres

AGAIN = timedelta(seconds=15)
"""Before an attempt that could not be called back is tried again, and between two looks for a slot."""


@dataclass(frozen=True)
class Leaving:
    """Recipients whose mail the provider has and has not let go."""

    number: int
    leaves_at: datetime | None
    """When the last of them leaves."""


@dataclass(frozen=True)
class CalledBack:
    """What became of those that were handed over when a mailing was cancelled."""

    back: int
    """Recipients whose mail was taken back."""
    leaving: Leaving
    """The rest: it leaves all the same."""
    calling: int = 0
    """Recipients in calls that have no answer yet. Whoever made them calls them back once they have; if it is dead, the
    next who looks does (``recovery``)."""


def revoked(provider: Provider, hold: Hold, *, now: datetime) -> bool:
    """Take back what was submitted under ``hold``, if there is time; true only where the provider confirms it."""
    return in_time(provider.capabilities.fence, hold, now=now) and provider.revoke(hold)


def in_time(fence: Fence | None, hold: Hold | None, *, now: datetime) -> bool:
    """Whether a call can still be taken back."""
    return fence is not None and hold is not None and now < hold.leaves_at - fence.margin


def free_slots(provider: str, slots: int, *, now: datetime) -> tuple[int, datetime]:
    """How many attempts may start, and when to look again where none may. Call it in the transaction that starts them:
    until its end nobody else is told of the same slots."""
    if on_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"slots {provider}"])
    taken = Attempt.objects.filter(slot=True, send_at__gt=now, batch__mailing__provider=provider)
    free = slots - taken.count()
    if free > 0 or taken.filter(ended_at=None).exists():
        return free, now + AGAIN
    return free, taken.aggregate(first=Min("send_at"))["first"] or now + AGAIN


def fence_claim(claim: Claim, provider: Provider, *, now: datetime) -> Claim:
    """Call back what a lost claim left without an answer, and have it pending again; what cannot be called back now
    stays in ``unanswered``. No transaction may be open. Raises ``ledger.LostClaim``."""
    back = [one for one in claim.unanswered if revoked(provider, one.hold, now=now)]
    if not back:
        return claim
    with transaction.atomic():
        ledger.settle(claim, (), now=now)
        for one in back:
            rows = Delivery.objects.filter(batch=claim.batch, attempt=one.attempt, state=State.SUBMITTING)
            rows.update(state=State.PENDING, reason="called back, as nobody knew the answer", actor=SYSTEM, at=now)
            Attempt.objects.filter(pk=one.attempt).update(outcome="fenced", ended_at=now)
        left = tuple(one for one in claim.unanswered if one not in back)
        return replace(claim, pending=pending_ids(claim.batch), unanswered=left)


def call_back(mailing: Mailing, provider: Provider, *, actor: str, now: datetime) -> CalledBack:
    """Take back what was handed over of a cancelled mailing and has not left: the newest first, as far as there are
    slots. Calls that a sender is waiting for are left to it. Several may do this at the same time."""
    fence = provider.capabilities.fence
    full = False
    for one, has_slot in _held(mailing, now + fence.margin) if fence else ():
        full = full or not (has_slot or _take_slot(mailing.provider, one.attempt, fence.slots if fence else 0, now=now))
        if (has_slot or not full) and revoked(provider, one.hold, now=now):
            with transaction.atomic():
                batch = Attempt.objects.values_list("batch", flat=True).get(pk=one.attempt)
                rows = Delivery.objects.filter(batch=batch, attempt=one.attempt)
                rows = rows.filter(state__in=(State.ACCEPTED, State.SUBMITTING))
                rows.update(state=State.CANCELLED, reason="called back before it left", actor=actor, at=now)
                Attempt.objects.filter(pk=one.attempt).update(outcome="revoked", ended_at=now)
    rows = Delivery.objects.filter(mailing=mailing)
    return CalledBack(
        back=rows.filter(state=State.CANCELLED, attempt__outcome="revoked").count(),
        leaving=leaving(mailing, now=now),
        calling=rows.filter(state=State.SUBMITTING).count(),
    )


def leaving(mailing: Mailing, *, now: datetime) -> Leaving:
    """What was taken by the provider, in calls that have not left."""
    taken = Delivery.objects.filter(mailing=mailing, state=State.ACCEPTED, attempt__send_at__gt=now)
    found = taken.aggregate(number=Count("pk"), last=Max("attempt__send_at"))
    return Leaving(found["number"], found["last"])


def _held(mailing: Mailing, after: datetime) -> Sequence[tuple[Unanswered, bool]]:
    """What can be called back, the newest first, and whether it has a slot; nothing that a sender is waiting for."""
    found = Attempt.objects.filter(batch__mailing=mailing, send_at__gt=after).exclude(outcome__in=("fenced", "revoked"))
    there = found.exclude(ended_at=None, batch__state=Batch.State.CLAIMED).order_by("-pk")
    return [(Unanswered(one.pk, Hold(one.hold, one.send_at)), one.slot) for one in there if one.send_at]


def _take_slot(provider: str, attempt: int, slots: int, *, now: datetime) -> bool:
    """One of the provider's slots for an attempt, unless it has one already."""
    with transaction.atomic():
        wanted = Attempt.objects.filter(pk=attempt)
        if wanted.filter(slot=True).exists():
            return True
        free, _ = free_slots(provider, slots, now=now)
        return free > 0 and bool(wanted.update(slot=True))
