"""Which lists and segments there are to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from newsletter.delivery.approval import Audience
from subscribers.models import MailingList, Segment, Subscription


@dataclass(frozen=True)
class Crowds:
    """What an audience can be made of."""

    lists: tuple[tuple[str, str, int], ...]
    """Slug, name, active subscriptions; the suppressed are among these."""
    segments: Mapping[str, str]
    """Slug -> name."""


def named(whom: Audience) -> str:
    """``whom`` by the names of list and segments; by their slugs where they are no longer there."""
    names = dict(Segment.objects.filter(slug__in=[*whom.only, *whom.without]).values_list("slug", "name"))
    found = MailingList.objects.filter(slug=whom.list).values_list("name", flat=True).first()

    def of(slugs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(slug, slug) for slug in slugs)

    return Audience(found or whom.list, of(whom.only), of(whom.without)).words()


def crowds(*, now: datetime) -> Crowds:
    """All lists and segments, by name."""
    active = Q(subscriptions__state=Subscription.State.ACTIVE) & (
        Q(subscriptions__paused_until=None) | Q(subscriptions__paused_until__lte=now)
    )
    lists = MailingList.objects.annotate(number=Count("subscriptions", filter=active)).order_by("name", "slug")
    return Crowds(
        tuple(lists.values_list("slug", "name", "number")),
        dict(Segment.objects.order_by("name", "slug").values_list("slug", "name")),
    )
