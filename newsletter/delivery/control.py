"""What a person decides about a mailing that runs: pause, resume, cancel, retry, resolve. Each is on record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from newsletter.delivery import fencing, journal, ledger, schedule
from newsletter.delivery.ledger import State
from newsletter.delivery.rows import hold
from newsletter.models import Audit, Batch, Delivery, Mailing
from subscribers.stores import on_postgres

BY_PERSON = "paused by "
"""How the reason of a pause begins that a person asked for."""


class ControlError(ValueError):
    """It cannot be done with this mailing; the message says why."""


def pause(mailing: Mailing, *, actor: str, now: datetime) -> None:
    """Let nobody be submitted any more from the next call to the provider on, whoever is sending.

    Raises ``ControlError``.
    """
    _refuse(mailing, Mailing.State.CANCELLED, "was cancelled")
    _refuse(mailing, Mailing.State.PAUSED, "is paused already")
    if not ledger.open_rows(mailing.pk):
        raise ControlError(f"mailing {mailing.pk} is finished; there is nothing to pause")
    with transaction.atomic():
        ledger.pause(mailing.pk, reason=f"{BY_PERSON}{actor}")
        _record(mailing, "pause", actor, now)


def resume(mailing: Mailing, *, actor: str, now: datetime) -> None:
    """Let a paused mailing go on, also where it is later than it was to start. Raises ``ControlError``."""
    _refuse(mailing, Mailing.State.CANCELLED, "was cancelled and stays so")
    with transaction.atomic():
        was = Mailing.objects.select_for_update().get(pk=mailing.pk)
        schedule.start_anyway(mailing.pk, now=now)
        ledger.resume(mailing.pk)
        _defer(mailing, now)
        if was.state == Mailing.State.PAUSED:
            _record(mailing, "resume", actor, now, reason=was.reason)


def cancel(mailing: Mailing, *, actor: str, now: datetime) -> None:
    """Mail nobody any more who is still waiting; ``engine.withdraw`` then takes back what has not left.

    Raises ``ControlError``.
    """
    over = not ledger.open_rows(mailing.pk) and not fencing.leaving(mailing, now=now).number
    if mailing.state != Mailing.State.CANCELLED and over:
        raise ControlError(f"mailing {mailing.pk} is finished; there is nobody left to leave out")
    _record(mailing, "cancel", actor, now)
    ledger.cancel(mailing.pk, actor=actor, now=now)


def retry_failed(mailing: Mailing, *, actor: str, now: datetime) -> int:
    """Make those pending again who are ``failed``, and nobody else; how many they are. Raises ``ControlError``."""
    _refuse(mailing, Mailing.State.CANCELLED, "was cancelled and stays so")
    failed = Delivery.objects.filter(mailing=mailing, state=State.FAILED)
    number = 0
    for batch in _batches(failed):
        with transaction.atomic():
            hold(batch)
            rows = failed.filter(batch=batch)
            for public_id in rows.values_list("public_id", flat=True):
                journal.note("delivery", mailing=mailing.pk, delivery=public_id, state="pending", by="a person")
            number += rows.update(
                state=State.PENDING, attempt=None, tries=0, reason=f"tried again for {actor}"[:300], actor=actor, at=now
            )
            Batch.objects.filter(pk=batch, state=Batch.State.DONE).update(state=Batch.State.PENDING, next_at=now)
    if number:
        _defer(mailing, now)
        _record(mailing, "retry", actor, now, rows=number)
    return number


def resolve(
    mailing: Mailing, state: State, *, actor: str, reason: str, now: datetime, delivery: str | None = None
) -> int:
    """A person says what became of those that are ``unknown``: ``accepted`` or ``failed``; how many they are.

    All of them, or the one whose public id is ``delivery``. Raises ``ControlError``.
    """
    if state not in {State.ACCEPTED, State.FAILED}:
        raise ControlError(f"'{state}' is not what somebody can know; it is accepted or failed")
    if not reason.strip():
        raise ControlError("it is not said how you know")
    unknown = Delivery.objects.filter(mailing=mailing, state=State.UNKNOWN)
    if delivery is not None:
        unknown = unknown.filter(public_id=delivery)
        if not unknown.exists():
            raise ControlError(f"mailing {mailing.pk} has no unknown delivery '{delivery[:40]}'")
    number = 0
    for batch in _batches(unknown):
        with transaction.atomic():
            rows = unknown.filter(batch=batch)
            ids = list(rows.values_list("public_id", flat=True))
            number += rows.update(state=state, reason=f"resolved: {reason.strip()}"[:300], actor=actor, at=now)
            for public_id in ids:
                journal.note("delivery", mailing=mailing.pk, delivery=public_id, state=state.value, by="a person")
    if number:
        _record(mailing, "resolve", actor, now, rows=number, state=state.value, reason=reason, delivery=delivery)
    return number


def _batches(rows: QuerySet[Delivery]) -> Iterator[int]:
    """The batches that ``rows`` are in: one short transaction each."""
    yield from list(rows.order_by("batch").values_list("batch", flat=True).distinct())


def _defer(mailing: Mailing, now: datetime) -> None:
    """Tell the workers; on SQLite, the loop looks by itself."""
    if on_postgres():
        from newsletter.delivery import tasks  # noqa: PLC0415  (procrastinate is an app of sites on PostgreSQL only)

        tasks.defer(mailing.pk, now=now)


def _refuse(mailing: Mailing, state: str, words: str) -> None:
    if mailing.state == state:
        raise ControlError(f"mailing {mailing.pk} {words}")


def _record(mailing: Mailing, action: str, actor: str, now: datetime, **detail: Any) -> None:
    Audit.objects.create(actor=actor, action=action, object=f"mailing {mailing.pk}", at=now, detail=detail)
