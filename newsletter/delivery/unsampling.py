"""Takes the sample data away again: the issue, what was mailed of it, the list and its readers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from newsletter.delivery.engine import SenderBusy, sender_lock
from newsletter.delivery.stamp import Stamp
from newsletter.models import Attempt, Audit, Delivery, Issue, Mailing, Notice
from newsletter.site import Site
from newsletter.store.samples import ACTOR, LIST, SLUG
from subscribers.models import Consent, Import, MailingList, Subscriber, Subscription, Suppression
from subscribers.stores import on_postgres

_CHUNK = 200
"""Rows of one transaction, so that nobody waits long for the store."""


class InUse(Exception):
    """The sample data cannot be taken away now; the message says why."""


def remove_samples(site: Site, *, actor: str, at: datetime) -> None:
    """Take away the sample issue, what was mailed of it or to its list, the list, and whoever is on no other one.

    Who was put on the list since and is on another stays there. Raises ``InUse``; then nothing was changed.
    """
    mailings = Mailing.objects.filter(Q(revision__issue__slug=SLUG) | Q(list__slug=LIST))
    with _nobody_sends(site, mailings.exists()):
        for mailing in list(mailings):
            _remove_mailing(mailing)
        _remove_rows()
        Audit.objects.create(actor=actor, action="removed sample data", object=f"list {LIST}", at=at)


@contextmanager
def _nobody_sends(site: Site, mailed: bool) -> Iterator[None]:
    """While attempts are removed nobody makes one, and the stamp then names one that the store knows: else the store
    would be taken for one that was restored."""
    if not mailed:
        yield
        return
    if on_postgres():
        raise InUse("it was mailed, and on PostgreSQL what was mailed stays: other machines remember its calls")
    try:
        with sender_lock(site):
            yield
            stamp = Stamp(site)
            try:
                stamp.reset(Attempt.objects.aggregate(last=Max("pk"))["last"] or 0)
            finally:
                stamp.close()
    except SenderBusy:
        raise InUse("a mailing is being sent; try again once it is finished") from None


def _remove_mailing(mailing: Mailing) -> None:
    Mailing.objects.filter(pk=mailing.pk).update(state=Mailing.State.CANCELLED)
    while found := list(Delivery.objects.filter(mailing=mailing).values_list("pk", flat=True)[:_CHUNK]):
        with transaction.atomic():
            Delivery.objects.filter(pk__in=found).delete()
    with transaction.atomic():
        Notice.objects.filter(key__startswith=f"mailing/{mailing.pk}/").delete()
        mailing.delete()


def _remove_rows() -> None:
    with transaction.atomic():
        Issue.objects.filter(slug=SLUG).delete()
        Suppression.objects.filter(actor=ACTOR).delete()
    while found := list(Subscription.objects.filter(list__slug=LIST).values_list("pk", "subscriber")[:_CHUNK]):
        with transaction.atomic():
            Consent.objects.filter(subscription__in=[pk for pk, _ in found]).delete()
            Subscription.objects.filter(pk__in=[pk for pk, _ in found]).delete()
            Subscriber.objects.filter(pk__in=[pk for _, pk in found], subscriptions=None).delete()
    with transaction.atomic():
        Import.objects.filter(list__slug=LIST).delete()
        MailingList.objects.filter(slug=LIST).delete()
