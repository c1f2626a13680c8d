"""Who of a list may be mailed now, and who no longer.

May be mailed: an active subscription that is not paused, whose address and host are not suppressed. ``Part``: of
these, only who is in one segment and not in another.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, starmap
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from subscribers import suppression
from subscribers.models import MailingList, Subscriber, Subscription
from subscribers.paging import page, pages
from subscribers.segments import Conditions, compiled, words
from subscribers.stores import as_one, at_of, ids_of, ids_table, json_in, json_text, not_text

_State = Subscription.State
OUTSIDE = "not in the segment"
"""Why somebody who could be mailed is left out of a ``Part``."""


@dataclass(frozen=True, slots=True)
class Part:
    """Who of a list: those who are in each of ``include`` and in none of ``exclude``."""

    include: tuple[Conditions, ...] = ()
    exclude: tuple[Conditions, ...] = ()

    @property
    def whole(self) -> bool:
        """Nobody is left out."""
        return not self.include and not self.exclude

    def as_json(self) -> dict[str, Any]:
        """For the store; ``{}`` for the whole list."""
        parts = {"include": self.include, "exclude": self.exclude}
        return {name: [one.as_json() for one in each] for name, each in parts.items() if each}

    def words(self) -> str:
        """As people write it."""
        wanted = [words(one) for one in self.include] + [f"not ({words(one)})" for one in self.exclude]
        return " and ".join(wanted)

    def holds(self) -> Q:
        """The condition on ``Subscription``. Raises ``segments.SegmentError``."""
        found = Q()
        for one in self.include:
            found &= Q(_among(one))
        for one in self.exclude:
            found &= ~Q(_among(one))
        return found


EVERYBODY = Part()


def _among(conditions: Conditions) -> Exists:
    return Exists(Subscriber.objects.filter(compiled(conditions), pk=OuterRef("subscriber_id")))


Held = tuple[bool, ...]


class Recipient(NamedTuple):
    """One reader who may be mailed, with what a mail can say about them."""

    subscription_id: int
    email_norm: str
    token: str
    subscriber_id: int
    email: str
    name: str
    language: str
    timezone: str
    attributes: dict[str, Any]
    held: Held = ()
    """Which of the segments that were asked about they are in."""


class Member(NamedTuple):
    """One of the same, and only what decides what they get: the rest can be copied within the store."""

    subscription_id: int
    email_norm: str
    subscriber_id: int
    language: str
    worded: bool
    """Something of them is to be put into words first; see ``roll``."""
    held: Held = ()


_ATTRIBUTES = "subscriber__attributes"
_COLUMNS = (
    "id",
    "subscriber__email_norm",
    "token",
    "subscriber_id",
    "subscriber__email",
    "subscriber__name",
    "subscriber__language",
    "subscriber__timezone",
    _ATTRIBUTES,
)
_OF_MEMBERS = ("id", "subscriber__email_norm", "subscriber_id", "subscriber__language", _ATTRIBUTES)


def active(mailing_list: MailingList, *, at: datetime, part: Part = EVERYBODY) -> QuerySet[Subscription]:
    """The active subscriptions of the list, or of a part of it, that are not paused at ``at``; the suppressed are among
    them. Raises ``segments.SegmentError``."""
    return _mailable(mailing_list, at).filter(part.holds())


def members(
    list_slug: str, *, at: datetime | None = None, part: Part = EVERYBODY, told: Sequence[Conditions] = ()
) -> Iterator[Recipient]:
    """Each recipient of the list, or of a part of it, who may be mailed at ``at`` (now), in the order of their
    subscriptions, with which of the segments ``told`` they are in. Streams; inside a transaction it is one picture of
    the list.

    Raises:
        MailingList.DoesNotExist: there is no such list (raised at once, not at the first reader).
        segments.SegmentError: ``part`` names something that is not there; at once, too.
    """
    rows = _mailable(MailingList.objects.get(slug=list_slug), at or timezone.now()).filter(part.holds())
    return starmap(Recipient, chain.from_iterable(_members(rows, _COLUMNS, json_in(_ATTRIBUTES), told)))


def roll(
    list_slug: str,
    *,
    at: datetime | None = None,
    part: Part = EVERYBODY,
    told: Sequence[Conditions] = (),
    texts: Collection[str] = (),
    worded: Collection[str] = (),
) -> Iterator[list[Member]]:
    """The ``members`` in short, some at a time. Of the attributes that a mail shows, ``texts`` are kept as they are
    shown, unless somebody has something else there, and ``worded`` are not. Raises as ``members`` does."""
    rows = _mailable(MailingList.objects.get(slug=list_slug), at or timezone.now()).filter(part.holds())
    any_worded = [f"{json_text(_ATTRIBUTES, name)} <> ''" for name in worded]
    wanted = " OR ".join([not_text(_ATTRIBUTES, name) for name in texts] + any_worded)
    attributes = f"coalesce({wanted}, false)" if wanted else "false"
    return ([Member(*row) for row in chunk] for chunk in _members(rows, _OF_MEMBERS, attributes, told))


def recipients(subscription_ids: Collection[int]) -> Iterator[Recipient]:
    """All about a few, such as members who are ``worded``."""
    rows = Subscription.objects.filter(pk__in=subscription_ids).values_list(*_COLUMNS)
    return starmap(Recipient, page(rows, [*_COLUMNS[:-1], json_in(_ATTRIBUTES)]))


def standing(list_slug: str, *, at: datetime, part: Part = EVERYBODY) -> Iterator[tuple[int, int, str]]:
    """Each who is active on the list, or in a part of it, at ``at``: subscription, subscriber, and why they are
    suppressed; nothing where they are not, and are among ``members``. In the same order; raises as they do."""
    rows = active(MailingList.objects.get(slug=list_slug), at=at, part=part)
    for chunk in pages(rows, ("id", "subscriber_id", "subscriber__email_norm")):
        out = suppression.reasons([norm for _, _, norm in chunk])
        yield from ((key, subscriber, out.get(norm, "")) for key, subscriber, norm in chunk)


def held(
    list_slug: str, told: Sequence[Conditions], *, at: datetime | None = None, part: Part = EVERYBODY
) -> dict[Held, int]:
    """How many of those who are active on the list, or in a part of it, are in which of the segments ``told``: each
    combination that there is. The suppressed are counted, too. Raises as ``members`` does."""
    rows = _mailable(MailingList.objects.get(slug=list_slug), at or timezone.now()).filter(part.holds())
    names = _held(told)
    if not names:
        return {(): rows.count()}
    found = rows.annotate(**names).order_by().values(*names).annotate(number=Count("pk"))
    return {tuple(row[name] for name in names): row["number"] for row in found}


def held_by(subscriber: Subscriber, told: Sequence[Conditions]) -> Held:
    """Which of the segments ``told`` a reader is in."""
    return tuple(Subscriber.objects.filter(compiled(one), pk=subscriber.pk).exists() for one in told)


@dataclass(frozen=True, slots=True)
class Tally:
    """A list, counted."""

    mailable: int
    """Who may be mailed."""
    excluded: dict[str, int]
    """Who may not, by reason: ``unsubscribed``, ``pending``, ``paused``, ``suppressed: bounced`` and so on. Each
    subscription counts once: with ``mailable`` they add up to the whole list."""


def tally(list_slug: str, *, at: datetime | None = None, part: Part = EVERYBODY) -> Tally:
    """Count who of the list, or of a part of it, may be mailed at ``at`` (now), and who may not.

    Raises as ``members`` does.
    """
    at = at or timezone.now()
    mailing_list = MailingList.objects.get(slug=list_slug)
    everyone = Subscription.objects.filter(list=mailing_list)
    mailable = _mailable(mailing_list, at)
    paused = Q(state=_State.ACTIVE, paused_until__gt=at)
    reasons = {"unsubscribed": Q(state=_State.UNSUBSCRIBED), "pending": Q(state=_State.PENDING), "paused": paused}
    counts = {reason: Count("pk", filter=condition) for reason, condition in reasons.items()}
    found = Counter[str](everyone.aggregate(**counts))
    if not part.whole:
        everybody, mailable = mailable.count(), mailable.filter(part.holds())
        found[OUTSIDE] = everybody - mailable.count()
    suppressed = _suppressed_by_reason(mailable)
    found.update(suppressed)
    return Tally(
        mailable=mailable.count() - sum(suppressed.values()),
        excluded={reason: number for reason, number in found.items() if number},
    )


def count(list_slug: str, *, at: datetime | None = None, part: Part = EVERYBODY) -> int:
    """How many ``members`` there are; raises as they do."""
    return tally(list_slug, at=at, part=part).mailable


def excluded(list_slug: str, *, at: datetime | None = None, part: Part = EVERYBODY) -> dict[str, int]:
    """How many of the list may not be mailed, by reason; raises as ``members`` does."""
    return tally(list_slug, at=at, part=part).excluded


def no_longer(subscription_ids: Collection[int], *, at: datetime | None = None) -> dict[int, str]:
    """Those of ``subscription_ids`` (up to 1,000: a batch) that may not be mailed at ``at`` (now), and why. Four
    queries at most, however many there are."""
    found: dict[int, str] = {}
    norms: dict[int, str] = {}
    at = at or timezone.now()
    for key, state, paused, norm in _standing(subscription_ids, at):
        if state == _State.ACTIVE and not paused:
            norms[key] = norm
        else:
            found[key] = "paused" if state == _State.ACTIVE else state or "erased"
    reasons = suppression.reasons(norms.values()) if norms else {}
    return found | {key: f"suppressed: {reasons[norm]}" for key, norm in norms.items() if norm in reasons}


_STANDING = (
    f"LEFT JOIN {Subscription._meta.db_table} one ON one.id = asked.value "
    f"LEFT JOIN {Subscriber._meta.db_table} who ON who.id = one.subscriber_id "
    "WHERE one.id IS NULL OR one.state <> 'active' OR one.paused_until > %s "
    f"OR {suppression.ANY_STANDING}"
)


def _standing(keys: Collection[int], at: datetime) -> list[tuple[int, str | None, bool, str]]:
    """How those subscriptions stand at ``at`` that are not active, are paused or gone; where anybody is suppressed, how
    all stand. Written out: it is asked for every few mails, and must cost nearly nothing."""
    columns = as_one(("asked.value", "one.state", "coalesce(one.paused_until > %s, false)", "who.email_norm"))
    sql = f"SELECT {columns} FROM {ids_table('asked')} {_STANDING}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, (at_of(at), ids_of(keys), at_of(at)))
        return [(key, state, bool(paused), norm) for key, state, paused, norm in json.loads(cursor.fetchone()[0])]


def _mailable(mailing_list: MailingList, at: datetime) -> QuerySet[Subscription]:
    """Before suppression, which is known by hashes only and is looked up in bulk."""
    not_paused = Q(paused_until=None) | Q(paused_until__lte=at)
    return Subscription.objects.filter(not_paused, list=mailing_list, state=_State.ACTIVE)


def _held(told: Sequence[Conditions]) -> dict[str, Exists]:
    return {f"held{place}": _among(conditions) for place, conditions in enumerate(told)}


def _members(
    rows: QuerySet[Subscription], columns: tuple[str, ...], attributes: str, told: Sequence[Conditions]
) -> Iterator[list[list[Any]]]:
    """The ``columns`` of all that are not suppressed, in pages: the first two are the id and the address, the last are
    the attributes, and SQL says what of them. A last value is which of the segments ``told`` each is in, if any."""
    known, names = len(columns), tuple(_held(told))
    shown = (*columns[:-1], attributes, *names)
    for chunk in pages(rows.annotate(**_held(told)), (*columns, *names), shown):
        out = suppression.suppressed([row[1] for row in chunk])
        left = [row for row in chunk if row[1] not in out] if out else chunk
        yield [[*row[:known], tuple(map(bool, row[known:]))] for row in left] if names else left


def _suppressed_by_reason(rows: QuerySet[Subscription]) -> Counter[str]:
    found = Counter[str]()
    if not suppression.any_standing():
        return found
    for chunk in pages(rows, ("id", "subscriber__email_norm")):
        found.update(f"suppressed: {reason}" for reason in suppression.reasons([row[1] for row in chunk]).values())
    return found
