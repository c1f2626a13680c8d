"""Who received an issue, as a question for segments: ``received = october-2020``."""

from difflib import get_close_matches

from django.db.models import Exists, OuterRef, Q

from newsletter.models import Delivery, Event, Issue
from subscribers import segments


def received(slug: str) -> Q:
    """The subscribers who got the issue ``slug``, in whatever mailing: accepted, and not come back since.

    Raises ``SegmentError`` where there is no such issue.
    """
    if not Issue.objects.filter(slug=slug).exists():
        near = get_close_matches(slug, Issue.objects.values_list("slug", flat=True), n=1)
        raise segments.SegmentError(
            f"there is no issue '{slug[:80]}'" + (f"; did you mean '{near[0]}'?" if near else "")
        )
    got = Delivery.objects.filter(mailing__revision__issue__slug=slug, mailing__dry_run=False)
    got = got.filter(state=Delivery.State.ACCEPTED).exclude(event__in=(Event.Kind.BOUNCED, Event.Kind.DROPPED))
    return Q(Exists(got.filter(subscriber=OuterRef("pk"))))
