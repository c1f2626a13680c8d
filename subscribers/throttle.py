"""How often somebody may ask for something: counted under a keyed hash, so that no address is kept."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from subscribers.hashing import value_hash
from subscribers.models import Throttle


def allow(what: str, who: str, *, most: int, within: timedelta, at: datetime) -> bool:
    """Count one more ``what`` of ``who``; false where that would be over ``most`` in the window that is running.

    A window begins with the first that is counted in it. Of calls at the same time no more than ``most`` are allowed.
    """
    key = value_hash(f"{what}\n{who}")  # no address has a line break, so no suppression has this hash
    with transaction.atomic():
        row, new = Throttle.objects.get_or_create(key_hash=key, defaults={"since": at, "count": 1})
        rows = Throttle.objects.filter(pk=row.pk)
        return (
            new
            or rows.filter(since__lte=at - within).update(since=at, count=1) > 0
            or rows.filter(count__lt=most).update(count=F("count") + 1) > 0
        )


def forget(*, before: datetime) -> int:
    """Forget the windows that began before ``before``; how many these were."""
    return Throttle.objects.filter(since__lt=before).delete()[0]
