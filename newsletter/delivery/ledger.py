"""The ledger: who may do what to the rows of a mailing, one short transaction each.

A batch is claimed under a lease and a fencing number. For each group of it the attempt is committed before the provider
is called, and settled after, both only under the number of the claim: whoever lost the claim changes nothing any more.
Times come from the caller.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min, Q, QuerySet

from newsletter.delivery import journal, rows, schedule
from newsletter.delivery.claims import Claim, Intent, Result, Row, Settled, Unanswered
from newsletter.delivery.providers.base import Hold
from newsletter.models import Attempt, Batch, Delivery, Mailing
from subscribers import audience

LEASE = timedelta(minutes=15)
"""How long a claim lasts without a sign of life; every attempt renews it."""
SYSTEM = "newsletter"
"""The actor of what no person and no provider decided."""
LOST = "lost"
"""The outcome of an attempt whose sender died. A row that is pending after it may have been accepted all the same."""
IN_DOUBT = "the sender stopped before it knew the answer, and it was not submitted again"
"""Why such a row is ``unknown`` where it may no longer be mailed."""

State = Delivery.State
OPEN = (State.PENDING, State.SUBMITTING)
"""States that are not the end."""


class LostClaim(Exception):
    """Another sender has the batch now: the lease ran out."""


class Stopped(Exception):
    """The mailing does not run any more: it was paused or cancelled."""


def claim(
    mailing: int,
    *,
    now: datetime,
    exactly_once: bool,
    only: int | None = None,
    margin: timedelta | None = None,
    running: bool = True,
) -> Claim | None:
    """The next batch that is due, or whose lease ran out, or just ``only`` if it is; ``None`` where there is none.

    What another sender is claiming at this moment is passed over, where the store can (PostgreSQL).
    What a lost claim left ``submitting`` is pending again where the provider is ``exactly_once``; it is left as it is
    in attempts that can be called back until ``margin`` before they leave (``Claim.unanswered``); else it is
    ``unknown``.
    Raises ``Stopped``, unless ``running`` is of no matter: then nothing of the batch can be submitted, only cleared up.
    """
    schedule.begin(mailing, now=now)
    with transaction.atomic():
        if running:
            require_running(mailing)
        found = rows.next_batch(mailing, only, now=now)
        if found is None:
            return None
        batch, rendering, lost = found
        rows.take(batch, lost + 1, now + LEASE)
        unanswered = _end_claim(batch, now=now, exactly_once=exactly_once, margin=margin) if lost else ()
        journal.note("batch", mailing=mailing, batch=batch, state="claimed", fence=lost + 1)
        return Claim(mailing, batch, rendering, lost + 1, rows.pending_ids(batch), unanswered)


def _end_claim(batch: int, *, now: datetime, exactly_once: bool, margin: timedelta | None) -> tuple[Unanswered, ...]:
    """Make good what an earlier claim left without an end; the attempts that can still be called back stay."""
    unanswered = _unanswered(batch, now + margin) if margin is not None else ()
    held = [one.attempt for one in unanswered]
    left = Delivery.objects.filter(batch=batch, state=State.SUBMITTING).exclude(attempt__in=held)
    if exactly_once:
        left.update(state=State.PENDING, at=now, actor=SYSTEM, reason="the sender stopped; submitted again")
    else:
        left.update(state=State.UNKNOWN, at=now, actor=SYSTEM, reason="the sender stopped before it knew the answer")
    Attempt.objects.filter(batch=batch, ended_at=None).exclude(pk__in=held).update(outcome=LOST, ended_at=now)
    return unanswered


def due_at(now: datetime) -> Q:
    """Which batches can be claimed at ``now``."""
    return Q(state=Batch.State.PENDING, next_at__lte=now) | Q(state=Batch.State.CLAIMED, lease_until__lte=now)


def intend(
    claim: Claim, groups: Sequence[Sequence[int]], *, now: datetime, actor: str, holds: Sequence[Hold] = ()
) -> tuple[Intent, ...]:
    """Commit that each group of rows is about to be submitted, as far as they still may be: an attempt for each, under
    the hold of that place where there are holds.

    Suppression and consent are read again here, as close to the call as can be; see ``gone`` for those who leave until
    it is committed. Within a transaction of the caller it is committed with that. Raises ``LostClaim``, ``Stopped``.
    """
    with _together():
        _hold(claim, now)
        runs, attempts, known = rows.look(claim, [key for group in groups for key in group])
        if not runs:
            raise Stopped
        left = gone(known.values(), now=now)
        out = {key: _dropped(left[key]) for key in left}
        if out:
            doubtful = Delivery.objects.filter(pk__in=out, attempt__outcome=LOST).values_list("pk", flat=True)
            out |= {key: Settled(State.UNKNOWN, f"{IN_DOUBT}: {out[key].reason}", SYSTEM) for key in doubtful}
            rows.move(claim.batch, out, now=now)
            journal.dropped(claim, known, out)
        return _attempts(
            claim,
            [tuple(known[key] for key in group if key in known and key not in out) for group in groups],
            [sum(key in out for key in group) for group in groups],
            after=attempts,
            now=now,
            actor=actor,
            holds=holds,
        )


def gone(known: Iterable[Row], *, now: datetime) -> dict[int, str]:
    """Which of these rows may no longer be mailed, and why.

    On SQLite nobody leaves between the look at it in ``intend`` and the commit. On PostgreSQL they may: so a sender
    asks again once it is committed, and lets go of these (``leave_out``) before any call.
    """
    asked = {row.pk: row.subscription for row in known}
    found = audience.no_longer([key for key in asked.values() if key], at=now)
    found_of = {pk: found.get(key) if key else "erased" for pk, key in asked.items()}
    return {pk: why for pk, why in found_of.items() if why}


def leave_out(claim: Claim, intent: Intent, left: Mapping[int, str], *, now: datetime) -> Intent:
    """A committed intent whose call was not made yet, without the rows that are ``left``, which get their end state.

    Where no row is left, its attempt is over. Raises ``LostClaim``.
    """
    out = {row.pk: _dropped(left[row.pk]) for row in intent.rows if row.pk in left}
    kept = tuple(row for row in intent.rows if row.pk not in left)
    if out:
        settle(claim, [Result(intent, out, "left out", open=bool(kept))], now=now)
    return replace(intent, rows=kept, dropped=len(out))


def settle(claim: Claim, results: Sequence[Result], *, now: datetime) -> None:
    """Write down what became of the rows of some attempts; with none of them, it only renews the lease.

    Within a transaction of the caller it is committed with that. Raises ``LostClaim``: then nothing is written.
    """
    with _together():
        _hold(claim, now)
        rows.settle(claim.batch, results, now=now)
        journal.settled(claim, results)


def release(claim: Claim, *, now: datetime, next_at: datetime) -> None:
    """Give a batch back: done where all in it have their end state, else due again at ``next_at``.

    Raises ``LostClaim``.
    """
    with _together():
        _hold(claim, now)
        state = Batch.State.PENDING if rows.has_open(claim.batch) else Batch.State.DONE
        rows.give_back(claim.batch, state.value, next_at)
        journal.note("batch", mailing=claim.mailing, batch=claim.batch, state=state.value)


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
    if running.update(state=Mailing.State.PAUSED, reason=reason[:300]):
        journal.warn("mailing", mailing=mailing, state="paused", reason=reason)


def resume(mailing: int) -> None:
    """Let a paused mailing go on; its batches are due at once, and who was put off has all tries again."""
    paused = Mailing.objects.filter(pk=mailing, state=Mailing.State.PAUSED)
    if paused.update(state=Mailing.State.RUNNING, reason=""):
        journal.note("mailing", mailing=mailing, state="running")
    for batch in _open_batches(mailing).filter(fence__gt=0).values_list("pk", flat=True):
        Delivery.objects.filter(batch=batch, state=State.PENDING, tries__gt=0).update(tries=0)
    not_before = Mailing.objects.values_list("not_before", flat=True).get(pk=mailing)
    Batch.objects.filter(mailing=mailing, state=Batch.State.PENDING).update(
        next_at=not_before
    )  # as a sender: rows first


def cancel(mailing: int, *, actor: str, now: datetime) -> None:
    """Nobody who is still pending gets this mailing. What was submitted stays as it is, and what is being submitted
    will be settled. The mailing's key is free again: a new start mails those who have not got the issue."""
    Mailing.objects.filter(pk=mailing).update(state=Mailing.State.CANCELLED, reason=f"cancelled by {actor}"[:300])
    journal.note("mailing", mailing=mailing, state="cancelled")
    sweep_cancelled(mailing, actor=actor, now=now)
    Mailing.objects.filter(pk=mailing).update(key=f"/{mailing}")


