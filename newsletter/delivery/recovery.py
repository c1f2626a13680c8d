"""What senders that died left without an answer in mailings that do not run any more.

Nobody claims a batch of a mailing that was paused or cancelled, and yet its calls are still to be called back before
they leave. Whoever is there does so now and then: the loop of ``serve``, the sweep of a worker, a sender as it ends.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from newsletter.delivery import fencing, ledger
from newsletter.delivery.providers.base import Provider
from newsletter.delivery.providers.registry import provider_for
from newsletter.models import Attempt, Batch, Mailing
from newsletter.site import Site


def left_behind(*, now: datetime) -> QuerySet[Batch]:
    """Batches of mailings that do not run, which a dead sender had or in which an attempt could not be called back."""
    held = Attempt.objects.filter(slot=True, send_at__isnull=False, ended_at=None).values("batch")
    dead = Q(state=Batch.State.CLAIMED, lease_until__lte=now)
    again = Q(state=Batch.State.PENDING, next_at__lte=now, pk__in=held)
    return Batch.objects.filter(dead | again).exclude(mailing__state=Mailing.State.RUNNING)


def recover_all(site: Site, *, now: datetime) -> None:
    """``recover`` each mailing that needs it, through its provider."""
    numbers = left_behind(now=now).values_list("mailing", flat=True).distinct()
    for mailing in Mailing.objects.filter(pk__in=list(numbers)):
        provider = provider_for(site, mailing.provider)
        try:
            recover(mailing, provider, now=now)
        finally:
            provider.close()


def recover(mailing: Mailing, provider: Provider, *, now: datetime) -> None:
    """Call back what dead senders left without an answer in a mailing that does not run. It is pending again then, or
    ``cancelled`` with its mailing; what cannot be called back now is tried again later, or ``unknown`` past its time.
    """
    can = provider.capabilities
    margin = can.fence.margin if can.fence else None
    for batch in left_behind(now=now).filter(mailing=mailing).values_list("pk", flat=True):
        try:
            claim = ledger.claim(
                mailing.pk, now=now, exactly_once=can.exactly_once, only=batch, margin=margin, running=False
            )
            if claim:
                claim = fencing.fence_claim(claim, provider, now=now)
                ledger.release(claim, now=now, next_at=now + fencing.AGAIN if claim.unanswered else now)
        except ledger.LostClaim:  # somebody else is at it
            continue
    if mailing.state == Mailing.State.CANCELLED:
        ledger.sweep_cancelled(mailing.pk, actor=ledger.SYSTEM, now=now)
