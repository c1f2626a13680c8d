"""How a mailing stands at this moment, and why nothing moves where nothing does."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min

from newsletter.delivery.ledger import LEASE, OPEN
from newsletter.delivery.stalls import at_work
from newsletter.models import Batch, Delivery, Mailing


@dataclass(frozen=True)
class Look:
    """One look at a mailing."""

    id: int
    at: datetime
    state: str
    """``waiting`` (nothing is due yet), ``running``, ``stalled``, ``paused``, ``cancelled`` or ``finished``."""
    reason: str
    """Why nothing moves; empty where it does."""
    recipients: int
    states: dict[str, int]
    done: int
    workers: int
    """Batches that are being sent now, each by one worker."""
    rate: float | None = None
    """Recipients a second since an earlier look."""
    seconds_left: float | None = None

    @property
    def over(self) -> bool:
        """Nothing will change any more unless a person does something."""
        return self.state in {"paused", "cancelled", "finished"}

    def as_json(self) -> dict[str, Any]:
        """Everything, for programs."""
        return asdict(self)


def look(mailing: Mailing, *, now: datetime, before: Look | None = None, alone: bool = False) -> Look:
    """``mailing`` at ``now``; with an earlier look ``before``, the rate since then and the time left at that rate.
    ``alone``: it is known that nobody sends (``engine.somebody_sends``); else that shows after a while."""
    mailing.refresh_from_db()
    counted = Delivery.objects.filter(mailing=mailing).values_list("state").annotate(number=Count("pk")).order_by()
    found = dict(counted)
    states = {state.value: found[state.value] for state in Delivery.State if state.value in found}
    left = sum(states.get(state.value, 0) for state in OPEN)
    alive = 0 if alone else at_work(Batch.objects.filter(mailing=mailing), now=now).count()
    state, reason = _state(mailing, left, alive, now)
    done = mailing.count - left
    rate = None
    if before and (passed := (now - before.at).total_seconds()) > 0:
        rate = max(0, done - before.done) / passed
    return Look(
        id=mailing.pk,
        at=now,
        state=state,
        reason=reason,
        recipients=mailing.count,
        states=states,
        done=done,
        workers=alive,
        rate=rate,
        seconds_left=left / rate if rate and state == "running" else None,
    )


def _state(mailing: Mailing, left: int, alive: int, now: datetime) -> tuple[str, str]:
    if mailing.state != Mailing.State.RUNNING:
        return mailing.state, mailing.reason
    if not left:
        return "finished", ""
    if alive:
        return "running", ""
    batches = Batch.objects.filter(mailing=mailing)
    due = batches.filter(state=Batch.State.PENDING).aggregate(at=Min("next_at"))["at"]
    if due and due > now:
        why = "the undo window, or the time that was set" if due <= mailing.not_before else "a limit, or the provider"
        return "waiting", f"{why} holds it until {due.isoformat(timespec='seconds')}"
    silent = batches.filter(state=Batch.State.CLAIMED).aggregate(at=Min("lease_until"))["at"]
    if silent and not due:
        sign = (silent - LEASE).isoformat(timespec="seconds")
        return "stalled", f"whoever was sending has given no sign of life since {sign}"
    return "stalled", f"nobody is sending it; newsletter mailing resume {mailing.pk} does"