def sweep_cancelled(mailing: int, *, actor: str, now: datetime) -> None:
    """Give every pending row of a cancelled mailing its end state, batch by batch."""
    for batch in _open_batches(mailing).order_by("number").values_list("pk", flat=True):
        with transaction.atomic():
            rows.hold(batch)
            pending = Delivery.objects.filter(batch=batch, state=State.PENDING)
            pending.filter(attempt__outcome=LOST).update(state=State.UNKNOWN, reason=IN_DOUBT, actor=SYSTEM, at=now)
            pending.update(state=State.CANCELLED, reason="the mailing was cancelled", actor=actor, at=now)


def open_rows(mailing: int) -> int:
    """How many rows of the mailing have no end state yet. In a batch that nobody claimed it is all of them, unless the
    mailing was cancelled; so a million that wait are counted without being looked at."""
    batches = _open_batches(mailing)
    untouched = batches.filter(fence=0).exclude(mailing__state=Mailing.State.CANCELLED)
    others = batches.exclude(pk__in=untouched)
    waiting = Delivery.objects.filter(batch__in=untouched).count()
    return waiting + Delivery.objects.filter(batch__in=others, state__in=OPEN).count()


def any_open(mailing: int) -> bool:
    """Whether rows of the mailing have no end state yet; a batch is done once all of its have one."""
    return Delivery.objects.filter(batch__in=_open_batches(mailing), state__in=OPEN).exists()


