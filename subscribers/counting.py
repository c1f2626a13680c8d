"""What is known of those who may be mailed, as numbers: counted by the store, nobody is looked at one by one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import Exact
from django.utils import timezone

from subscribers.audience import EVERYBODY, Part, active
from subscribers.models import Consent, MailingList, Subscriber, Subscription

_CONFIRMED = (Consent.Action.CONFIRMED, Consent.Action.IMPORTED, Consent.Action.RESUBSCRIBED)
_COLUMNS = ("name", "email", "language", "timezone")
_LONGEST = 10
"""Readers who are looked at in turn: which value is the longest in bytes is known only once it is written."""


@dataclass(frozen=True)
class Counted:
    """Numbers of a list, or of a part of it; the suppressed are still in them."""

    unconfirmed: int
    """Active on a list with double opt-in without ever having confirmed."""
    languages: Mapping[str, int]
    """Language tag -> how many asked for it; ``""``: nothing is known."""
    empty: Mapping[str, int]
    """Field -> how many have no value for it."""


def count_readers(
    mailing_list: MailingList, fields: Collection[str], *, at: datetime | None = None, part: Part = EVERYBODY
) -> Counted:
    """Counts those who are active on ``mailing_list``, or in a part of it, at ``at`` (now). Three queries.

    Raises ``segments.SegmentError`` where ``part`` names something that is not there.
    """
    rows = active(mailing_list, at=at or timezone.now(), part=part)
    confirmed = Consent.objects.filter(subscription=OuterRef("pk"), action__in=_CONFIRMED)
    languages = rows.order_by().values_list("subscriber__language").annotate(number=Count("pk"))
    names = dict(enumerate(sorted(fields)))
    empty = rows.aggregate(**{f"empty{place}": Count("pk", filter=_empty(name)) for place, name in names.items()})
    return Counted(
        unconfirmed=rows.filter(~Exists(confirmed)).count() if mailing_list.double_opt_in else 0,
        languages=dict(languages),
        empty={name: empty[f"empty{place}"] for place, name in names.items()},
    )


def with_longest_values(
    mailing_list: MailingList,
    weights: Mapping[str, int],
    *,
    languages: Collection[str],
    at: datetime | None = None,
    part: Part = EVERYBODY,
) -> list[Subscriber]:
    """Some of those with the longest values among the readers of ``languages``: each field counts as often as
    ``weights`` says. Empty where there are no readers."""
    rows: QuerySet[Subscription] = active(mailing_list, at=at or timezone.now(), part=part)
    length: Combinable = Value(0, output_field=IntegerField())
    for name, weight in sorted(weights.items()):
        length = length + Coalesce(Length(_value(name)), Value(0)) * Value(weight)
    found = rows.filter(subscriber__language__in=languages).annotate(length=length).order_by("-length", "pk")
    keys = found.values_list("subscriber_id", flat=True)[:_LONGEST]
    return list(Subscriber.objects.filter(pk__in=list(keys)).order_by("pk"))


def _value(name: str) -> Combinable:
    column = f"subscriber__{name}" if name in _COLUMNS else "subscriber__attributes"
    return F(column) if name in _COLUMNS else KeyTextTransform(name, column)


def _empty(name: str) -> Q:
    if name == "name":  # where it is not known as a whole, it is made of its parts
        return Q(subscriber__name="") & _empty("first_name") & _empty("last_name")
    if name in _COLUMNS:
        return Q((f"subscriber__{name}", ""))
    return Q(Exact(Coalesce(_value(name), Value(""), output_field=TextField()), Value("")))
