"""What comes back of mails, and what it does: bounces, complaints, opt-outs that providers and mail servers tell of.

The law: how an address stands follows from *what was told of it*, never from the order in which it came or how often.
So everything told is kept (``models.Feedback``), and after each new piece the address is judged again from all of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from subscribers import consent, suppression
from subscribers.hashing import value_hash
from subscribers.models import Consent, Feedback, Subscriber, Subscription, Suppression

ACTOR = "what came back of mails"
"""Who suppresses here; a suppression by anybody else is left alone."""

_Kind = Feedback.Kind
_Reason = Suppression.Reason
_OWN_WORD = (Consent.Action.SUBSCRIBED, Consent.Action.CONFIRMED, Consent.Action.RESUBSCRIBED)


@dataclass(frozen=True)
class Rule:
    """What one kind of feedback does."""

    reason: Suppression.Reason
    """The address is suppressed for this ..."""
    days: int = 1
    """... once it came on so many different days (UTC) ..."""
    within: timedelta = timedelta.max
    """... within this time, with no mail delivered between the first and the last of them."""
    leaves: bool = False
    """The reader leaves their lists at once."""
    known: bool = True
    """Suppresses whoever is a subscriber, too; else only who is none, so that no import mails them."""
    undone: bool = True
    """A person may take it back."""


def policy() -> dict[str, Rule]:
    """The policy table, the weightiest kind first: that one names the reason.

    Soft bounces are counted by days: one full mailbox that is told of twice, or a mailing tried for hours, is one day.
    ``settings.SOFT_BOUNCES`` and ``settings.SOFT_WITHIN`` say how many, and within what time.
    """
    return {
        _Kind.COMPLAINT: Rule(_Reason.COMPLAINED, leaves=True),
        _Kind.UNSUBSCRIBE: Rule(_Reason.UNSUBSCRIBED, leaves=True, known=False, undone=False),
        _Kind.HARD: Rule(_Reason.BOUNCED),
        _Kind.SOFT: Rule(
            _Reason.SOFT_BOUNCES,
            days=int(getattr(settings, "SOFT_BOUNCES", 5)),
            within=getattr(settings, "SOFT_WITHIN", timedelta(days=30)),
        ),
    }


def _no_deliveries(subscriber: int, after: datetime, before: datetime) -> Sequence[datetime]:
    return ()


deliveries: Callable[[int, datetime, datetime], Sequence[datetime]] = _no_deliveries
"""When mails reached a subscriber (by id) between two times; set by who keeps the record of mails."""


class UndoError(ValueError):
    """It cannot be undone; the message says why."""


def record(
    source: str,
    external_id: str,
    *,
    norm: str,
    kind: str,
    at: datetime,
    detail: str = "",
    subscriber: int | None = None,
    subscription: int | None = None,
) -> Feedback:
    """Take in one message about one address, and do what ``policy`` says. The same (``source``, ``external_id``) again
    does nothing.

    ``norm`` is the normalised address; only its keyed hash is kept. ``subscriber`` is its owner by id, where that is
    known better than by the address. With ``subscription`` an opt-out is of that one, else of all lists.
    """
    hashed = value_hash(norm)
    with transaction.atomic():
        owner = _owner(norm, subscriber)
        cut = _judged_until(hashed)
        old = cut is not None and at <= cut
        told, new = Feedback.objects.get_or_create(
            source=source,
            external_id=external_id[:200],
            defaults={
                "value_hash": hashed,
                "subscriber_id": owner,
                "kind": _Kind(kind),
                "at": at,
                "detail": detail[:300],
                "undone_at": cut if old else None,
                "undone_by": "lifted after it happened" if old else "",
            },
        )
        if new:
            _judge(hashed, at)
            if policy()[kind].leaves and owner is not None:
                _leave(owner, None if kind == _Kind.COMPLAINT else subscription, at=at, source=source)
    return told


def delivered(subscribers: Sequence[int], at: datetime) -> None:
    """Mails reached these subscribers: who is suppressed for soft bounces only is judged again, for the delivery may
    have happened between them."""
    soft = Feedback.objects.filter(subscriber_id__in=subscribers, kind=_Kind.SOFT, suppression__lifted_at=None)
    for hashed in set(soft.exclude(suppression=None).values_list("value_hash", flat=True)):
        with transaction.atomic():
            _judge(hashed, at)


def undo(told: Feedback, *, actor: str, at: datetime) -> bool:
    """Take back what one message did: a false bounce, say. True where that lifts a suppression; false where nothing had
    come of it, or something else suppresses the address, too. Lists that were left stay left.

    Raises ``UndoError``: it is undone already, or is the reader's own word.
    """
    if not policy()[told.kind].undone:
        raise UndoError("it is the reader's own word, which nobody else takes back")
    with transaction.atomic():
        if not Feedback.objects.filter(pk=told.pk, undone_at=None).update(undone_at=at, undone_by=actor[:200]):
            raise UndoError("it was undone before")
        stood = _standing(told.value_hash)
        _judge(told.value_hash, at)
        return stood and not _standing(told.value_hash)


def _owner(norm: str, subscriber: int | None) -> int | None:
    rows = Subscriber.objects.select_for_update()  # what is told of one address at once is judged one by one
    found = rows.filter(pk=subscriber) if subscriber else rows.filter(email_norm=norm)
    return found.values_list("pk", flat=True).first()


def _judged_until(hashed: str) -> datetime | None:
    """A person looked at what had come back by then, and took it back: what happened before counts no more."""
    last: datetime | None = Feedback.objects.filter(value_hash=hashed).aggregate(last=Max("undone_at"))["last"]
    return last


def _judge(hashed: str, at: datetime) -> None:
    """Let the suppression of an address be what all that counts says."""
    row = suppression.find(hashed)
    stands = row is not None and row.lifted_at is None
    if row and stands and row.actor != ACTOR:
        return
    decided = _deciding(list(Feedback.objects.filter(value_hash=hashed, undone_at=None)))
    if decided:
        reason = policy()[decided.kind].reason
        if row and stands:
            Suppression.objects.filter(pk=row.pk).update(reason=reason, at=decided.at)
        else:
            suppression.suppress_hash(hashed, reason=reason, actor=ACTOR, at=decided.at)
            row = suppression.find(hashed)
        Feedback.objects.filter(suppression=row).exclude(pk=decided.pk).update(suppression=None)
        Feedback.objects.filter(pk=decided.pk).update(suppression=row)
    elif row and stands:
        Suppression.objects.filter(pk=row.pk).update(lifted_at=max(row.at, at))


def _deciding(told: Sequence[Feedback]) -> Feedback | None:
    """What suppresses the address, of all that counts; the same whatever the order."""
    told = sorted(told, key=lambda one: (one.at, one.source, one.external_id))
    for kind, rule in policy().items():
        found = [one for one in told if one.kind == kind and (rule.known or one.subscriber_id is None)]
        if decided := _first_run(found, rule):
            return decided
    return None


def _first_run(told: Sequence[Feedback], rule: Rule) -> Feedback | None:
    """The last message of the first run that is long enough."""
    by_day = list({one.at.date(): one for one in reversed(told)}.values())[::-1]  # the first of each day
    for first, last in zip(by_day, by_day[rule.days - 1 :], strict=False):
        if last.at - first.at <= rule.within and not _reached(last.subscriber_id, first.at, last.at):
            return last
    return None


def _reached(subscriber: int | None, after: datetime, before: datetime) -> bool:
    return subscriber is not None and after < before and bool(deliveries(subscriber, after, before))


def _leave(subscriber: int, subscription: int | None, *, at: datetime, source: str) -> None:
    """Unsubscribe from one or all, but for those that the reader came back to since."""
    rows = Subscription.objects.filter(subscriber=subscriber).exclude(state=Subscription.State.UNSUBSCRIBED)
    if subscription is not None:
        rows = rows.filter(pk=subscription)
    since = Consent.objects.filter(action__in=_OWN_WORD, at__gt=at)
    for token in rows.exclude(pk__in=since.values("subscription")).values_list("token", flat=True):
        consent.unsubscribe(token, at=at, source=source)


def _standing(hashed: str) -> bool:
    row = suppression.find(hashed)
    return row is not None and row.lifted_at is None