def _open_batches(mailing: int) -> QuerySet[Batch]:
    return Batch.objects.filter(mailing=mailing).exclude(state=Batch.State.DONE)


def require_running(mailing: int) -> None:
    """Raises ``Stopped`` where the mailing is paused or cancelled."""
    if not rows.runs(mailing):
        raise Stopped


def _together() -> AbstractContextManager[None]:
    """A transaction, or the caller's without a savepoint, which would be two more statements each time: whoever lost a
    claim finds out before anything is written."""
    return nullcontext() if connection.in_atomic_block else transaction.atomic()


def _hold(claim: Claim, now: datetime) -> None:
    """Renew the lease, and hold the batch until the transaction ends. Raises ``LostClaim``."""
    if not rows.renew(claim.batch, claim.fence, now + LEASE):
        raise LostClaim


def _unanswered(batch: int, after: datetime) -> tuple[Unanswered, ...]:
    """The attempts of the batch without an end that leave later than ``after``."""
    found = Attempt.objects.filter(batch=batch, ended_at=None, send_at__gt=after).order_by("id")
    return tuple(Unanswered(one.pk, Hold(one.hold, one.send_at)) for one in found if one.send_at)


def _dropped(why: str) -> Settled:
    return Settled(State.SUPPRESSED if why.startswith("suppressed") else State.CANCELLED, why, SYSTEM)


def _attempts(
    claim: Claim,
    groups: Sequence[tuple[Row, ...]],
    dropped: Sequence[int],
    *,
    after: int,
    now: datetime,
    actor: str,
    holds: Sequence[Hold],
) -> tuple[Intent, ...]:
    """An attempt for each group that still has rows; these are ``submitting`` then."""
    under: list[Hold | None] = list(holds) or [None] * len(groups)
    made = rows.start(claim, [hold for group, hold in zip(groups, under, strict=True) if group], after, now=now)
    left = iter(made)
    intents = tuple(
        Intent(next(left) if group else 0, group, out, hold)
        for group, out, hold in zip(groups, dropped, under, strict=True)
    )
    rows.submit(claim.batch, intents, now=now, actor=actor)
    journal.intended(claim, intents)
    return intents
