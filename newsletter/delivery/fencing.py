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
from django.db.models import Min, QuerySet

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
class CalledBack:
    """What became of those that were handed over when a mailing was cancelled."""

    back: int
    """Recipients whose mail was taken back."""
    left: int
    """Recipients whose mail leaves all the same."""
    leaves_at: datetime | None
    """When the last of these leaves."""


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
            rows = Delivery.objects.filter(attempt=one.attempt, state=State.SUBMITTING)
            rows.update(state=State.PENDING, reason="called back, as nobody knew the answer", actor=SYSTEM, at=now)
            Attempt.objects.filter(pk=one.attempt).update(outcome="fenced", ended_at=now)
        left = tuple(one for one in claim.unanswered if one not in back)
        return replace(claim, pending=pending_ids(claim.batch), unanswered=left)


def call_back(mailing: Mailing, provider: Provider, *, actor: str, now: datetime) -> CalledBack:
    """Take back what was handed over of a cancelled mailing and has not left: the newest first, as far as there are
    slots. What a dead sender left without an answer becomes ``cancelled`` so, or ``unknown``."""
    fence = provider.capabilities.fence
    back = 0
    for one in _held(mailing, now + fence.margin) if fence else ():
        if _take_slot(mailing.provider, one.attempt, fence.slots if fence else 0, now=now) and revoked(
            provider, one.hold, now=now
        ):
            with transaction.atomic():
                rows = Delivery.objects.filter(attempt=one.attempt, state__in=(State.ACCEPTED, State.SUBMITTING))
                back += rows.update(state=State.CANCELLED, reason="called back before it left", actor=actor, at=now)
                Attempt.objects.filter(pk=one.attempt).update(outcome="revoked", ended_at=now)
    _end_lost(mailing, now)
    leaving = handed_over(mailing, now=now)
    last = leaving.order_by("-attempt__send_at").values_list("attempt__send_at", flat=True).first()
    return CalledBack(back, leaving.count(), last)


def handed_over(mailing: Mailing, *, now: datetime) -> QuerySet[Delivery]:
    """Who was taken by the provider, in calls that have not left."""
    return Delivery.objects.filter(mailing=mailing, state=State.ACCEPTED, attempt__send_at__gt=now)


def _held(mailing: Mailing, after: datetime) -> Sequence[Unanswered]:
    """What can be called back, the newest first; nothing that a living sender is waiting for."""
    found = Attempt.objects.filter(batch__mailing=mailing, send_at__gt=after).exclude(outcome__in=("fenced", "revoked"))
    there = found.exclude(ended_at=None, batch__state=Batch.State.CLAIMED).order_by("-pk")
    return [Unanswered(one.pk, Hold(one.hold, one.send_at)) for one in there if one.send_at]


def _take_slot(provider: str, attempt: int, slots: int, *, now: datetime) -> bool:
    """One of the provider's slots for an attempt, unless it has one already."""
    with transaction.atomic():
        wanted = Attempt.objects.filter(pk=attempt)
        if wanted.filter(slot=True).exists():
            return True
        free, _ = free_slots(provider, slots, now=now)
        return free > 0 and bool(wanted.update(slot=True))


def _end_lost(mailing: Mailing, now: datetime) -> None:
    """What a dead sender was submitting, and nobody will claim any more."""
    lost = Delivery.objects.filter(mailing=mailing, state=State.SUBMITTING).exclude(
        batch__state=Batch.State.CLAIMED, batch__lease_until__gt=now
    )
    lost.update(state=State.UNKNOWN, reason="the sender stopped before it knew the answer", actor=SYSTEM, at=now)
