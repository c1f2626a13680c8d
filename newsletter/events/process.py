"""From what came in to what follows: events on record, deliveries moved, readers' addresses judged.

What was told twice, or in another order, ends the same: an event is kept once by its source's own name for it, a
delivery has the event of the highest rank whenever it came, and addresses are judged by ``subscribers.feedback``. So a
process that dies in the middle leaves nothing wrong: whatever is not closed is read again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from newsletter.delivery import journal
from newsletter.events import inbox, mail, sendgrid, sendgrid_lists
from newsletter.events.told import Reading, Told
from newsletter.models import Delivery, Event, Mailing, WebhookInbox
from subscribers import feedback
from subscribers.models import Subscriber, Subscription
from subscribers.stores import at_of, on_postgres

CHUNK = 200
"""Events in one transaction, which keeps the lock of the store for some ten milliseconds."""
FEW = 2
"""Addresses that are judged in one transaction: each opt-out among them waits for the disk."""
TOGETHER = 20
"""Posts and mails that are looked into together."""
RANK = {kind.value: rank for rank, kind in enumerate(Event.Kind, start=1)}
"""Of several events about one mail the last of these counts."""
LEFT = tuple(kind.value for kind in Event.Kind if kind not in {Event.Kind.PROCESSED, Event.Kind.DROPPED})
"""Only a mail that has left can be told these of."""
LATE = timedelta(days=10)
"""So long after its start a mailing may still get answers."""
READERS: Mapping[str, Callable[[bytes, Mapping[str, str], datetime], Reading]] = {
    sendgrid.NAME: sendgrid.read,
    sendgrid_lists.NAME: sendgrid_lists.read,
    mail.NAME: mail.read,
}
"""Source -> what reads its posts."""
_State = Delivery.State
_INSERT = (
    f"INSERT INTO {Event._meta.db_table} (provider, external_id, delivery_id, kind, at, detail, inbox_id) "  # noqa: S608
    "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (provider, external_id) DO NOTHING"
)
_COLUMNS = ("pk", "public_id", "state", "event", "event_at", "subscriber_id", "subscription_id", "email_norm")


def process_waiting(*, now: Callable[[], datetime], stop: Callable[[], bool] = lambda: False) -> int:
    """Look into whatever nobody has looked into; how many posts and mails these are."""
    done = 0
    waiting = inbox.waiting()
    for start in range(0, len(waiting), TOGETHER):
        if stop():
            break
        numbers = waiting[start : start + TOGETHER]
        try:
            done += process(numbers, now=now())
        except Exception:  # one of them, or the store is busy
            done += sum(_alone(number, now()) for number in numbers)
    return done


def process(numbers: Sequence[int], *, now: datetime) -> int:
    """Look into these together; how many of them nobody had looked into."""
    rows = list(WebhookInbox.objects.filter(pk__in=numbers, done_at=None).order_by("pk"))
    found = [(row, _read(row)) for row in rows]
    for source in sorted({row.provider for row in rows}):
        told = [(row.pk, one) for row, reading in found if row.provider == source for one in reading.told]
        for start in range(0, len(told), CHUNK):
            _take(source, told[start : start + CHUNK], now)
    with inbox.after_who_waits(), transaction.atomic():
        read = [row.pk for row, reading in found if not reading.problems]
        inbox.close(read, at=now)
        lists = [row.pk for row in rows if row.provider == sendgrid_lists.NAME]
        nothing_new = WebhookInbox.objects.filter(pk__in=read, events=None).values_list("pk", flat=True)
        inbox.empty([*lists, *nothing_new])
        for row, reading in found:
            if reading.problems:
                problem = _in_one_line(reading)
                journal.warn("inbox", number=row.pk, source=row.provider, problem=problem)
                inbox.close([row.pk], at=now, problem=problem)
    return len(rows)


def _alone(number: int, now: datetime) -> int:
    try:
        return process([number], now=now)
    except Exception as error:  # the next look tries again, and the others go on
        journal.warn("inbox", number=number, error=type(error).__name__)
        return 0


def _read(row: WebhookInbox) -> Reading:
    reader = READERS.get(row.provider)
    if reader is None:
        return Reading(problems=[f"nothing here reads what '{row.provider}' sends"], size=1)
    try:
        return reader(bytes(row.body), row.headers, row.received_at)
    except Exception as error:  # it stays on record; nothing that comes in from outside stops the rest
        return Reading(problems=[f"it cannot be read: {type(error).__name__}"], size=1)


def _in_one_line(found: Reading) -> str:
    more = f" (and {len(found.problems) - 3:,} more)" if len(found.problems) > 3 else ""
    return f"{len(found.problems):,} of {found.size:,} could not be read: {'; '.join(found.problems[:3])}"[:270] + more


def _take(source: str, items: Sequence[tuple[int, Told]], now: datetime) -> None:
    """``items``: the number of the post or mail, and what it tells."""
    numbers, told = [number for number, _ in items], [_named(one) for _, one in items]
    with inbox.after_who_waits(), transaction.atomic():
        deliveries = _deliveries(told)
        _record(source, numbers, told, deliveries)
        _move(source, told, deliveries, now)
    _tell_subscribers(source, told, deliveries)


def _named(one: Told) -> Told:
    """The same with its delivery, where only the link of the mail is known: the newest with that link."""
    if one.delivery or not one.token:
        return one
    mails = Delivery.objects.filter(subscription__token=one.token, token=one.token)
    return replace(one, delivery=mails.order_by("-pk").values_list("public_id", flat=True).first() or "")


def _deliveries(told: Sequence[Told]) -> dict[str, dict[str, Any]]:
    """The deliveries that are spoken of, by public id, held until the transaction ends.

    On PostgreSQL a sender may hold one of them and want another; of the two, this gives way, and looks again later: a
    sender that was chosen (after a second) would forget what the provider has just answered.
    """
    if on_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
    ids = sorted({one.delivery for one in told if one.delivery})
    rows = Delivery.objects.select_for_update().filter(public_id__in=ids).order_by("pk")
    return {row["public_id"]: row for row in rows.values(*_COLUMNS)}


def _record(
    source: str, numbers: Sequence[int], told: Sequence[Told], deliveries: Mapping[str, dict[str, Any]]
) -> None:
    """Keep each event once, whoever told it how often."""
    rows = [
        (
            source,
            one.external_id,
            deliveries[one.delivery]["pk"] if one.delivery in deliveries else None,
            one.kind.value,
            at_of(one.at),
            one.detail,
            number,
        )
        for number, one in zip(numbers, told, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _move(source: str, told: Sequence[Told], deliveries: Mapping[str, dict[str, Any]], now: datetime) -> None:
    """Give each delivery its event of the highest rank; what proves that a mail was taken resolves it."""
    best: dict[str, tuple[int, datetime, str]] = {}
    proven: dict[int, str] = {}
    for one in told:
        if row := deliveries.get(one.delivery):
            best[one.delivery] = max(best.get(one.delivery, (0, one.at, "")), (RANK[one.kind], one.at, one.kind.value))
            if row["state"] == _State.UNKNOWN or (row["state"] == _State.PENDING and one.kind in LEFT):
                proven[row["pk"]] = one.kind.value
    moved = []
    for public_id, (rank, at, kind) in best.items():
        row = deliveries[public_id]
        if row["event_at"] is None or (rank, at) > (RANK.get(row["event"], 0), row["event_at"]):
            moved.append((kind, at_of(at), row["pk"]))
    if moved:
        with connection.cursor() as cursor:
            table = Delivery._meta.db_table
            cursor.executemany(f"UPDATE {table} SET event = %s, event_at = %s WHERE id = %s", moved)  # noqa: S608
    for pk, kind in proven.items():
        accept(Delivery.objects.filter(pk=pk), source, kind, now)


def accept(rows: Any, source: str, kind: str, now: datetime) -> int:
    """``rows`` were taken by the provider after all: an event of ``kind`` proves it."""
    open_rows = rows.filter(state__in=(_State.UNKNOWN, _State.PENDING))
    moved: int = open_rows.update(
        state=_State.ACCEPTED, reason=f"an event proves it: {kind}", actor=f"provider {source}", at=now
    )
    if moved:
        journal.note("delivery", state="accepted", by=f"an event of {source}", rows=moved)
    return moved


def resolve_late(*, now: datetime) -> int:
    """Resolve what became ``unknown`` after its event had come: the event was faster than the provider's answer."""
    recent = Mailing.objects.filter(started_at__gte=now - LATE).values_list("pk", flat=True)
    unknown = Delivery.objects.filter(mailing__in=list(recent), state=_State.UNKNOWN).exclude(event="")
    found = list(unknown.values_list("pk", "event", "mailing__provider")[:CHUNK])
    return sum(accept(Delivery.objects.filter(pk=pk), provider, kind, now) for pk, kind, provider in found)


