"""What follows from a provider's answer: the state of each row, and what the sender does next. Nothing is stored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from newsletter.delivery.claims import Row, Settled
from newsletter.delivery.ledger import State
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Barred,
    Checked,
    Fenced,
    Outcome,
    Postponed,
    RateLimited,
    Refused,
    Resubmit,
    Unreachable,
)

MAX_TRIES = 5
"""How often a recipient whom the provider puts off is tried."""
FIRST_RETRY = timedelta(seconds=30)
"""Before the second try; each wait after is four times as long."""


Trouble = Literal["ambiguous", "fenced", "unreachable", "postponed", "refused"]


@dataclass(frozen=True)
class After:
    """What to do once the rows are settled."""

    next_at: datetime
    """When the batch may be claimed again."""
    outcome: str = ""
    """The outcomes of the call in a word, for the attempt."""
    reason: str = ""
    again: tuple[tuple[int, ...], ...] = ()
    """Groups of rows to be submitted at once, in this order."""
    hold: bool = False
    """Nothing of the mailing is due before ``next_at``."""
    pause: str = ""
    """Why the mailing pauses."""
    trouble: Trouble | None = None
    """The call came to nothing, in this way."""


def judge(
    rows: Sequence[Row], outcomes: Mapping[int, Outcome], *, actor: str, now: datetime, jitter: float
) -> tuple[dict[int, Settled], After]:
    """The settlement of ``rows`` by id, and what comes next. ``jitter`` is about 1: it spreads retries.

    What providers say is kept without the addresses in it, whoever's and however written.
    """
    distinct = {id(outcome): _without_addresses(outcome) for outcome in {id(o): o for o in outcomes.values()}.values()}
    settled = _settle_all(rows, outcomes, distinct, actor=actor)
    kinds = dict.fromkeys(map(type, distinct.values()))  # many rows have one in common
    whole = {kind: outcome for outcome in distinct.values() if (kind := type(outcome)) in _WHOLE_CALL}
    after = After(
        next_at=now,
        outcome=next(iter(kinds)).__name__.lower() if len(kinds) == 1 else "mixed",
        reason=next(iter(distinct.values())).reason if len({o.reason for o in distinct.values()}) == 1 else "",
        again=_again(rows, outcomes, settled) if Resubmit in kinds else (),
    )
    put_off = rows if Postponed in kinds else ()
    waits = [FIRST_RETRY * 4**row.tries * jitter for row in put_off if settled[row.pk].tried and _open(settled[row.pk])]
    if waits:
        after = replace(after, next_at=now + max(waits))
    if barred := whole.get(Barred):
        return settled, replace(after, pause=barred.reason)
    if isinstance(limited := whole.get(RateLimited), RateLimited):
        until = max(after.next_at, now + timedelta(seconds=limited.seconds))
        return settled, replace(after, next_at=until, hold=True)
    if Unreachable in whole:
        return settled, replace(after, trouble="unreachable", reason=whole[Unreachable].reason)
    if (Ambiguous in kinds and Accepted not in kinds) or Fenced in kinds:
        return settled, replace(after, trouble="fenced" if Fenced in kinds else "ambiguous")
    if len(rows) > 1 and len(kinds) == 1 and (trouble := _EVERYBODY.get(next(iter(kinds)))):
        said = next(iter(distinct.values())).reason
        return settled, replace(after, trouble=trouble, reason=f"nobody was taken any more: {said}")
    return settled, after


def paused(after: After) -> After:
    """The same, but with the mailing paused."""
    return replace(after, pause=after.reason or "the provider's answers do not say whether it takes mails")


def held(after: After, until: datetime) -> After:
    """The same, but with nothing due before ``until``."""
    return replace(after, hold=True, next_at=max(after.next_at, until))


_ADDRESS = re.compile(r"<?[^\s<>@,;:()\[\]\"']+@[^\s<>@,;:()\[\]\"']+>?")
_WHOLE_CALL = (Barred, RateLimited, Unreachable)
_EVERYBODY: dict[type[Outcome], Trouble] = {Postponed: "postponed", Refused: "refused"}
"""What is said of one recipient, but to all of a call is more likely about us: a quota, a relay that wants a login."""


_END: dict[type[Outcome], State] = {
    Accepted: State.ACCEPTED,
    Refused: State.REFUSED,
    Checked: State.CANCELLED,
    Ambiguous: State.UNKNOWN,
}
"""What ends a recipient at once."""


def _settle_all(
    rows: Sequence[Row], outcomes: Mapping[int, Outcome], distinct: Mapping[int, Outcome], *, actor: str
) -> dict[int, Settled]:
    """What each row is to become; rows with the same outcome and tries become the same. ``distinct``: the outcomes, by
    their ``id``, as they may be kept."""
    made: dict[tuple[int, int], Settled] = {}
    settled: dict[int, Settled] = {}
    for row in rows:
        key = id(outcomes[row.pk]), row.tries
        if key not in made:
            made[key] = _settle(row, distinct[key[0]], alone=len(rows) == 1, actor=actor)
        settled[row.pk] = made[key]
    return settled


def _settle(row: Row, outcome: Outcome, *, alone: bool, actor: str) -> Settled:
    reason = outcome.reason
    if state := _END.get(type(outcome)):
        return Settled(state, reason, actor)
    match outcome:
        case Resubmit(halves=True) if alone:
            return Settled(State.REFUSED, reason, actor)
        case Postponed() if row.tries + 1 >= MAX_TRIES:
            return Settled(State.FAILED, f"after {MAX_TRIES} tries: {reason}", actor, tried=True)
    return Settled(State.PENDING, reason, actor, tried=isinstance(outcome, Postponed))


def _without_addresses(outcome: Outcome) -> Outcome:
    if "@" not in outcome.reason:
        return outcome
    return replace(outcome, reason=_ADDRESS.sub("<address>", outcome.reason))


def _open(row: Settled) -> bool:
    return row.state == State.PENDING


def _again(
    rows: Sequence[Row], outcomes: Mapping[int, Outcome], settled: Mapping[int, Settled]
) -> tuple[tuple[int, ...], ...]:
    ids = [row.pk for row in rows if isinstance(outcomes[row.pk], Resubmit) and _open(settled[row.pk])]
    halves = any(isinstance(outcome, Resubmit) and outcome.halves for outcome in outcomes.values())
    if not halves:
        return (tuple(ids),) if ids else ()
    middle = (len(ids) + 1) // 2
    return tuple(part for part in (tuple(ids[:middle]), tuple(ids[middle:])) if part)
