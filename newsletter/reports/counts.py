"""The report of a mailing: counted from its rows, each time it is asked for."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from newsletter.models import Attempt, Batch, Delivery, Event, Mailing

REASONS = 10
"""Of each state, so many different reasons are told."""
NOTHING = "nothing"
"""Of whom nothing was told."""
_OPEN = {Delivery.State.PENDING.value, Delivery.State.SUBMITTING.value}
_BAD = (Delivery.State.REFUSED, Delivery.State.FAILED, Delivery.State.UNKNOWN)


@dataclass(frozen=True)
class Reason:
    """Why ``count`` recipients are in ``state``."""

    state: str
    reason: str
    count: int


@dataclass(frozen=True)
class Report:
    """What became of a mailing."""

    id: int
    issue: str
    revision: int
    list: str
    provider: str
    sender: str
    by: str
    started_at: datetime
    not_before: datetime
    state: str
    """``running``, ``paused``, ``cancelled`` or ``finished``."""
    reason: str
    """Why it is paused or cancelled."""
    recipients: int
    """In the snapshot; the states add up to it."""
    states: Mapping[str, int]
    languages: Mapping[str, Mapping[str, int]]
    """Language of the rendering -> state -> recipients."""
    reasons: tuple[Reason, ...]
    """For all states but accepted, the most frequent first."""
    left_out: Mapping[str, int]
    """Why people of the list are not in the snapshot -> how many."""
    events: Mapping[str, int]
    """What was told of the mails since, each recipient under the last thing that counts (``Event.Kind``); with
    ``nothing`` for those of whom nothing was told they add up to the recipients, and it is empty where nothing was told
    of anybody."""
    leaves_at: datetime | None = None
    """The provider has, or had, the mails and lets the last of them go then; nothing where they leave at once."""

    @property
    def open(self) -> int:
        """Recipients without an end state."""
        return sum(self.states.get(state, 0) for state in _OPEN)

    @property
    def done(self) -> int:
        """Recipients with one."""
        return self.recipients - self.open

    @property
    def partly_failed(self) -> bool:
        """Whether the provider did not take, or may not have taken, some of them."""
        return any(self.states.get(state.value, 0) for state in _BAD)

    def as_json(self) -> dict[str, Any]:
        """Everything, for programs."""
        return {**asdict(self), "done": self.done, "open": self.open}


def report_of(mailing: Mailing) -> Report:
    """The report of ``mailing`` as its rows are now. Raises ``AssertionError`` where they do not add up."""
    states: dict[str, int] = defaultdict(int)
    languages: dict[str, dict[str, int]] = defaultdict(dict)
    events: dict[str, int] = defaultdict(int)
    spoken = dict(Batch.objects.filter(mailing=mailing).values_list("pk", "rendering__language"))
    rows = Delivery.objects.filter(mailing=mailing).order_by()
    for batch, state, event, number in rows.values_list("batch", "state", "event").annotate(number=Count("id")):
        states[state] += number
        told = languages[spoken[batch]]
        told[state] = told.get(state, 0) + number
        events[event or NOTHING] += number
    if sum(states.values()) != mailing.count:
        raise AssertionError(f"mailing {mailing.pk} has {sum(states.values())} rows, not {mailing.count}")
    is_open = any(states.get(state) for state in _OPEN)
    running = mailing.state == Mailing.State.RUNNING
    envelope = mailing.envelope
    return Report(
        id=mailing.pk,
        issue=mailing.revision.issue.slug,
        revision=mailing.revision.number,
        list=mailing.list.slug,
        provider=mailing.provider,
        sender=f"{envelope['sender_name']} <{envelope['sender_email']}>",
        by=mailing.by,
        started_at=mailing.started_at,
        not_before=mailing.not_before,
        state="finished" if running and not is_open else mailing.state,
        reason=mailing.reason,
        recipients=mailing.count,
        states={state.value: states[state.value] for state in Delivery.State if states.get(state.value)},
        languages={language: dict(sorted(counts.items())) for language, counts in sorted(languages.items())},
        reasons=tuple(_reasons(mailing)),
        left_out=mailing.left_out,
        events=_told(events),
        leaves_at=_leaves_at(mailing),
    )


def _told(events: Mapping[str, int]) -> dict[str, int]:
    if set(events) <= {NOTHING}:
        return {}
    kinds = [Event.Kind.DELIVERED, *(kind for kind in Event.Kind if kind != Event.Kind.DELIVERED)]
    return {kind: events[kind] for kind in (*(kind.value for kind in kinds), NOTHING) if events.get(kind)}


def _leaves_at(mailing: Mailing) -> datetime | None:
    taken = Attempt.objects.filter(batch__mailing=mailing, outcome__in=("accepted", "mixed"))
    last: datetime | None = taken.aggregate(last=Max("send_at"))["last"]
    return last


def _reasons(mailing: Mailing) -> list[Reason]:
    rows = Delivery.objects.filter(mailing=mailing).exclude(state=Delivery.State.ACCEPTED).exclude(reason="")
    counted = rows.values_list("state", "reason").annotate(number=Count("id")).order_by("state", "-number", "reason")
    told: dict[str, list[Reason]] = defaultdict(list)
    for state, reason, number in counted:
        if len(told[state]) < REASONS:
            told[state].append(Reason(state, reason, number))
    return sorted((one for some in told.values() for one in some), key=lambda one: -one.count)