def _tell_subscribers(source: str, told: Sequence[Told], deliveries: Mapping[str, dict[str, Any]]) -> None:
    said = [(one, one.feedback, whom) for one in told if one.feedback and (whom := _whom(one, deliveries))]
    for start in range(0, len(said), FEW):
        with inbox.after_who_waits(), transaction.atomic():
            for one, kind, whom in said[start : start + FEW]:
                feedback.record(source, one.external_id, kind=kind, at=one.at, detail=one.detail, **whom)
    reached = {
        row["subscriber_id"]: one.at
        for one in told
        if one.kind == Event.Kind.DELIVERED and (row := deliveries.get(one.delivery)) and row["subscriber_id"]
    }
    if reached:
        feedback.delivered(list(reached), max(reached.values()))


def _whom(one: Told, deliveries: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Whom it is about, as ``feedback.record`` wants it; nobody, where it is about no mail or reader of ours."""
    if row := deliveries.get(one.delivery):
        if "@" not in row["email_norm"]:  # erased since
            return None
        subscription = None if one.everywhere else row["subscription_id"]
        return {"norm": row["email_norm"], "subscriber": row["subscriber_id"], "subscription": subscription}
    if one.token:
        found = Subscription.objects.select_related("subscriber").filter(token=one.token).first()
        if found is None:
            return None
        subscription = None if one.everywhere else found.pk
        return {
            "norm": found.subscriber.email_norm,
            "subscriber": found.subscriber_id,
            "subscription": subscription,
        }
    if one.address and (one.strangers or Subscriber.objects.filter(email_norm=one.address).exists()):
        return {"norm": one.address}
    return None
