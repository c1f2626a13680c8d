"""The ledger: who may do what to the rows of a mailing, one short transaction each.

A batch is claimed under a lease and a fencing number. For each group of it the attempt is committed before the provider
is called, and settled after, both only under the number of the claim: whoever lost the claim changes nothing any more.
Times come from the caller.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min, Q

from newsletter.models import Attempt, Batch, Delivery, Mailing
from subscribers import audience

LEASE = timedelta(minutes=15)
"""How long a claim lasts without a sign of life; every attempt renews it."""
CHUNK = 500
"""Rows that one statement changes."""
SYSTEM = "newsletter"
"""The actor of what no person and no provider decided."""

State = Delivery.State
OPEN = (State.PENDING, State.SUBMITTING)
"""States that are not the end."""


class LostClaim(Exception):
    """Another sender has the batch now: the lease ran out."""


class Stopped(Exception):
    """The mailing does not run any more: it was paused or cancelled."""


@dataclass(frozen=True)
class Claim:
    """A batch under a fencing number, with the rows that are pending in it."""

    batch: int
    rendering: int
    fence: int
    pending: tuple[int, ...]


@dataclass(frozen=True)
class Intent:
    """A committed attempt: these rows, which are ``submitting`` now, may be handed to the provider."""

    attempt: int
    rows: tuple[Delivery, ...]
    dropped: int
    """Rows that may no longer be mailed, and have their end state."""


@dataclass(frozen=True)
class Settled:
    """What a row is to become. ``tried``: the provider put this recipient off."""

    state: str
    reason: str
    actor: str
    tried: bool = False


def claim(mailing: int, *, now: datetime, exactly_once: bool) -> Claim | None:
    """The next batch that is due, or whose lease ran out; ``None`` where there is none.

    What a lost claim left ``submitting`` is pending again where the provider is ``exactly_once``, else ``unknown``.
    Raises ``Stopped``.
    """
    due = Q(state=Batch.State.PENDING, next_at__lte=now) | Q(state=Batch.State.CLAIMED, lease_until__lte=now)
    with transaction.atomic():
        _require_running(mailing)
        batch = Batch.objects.select_for_update().filter(due, mailing=mailing).order_by("number").first()
        if batch is None:
            return None
        batch.state, batch.fence, batch.lease_until = Batch.State.CLAIMED, batch.fence + 1, now + LEASE
        batch.save(update_fields=["state", "fence", "lease_until"])
        left = Delivery.objects.filter(batch=batch, state=State.SUBMITTING)
        if exactly_once:
            left.update(state=State.PENDING, at=now, actor=SYSTEM, reason="the sender stopped; submitted again")
        else:
            left.update(
                state=State.UNKNOWN, at=now, actor=SYSTEM, reason="the sender stopped before it knew the answer"
            )
        Attempt.objects.filter(batch=batch, ended_at=None).update(outcome="lost", ended_at=now)
        pending = Delivery.objects.filter(batch=batch, state=State.PENDING).order_by("id").values_list("id", flat=True)
        return Claim(batch.pk, batch.rendering_id, batch.fence, tuple(pending))


def intend(claim: Claim, ids: Collection[int], *, now: datetime, actor: str) -> Intent:
    """Commit that the rows ``ids`` are about to be submitted, as far as they still may be.

    Suppression and consent are read again here, as close to the call as can be. Raises ``LostClaim``, ``Stopped``.
    """
    with transaction.atomic():
        batch = _hold(claim, now)
        _require_running(batch.mailing_id)
        rows = list(Delivery.objects.filter(pk__in=ids, batch=batch, state=State.PENDING).order_by("id"))
        gone = audience.no_longer([row.subscription_id for row in rows if row.subscription_id], at=now)
        for row in rows:
            why = gone.get(row.subscription_id) if row.subscription_id else "erased"
            if why:
                state = State.SUPPRESSED if why.startswith("suppressed") else State.CANCELLED
                row.state, row.reason, row.actor, row.at = state, why, SYSTEM, now
        out = [row for row in rows if row.state != State.PENDING]
        Delivery.objects.bulk_update(out, ["state", "reason", "actor", "at"], batch_size=CHUNK)
        rows = [row for row in rows if row.state == State.PENDING]
        if not rows:
            return Intent(0, (), len(out))
        number = Attempt.objects.filter(batch=batch).count() + 1
        attempt = Attempt.objects.create(batch=batch, number=number, fence=claim.fence, started_at=now)
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.SUBMITTING, attempt=attempt, reason="", actor=actor, at=now
        )
    return Intent(attempt.pk, tuple(rows), len(out))


def settle(
    claim: Claim, intent: Intent, settled: Mapping[int, Settled], *, now: datetime, outcome: str, answer: str, ref: str
) -> None:
    """Write down what became of the rows of an attempt, by their id. Raises ``LostClaim``: then nothing is written."""
    table = Delivery._meta.db_table
    moved = f"UPDATE {table} SET state=%s, reason=%s, actor=%s, at=%s, tries=tries+%s WHERE id=%s AND attempt_id=%s"  # noqa: S608
    at = connection.ops.adapt_datetimefield_value(now)
    with transaction.atomic():
        _hold(claim, now)
        with connection.cursor() as cursor:
            cursor.executemany(
                moved + " AND state='submitting'",
                [
                    (row.state, row.reason[:300], row.actor, at, int(row.tried), key, intent.attempt)
                    for key, row in settled.items()
                ],
            )
        Attempt.objects.filter(pk=intent.attempt).update(
            outcome=outcome, answer=answer, provider_ref=ref[:200], ended_at=now
        )


def release(claim: Claim, *, now: datetime, next_at: datetime) -> None:
    """Give a batch back: done where all in it have their end state, else due again at ``next_at``.

    Raises ``LostClaim``.
    """
    with transaction.atomic():
        batch = _hold(claim, now)
        left = Delivery.objects.filter(batch=batch, state__in=OPEN).exists()
        batch.state = Batch.State.PENDING if left else Batch.State.DONE
        batch.lease_until, batch.next_at = None, next_at
        batch.save(update_fields=["state", "lease_until", "next_at"])


def hold_back(mailing: int, *, until: datetime) -> None:
    """No batch of the mailing is due before ``until``: the provider wants us to wait."""
    Batch.objects.filter(mailing=mailing, state=Batch.State.PENDING, next_at__lt=until).update(next_at=until)


def next_due(mailing: int) -> datetime | None:
    """When the next batch can be claimed; ``None`` where none is left."""
    open_batches = Batch.objects.filter(mailing=mailing).exclude(state=Batch.State.DONE)
    found = open_batches.aggregate(
        pending=Min("next_at", filter=Q(state=Batch.State.PENDING)),
        claimed=Min("lease_until", filter=Q(state=Batch.State.CLAIMED)),
    )
    times = [time for time in found.values() if time]
    return min(times) if times else None


def end_dead_claims(mailing: int, *, now: datetime) -> None:
    """Let every claim of the mailing run out. Only for the one sender that there can be (see ``sender_lock``)."""
    Batch.objects.filter(mailing=mailing, state=Batch.State.CLAIMED).update(lease_until=now)


def pause(mailing: int, *, reason: str) -> None:
    """Stop a running mailing until a person resumes it."""
    running = Mailing.objects.filter(pk=mailing, state=Mailing.State.RUNNING)
    running.update(state=Mailing.State.PAUSED, reason=reason[:300])


def resume(mailing: int) -> None:
    """Let a paused mailing go on; its batches are due at once, and who was put off has all tries again."""
    Mailing.objects.filter(pk=mailing, state=Mailing.State.PAUSED).update(state=Mailing.State.RUNNING, reason="")
    not_before = Mailing.objects.values_list("not_before", flat=True).get(pk=mailing)
    Batch.objects.filter(mailing=mailing, state=Batch.State.PENDING).update(next_at=not_before)
    Delivery.objects.filter(mailing=mailing, state=State.PENDING, tries__gt=0).update(tries=0)


def cancel(mailing: int, *, actor: str, now: datetime) -> None:
    """Nobody who is still pending gets this mailing. What was submitted stays as it is, and what is being submitted
    will be settled. The mailing's key is free again: a new start mails those who have not got the issue."""
    Mailing.objects.filter(pk=mailing).update(state=Mailing.State.CANCELLED, reason=f"cancelled by {actor}"[:300])
    sweep_cancelled(mailing, actor=actor, now=now)
    Mailing.objects.filter(pk=mailing).update(key=f"/{mailing}")


def sweep_cancelled(mailing: int, *, actor: str, now: datetime) -> None:
    """Give every pending row of a cancelled mailing its end state, a few at a time."""
    pending = Delivery.objects.filter(mailing=mailing, state=State.PENDING)
    while ids := list(pending.values_list("id", flat=True)[:CHUNK]):
        Delivery.objects.filter(pk__in=ids, state=State.PENDING).update(
            state=State.CANCELLED, reason="the mailing was cancelled", actor=actor, at=now
        )


def open_rows(mailing: int) -> int:
    """How many rows of the mailing have no end state yet."""
    return Delivery.objects.filter(mailing=mailing, state__in=OPEN).count()


def _hold(claim: Claim, now: datetime) -> Batch:
    """The batch of the claim, its lease renewed. Raises ``LostClaim``."""
    batch = Batch.objects.select_for_update().filter(pk=claim.batch, fence=claim.fence).first()
    if batch is None or batch.state != Batch.State.CLAIMED:
        raise LostClaim
    batch.lease_until = now + LEASE
    batch.save(update_fields=["lease_until"])
    return batch


def _require_running(mailing: int) -> None:
    if not Mailing.objects.filter(pk=mailing, state=Mailing.State.RUNNING).exists():
        raise Stopped
