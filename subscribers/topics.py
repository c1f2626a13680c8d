"""Topics: what readers choose to get mail about, on whatever lists they are."""

from collections.abc import Collection, Iterable

from django.db import transaction

from subscribers.models import Subscriber, Topic, TopicChoice


def choose(subscriber: Subscriber, slugs: Iterable[object]) -> None:
    """Add to what they chose; slugs of no topic do not count."""
    wanted = Topic.objects.filter(slug__in=[slug for slug in slugs if isinstance(slug, str)])
    made = [TopicChoice(subscriber=subscriber, topic=topic) for topic in wanted]
    TopicChoice.objects.bulk_create(made, ignore_conflicts=True)


def choose_only(subscriber: Subscriber, slugs: Collection[str]) -> None:
    """These and no others."""
    with transaction.atomic():
        TopicChoice.objects.filter(subscriber=subscriber).exclude(topic__slug__in=slugs).delete()
        choose(subscriber, slugs)


def chosen(subscriber: Subscriber) -> list[str]:
    """The slugs of the topics that they chose, in order."""
    return list(
        TopicChoice.objects.filter(subscriber=subscriber).order_by("topic__slug").values_list("topic__slug", flat=True)
    )
