"""What became of each recipient of a mailing, each counted once; and how mailings of one list compare."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from newsletter.models import Batch, Delivery, Event, Mailing

_State, _Kind = Delivery.State, Event.Kind
LABELS = {
    "delivered": "Delivered",
    "quiet": "Accepted, nothing heard since",
    "deferred": "Accepted, not delivered yet",
    "unsubscribed": "Unsubscribed from this mail",
    "complained": "Complained (spam)",
    "bounced": "Bounced",
    "refused": "Refused by the provider",
    "failed": "Failed",
    "suppressed": "Suppressed before it left",
    "cancelled": "Cancelled",
    "unknown": "Unknown",
    "waiting": "Waiting",
}
"""Every fate in the order in which they are told."""
MEANINGS = {
    "delivered": "the reader's mail server took it",
    "quiet": "the provider took it and told nothing more",
    "deferred": "the reader's mail server put it off; the provider goes on trying",
    "unsubscribed": "delivered, and answered with an unsubscription",
    "complained": "delivered, and reported as spam",
    "bounced": "it came back, or the provider dropped it",
    "refused": "the provider said no to this address",
    "failed": "it surely was not taken, after several tries",
    "suppressed": "they left, or were suppressed, after the mailing was started",
    "cancelled": "the mailing was cancelled before their turn",
    "unknown": "the answer of the provider was lost: they may have it",
    "waiting": "their turn has not come",
}
_OF_EVENT = {
    "": "quiet",
    _Kind.PROCESSED: "quiet",
    _Kind.DEFERRED: "deferred",
    _Kind.DELIVERED: "delivered",
    _Kind.BOUNCED: "bounced",
    _Kind.DROPPED: "bounced",
    _Kind.UNSUBSCRIBED: "unsubscribed",
    _Kind.COMPLAINED: "complained",
}
_WAITING = (_State.PENDING, _State.SUBMITTING)
REACHED = ("delivered", "unsubscribed", "complained")
"""Who surely got it."""


@dataclass(frozen=True)
class Fates:
    """The numbers add up to the recipients: nobody is in two of them."""

    recipients: int
    counts: Mapping[str, int]
    """Fate -> recipients, in the order of ``LABELS``, none of them 0."""

    def share(self, *fates: str) -> float | None:
        """Per cent of the recipients; ``None`` where there are none."""
        return 100 * sum(self.counts.get(fate, 0) for fate in fates) / self.recipients if self.recipients else None

    @property
    def told(self) -> bool:
        """Whether anything was heard after the provider took the mails."""
        return any(self.counts.get(fate) for fate in (*REACHED, "deferred", "bounced"))


@dataclass(frozen=True)
class Compared:
    """One mailing beside others."""

    mailing: Mailing
    fates: Fates


def fates_of(mailings: Iterable[Mailing]) -> dict[int, Fates]:
    """Of each mailing; counted by the store. Raises ``AssertionError`` where the rows of one do not add up."""
    known = {mailing.pk: mailing.count for mailing in mailings}
    found: dict[int, Counter[str]] = {key: Counter() for key in known}
    rows = Delivery.objects.filter(mailing__in=known).order_by().values_list("mailing", "state", "event")
    for key, state, event, number in rows.annotate(number=Count("pk")):
        found[key][_fate(state, event)] += number
    for key, counts in found.items():
        if counts.total() != known[key]:
            raise AssertionError(f"mailing {key} has {counts.total()} rows, not {known[key]}")
    return {
        key: Fates(known[key], {fate: counts[fate] for fate in LABELS if counts[fate]}) for key, counts in found.items()
    }


def earlier(mailing: Mailing, *, most: int = 5) -> list[Compared]:
    """``mailing`` after the last finished ones before it of the same series, else of the same list; the newest last."""
    rows = Mailing.objects.filter(pk__lt=mailing.pk, dry_run=False).exclude(state=Mailing.State.CANCELLED)
    rows = rows.exclude(Exists(Batch.objects.filter(mailing=OuterRef("pk")).exclude(state=Batch.State.DONE)))
    series = mailing.revision.issue.series
    like = rows.filter(revision__issue__series=series) if series else rows.filter(list=mailing.list_id)
    before = list(like.select_related("revision__issue", "list").order_by("-pk")[:most])
    every = [*reversed(before), mailing]
    found = fates_of(every)
    return [Compared(one, found[one.pk]) for one in every]


def _fate(state: str, event: str) -> str:
    if state in _WAITING:
        return "waiting"
    told = _OF_EVENT[event]
    if state == _State.ACCEPTED or (state == _State.UNKNOWN and told != "quiet"):
        return told
    return state
