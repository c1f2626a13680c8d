"""Who would get a mailing and did not get the last one to the list, and who did and would not: numbers, and the people
behind each of them.

Counted by the store. Only suppressions, which are known by keyed hashes, are looked up reader by reader.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from newsletter.delivery.plan import ALREADY, got_already
from newsletter.models import Delivery, Mailing, Revision
from subscribers import audience, suppression
from subscribers.audience import OUTSIDE, Part
from subscribers.models import MailingList, Subscription

NEW = "new"
ERASED = "erased"
PAUSED = "paused"
ON_A_PAGE = 50
_CHUNK = 1_000
_RECENT = 50
"""Mailings of the list among which the last one to the same people is looked for."""
_State = Subscription.State


@dataclass(frozen=True)
class Difference:
    """``before`` less those that are ``gone`` and with those that are ``new`` makes ``now``."""

    last: Mailing
    same_part: bool
    """The last mailing was to the same part of the list; else it is the last one to any of it."""
    before: int
    now: int
    new: int
    gone: Mapping[str, int]
    """Why somebody who was in the last mailing is not in this one -> how many."""

    @property
    def kept(self) -> int:
        """Who was in the last one and is in this one."""
        return self.before - sum(self.gone.values())


@dataclass(frozen=True)
class Person:
    """One of those behind a number."""

    address: str
    name: str


def last_mailing(mailing_list: MailingList, part: Part, revision: Revision) -> Mailing | None:
    """The last mailing of another issue to the same part of the list, else to any of it."""
    rows = Mailing.objects.filter(list=mailing_list, dry_run=False).exclude(state=Mailing.State.CANCELLED)
    rows = rows.exclude(revision__issue=revision.issue_id).select_related("revision__issue", "list")
    recent = list(rows.order_by("-started_at", "-pk")[:_RECENT])
    same = [one for one in recent if one.audience == part.as_json()]
    return next(iter(same or recent), None)


def difference(mailing_list: MailingList, part: Part, revision: Revision, *, at: datetime) -> Difference | None:
    """How the recipients of ``revision`` at ``at`` differ from those of the last mailing; ``None``: there was none."""
    last = last_mailing(mailing_list, part, revision)
    return _Crowds(mailing_list, part, revision, last, at).told() if last else None


def people(
    mailing_list: MailingList, part: Part, revision: Revision, *, at: datetime, why: str, page: int = 1
) -> tuple[list[Person], bool]:
    """Those who are ``NEW``, or gone for a reason, by pages from 1; and whether there are more of them."""
    last = last_mailing(mailing_list, part, revision)
    if last is None:
        return [], False
    start = (max(page, 1) - 1) * ON_A_PAGE
    found = _Crowds(mailing_list, part, revision, last, at).people(why, start)
    return found[:ON_A_PAGE], len(found) > ON_A_PAGE


@dataclass
class _Crowds:
    mailing_list: MailingList
    part: Part
    revision: Revision
    last: Mailing
    at: datetime

    @cached_property
    def suppressed(self) -> Mapping[int, str]:
        """Subscriber -> why, of those who are active in the part."""
        if not suppression.any_standing():
            return {}
        there = audience.standing(self.mailing_list.slug, at=self.at, part=self.part)
        return {subscriber: f"suppressed: {why}" for _, subscriber, why in there if why}

    @cached_property
    def got(self) -> set[int]:
        """Who is not suppressed and has the issue from another mailing."""
        return got_already(self.revision) - self.suppressed.keys()

    @property
    def out(self) -> Collection[int]:
        """Who is active in the part and would get nothing."""
        return self.suppressed.keys() | self.got

    def active(self) -> QuerySet[Any]:
        """With whether they were in the last mailing."""
        then = Delivery.objects.filter(mailing=self.last, subscriber=OuterRef("subscriber_id"))
        return audience.active(self.mailing_list, at=self.at, part=self.part).annotate(then=Exists(then))

    def then(self) -> QuerySet[Any]:
        """The last mailing, with how each stands on the list now."""
        rows = Subscription.objects.filter(list=self.mailing_list, subscriber=OuterRef("subscriber_id"))
        paused = Exists(rows.filter(state=_State.ACTIVE, paused_until__gt=self.at))
        inside = Exists(
            audience.active(self.mailing_list, at=self.at, part=self.part).filter(subscriber=OuterRef("subscriber_id"))
        )
        now = Subquery(rows.values("state")[:1])
        return Delivery.objects.filter(mailing=self.last).annotate(now=now, paused=paused, inside=inside)

    def told(self) -> Difference:
        gone = Counter[str]()
        away = self.then().filter(inside=False)  # few: only they are asked why
        for state, paused, number in away.order_by().values_list("now", "paused").annotate(number=Count("pk")):
            gone[_reason(state, paused)] += number
        active = self.active()
        were = active.filter(then=True)
        by_reason: dict[str, list[int]] = {}
        for subscriber, why in self.suppressed.items():
            by_reason.setdefault(why, []).append(subscriber)
        for why, subscribers in by_reason.items():
            gone[why] += _among(were, subscribers)
        gone[ALREADY] += _among(were, self.got)
        new = active.filter(then=False)
        return Difference(
            last=self.last,
            same_part=self.last.audience == self.part.as_json(),
            before=self.last.count,
            now=active.count() - _among(active, self.out),
            new=new.count() - _among(new, self.out),
            gone={why: number for why, number in sorted(gone.items(), key=lambda one: (-one[1], one[0])) if number},
        )

    def people(self, why: str, start: int) -> list[Person]:
        """From ``start``, one more than a page where there are so many."""
        end = start + ON_A_PAGE + 1
        if why == NEW:
            out = self.out
            rows = self.active().filter(then=False).order_by("pk")
            named = rows.values_list("subscriber_id", "subscriber__email", "subscriber__name").iterator(_CHUNK)
            found = (row for row in named if row[0] not in out)
            return [Person(address, name) for _, address, name in islice(found, start, end)]
        if why == ALREADY or why.startswith("suppressed: "):
            wanted = self.got if why == ALREADY else {key for key, one in self.suppressed.items() if one == why}
            were = self.then().filter(inside=True).order_by("pk").values_list("subscriber_id", "address", "name")
            found = (row for row in were.iterator(_CHUNK) if row[0] in wanted)
            return [Person(address, name) for _, address, name in islice(found, start, end)]
        asked = {ERASED: Q(now=None), PAUSED: Q(paused=True), OUTSIDE: Q(now=_State.ACTIVE, paused=False)}
        gone = self.then().filter(asked.get(why, Q(now=why)), inside=False).order_by("pk")
        return [Person(*row) for row in gone.values_list("address", "name")[start:end]]


def _reason(state: str | None, paused: bool) -> str:
    if state is None:
        return ERASED
    if state == _State.ACTIVE:
        return PAUSED if paused else OUTSIDE
    return state


def _among(rows: QuerySet[Any], subscribers: Iterable[int]) -> int:
    """How many of ``rows`` are of these."""
    keys = list(subscribers)
    chunks = (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
    return sum(rows.filter(subscriber_id__in=chunk).count() for chunk in chunks)
