"""Who left the list after a mailing."""

from django.db.models import Exists, OuterRef, Q

from newsletter.models import Delivery, Mailing
from subscribers.models import Consent


def left_since(mailing: Mailing) -> int:
    """How many recipients unsubscribed from its list between its start and the next mailing to it: by whatever link,
    form or answer. Of several mailings it counts for the last one before it."""
    following = Mailing.objects.filter(list=mailing.list_id, dry_run=False, pk__gt=mailing.pk)
    following = following.exclude(state=Mailing.State.CANCELLED).order_by("pk")
    until = following.values_list("started_at", flat=True).first()
    span = Q(at__gte=mailing.started_at) & (Q(at__lt=until) if until else Q())
    left = Consent.objects.filter(span, subscription=OuterRef("subscription"), action=Consent.Action.UNSUBSCRIBED)
    return Delivery.objects.filter(Exists(left), mailing=mailing).count()
