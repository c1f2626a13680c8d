"""Sends the batches of a mailing, several groups at a time.

One thread, the caller's, does all that is stored; the lanes only make calls to the provider. Each turn settles the
calls that have ended and commits the intents of those that go out next in one transaction; only then it starts them.
"""

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from newsletter.delivery import calls, fencing, journal, ledger, verdicts
from newsletter.delivery.buckets import Limits
from newsletter.delivery.claims import Result
from newsletter.delivery.flights import Flight, OpenBatch, Progress
from newsletter.delivery.frozen import thaw_envelope, thaw_rendering
from newsletter.delivery.holds import Holds
from newsletter.delivery.lanes import Lanes
from newsletter.delivery.leavers import without_leavers
from newsletter.delivery.messages import Composer
from newsletter.delivery.providers.base import Ambiguous, Answer, Barred, Fenced, Outcome, Provider
from newsletter.delivery.stamp import Stamp, StoreGone
from newsletter.models import Mailing
from newsletter.models import Rendering as RenderingRow
from newsletter.render.rendering import Rendering
from subscribers.stores import on_postgres

PATIENCE: dict[verdicts.Trouble, int] = {"ambiguous": 3, "fenced": 5, "unreachable": 6, "postponed": 4, "refused": 2}
"""After so many calls in a row that came to nothing, the mailing pauses; before anybody's tries are used up."""
HEARTBEAT = 60.0
"""Seconds after which a claim is renewed where no call has ended."""
_STEP = 0.5
"""Seconds between two questions whether to stop."""
_LOOK = timedelta(seconds=5)
"""Between two looks at the rows."""


@dataclass
class Sender:
    """Sends what is due of ``mailing``; see ``engine.send_mailing``."""

    mailing: Mailing
    provider: Provider
    stamp: Stamp
    limits: Limits
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    progress: Callable[[Progress], None]
    stop: Callable[[], bool]
    only: int | None = None
    """Just this batch, if it is due; then nothing is waited for, and ``progress`` is told of what this sender did."""

    def __post_init__(self) -> None:
        self.actor = f"provider {self.provider.name}"
        self.envelope = thaw_envelope(self.mailing)
        self.made: dict[int, tuple[Rendering, Composer]] = {}
        self.done = 0
        self._count()
        self.lanes: Lanes[Flight] = Lanes(self.provider.capabilities.connections)
        self.batches: list[OpenBatch] = []
        self.ending = self.stopped = False
        self.trusted = False
        """The last call came to something; before, one at a time is enough to find out."""
        self.troubles = self.flights = self.first_after_trouble = 0
        self.hold_until = self.now()
        self.fence = self.provider.capabilities.fence
        self.holds = Holds(self.provider, self.mailing.send_at or self.mailing.not_before, self.now)

    def run(self) -> None:
        """Every batch, as it falls due. Raises ``ledger.Stopped``."""
        self._tell()
        try:
            while self._has_work() or self._waited():
                self._pace()
                self._turn(self.lanes.landed(HEARTBEAT))
        finally:
            self.lanes.close()
        if self.stopped:
            raise ledger.Stopped

    def _has_work(self) -> bool:
        """Claim batches until every free lane has a group, unless the sender is to end."""
        self.ending = self.ending or self.stop()
        try:
            while not self.ending and sum(len(batch.groups) for batch in self.batches) < self._room():
                once = self.provider.capabilities.exactly_once
                margin = self.fence.margin if self.fence else None
                now = self.now()
                claim = ledger.claim(self.mailing.pk, now=now, exactly_once=once, only=self.only, margin=margin)
                if claim is None:
                    break
                claim = fencing.fence_claim(claim, self.provider, now=self.now())
                size = self.provider.capabilities.group
                groups = (claim.pending[at : at + size] for at in range(0, len(claim.pending), size))
                next_at = self.now() + (fencing.AGAIN if claim.unanswered else timedelta())
                self.batches.append(OpenBatch(claim, deque(groups), next_at))
        except ledger.Stopped:
            self.ending = self.stopped = True
        return bool(self.batches)

    def _waited(self) -> bool:
        """Wait for the next batch to fall due, but look at the rows again before long: a person may have changed them.
        False where there is nothing to wait for."""
        due = None if self.ending or self.only else ledger.next_due(self.mailing.pk)
        if due is None:
            return False
        if on_postgres():
            self._count()  # others work along
        self._tell(due)
        self._sleep_until(min(due, self.now() + _LOOK))
        return True

    def _pace(self) -> None:
        """Wait while nothing is on its way, nor may be."""
        if not self.lanes.flying and not self.ending:
            self._sleep_until(self.limits.until)

    def _sleep_until(self, until: datetime) -> None:
        while (left := (until - self.now()).total_seconds()) > 0 and not self.stop():
            self.sleep(min(left, _STEP))

    def _room(self) -> int:
        """How many calls may start now."""
        return (self.lanes.count if self.trusted else 1) - self.lanes.flying

    def _turn(self, landed: list[Flight]) -> None:
        """Settle what has landed, commit what goes out next, give back what is over; then start the calls."""
        flights: list[Flight] = []
        without = self._without_hold(landed)
        with transaction.atomic():
            for batch in self.batches.copy():
                self._unless_lost(batch, self._settle, [flight for flight in landed if flight.batch is batch])
                if without:
                    self._follow(batch, without)
            for batch in self.batches.copy():
                self._unless_lost(batch, self._intend, flights)
        if on_postgres():
            flights, left = without_leavers(flights, now=self.now())
            self.done += left
        self._tell()
        grounded = self._stamped(flights)
        now = _from(self.now()) if self.fence and flights else self.now
        for flight in flights:
            if grounded:
                answer = Answer({row.public_id: grounded for row in flight.intent.rows})
                self.lanes.start(partial(Flight, flight.batch, flight.intent, flight.number, answer))
                continue
            rendering, composer = self._composer(flight.batch.claim.rendering)
            self.lanes.start(partial(self._fly, flight, rendering, composer, now))

    def _stamped(self, flights: list[Flight]) -> Outcome | None:
        """Write down outside the store which attempt comes last; why no call may be made where that fails."""
        try:
            if flights:
                self.stamp.write(max(flight.intent.attempt for flight in flights))
        except StoreGone as error:
            return Barred(f"{error}: put it back, or restore a backup")
        except OSError as error:
            return Barred(f"data/stamp cannot be written: {error.strerror}")
        return None

    def _unless_lost(
        self, batch: OpenBatch, step: Callable[[OpenBatch, list[Flight]], None], flights: list[Flight]
    ) -> None:
        try:
            step(batch, flights)
        except ledger.LostClaim:
            journal.warn("batch", batch=batch.claim.batch, state="taken over by another sender")
            self.batches.remove(batch)

    def _settle(self, batch: OpenBatch, landed: list[Flight]) -> None:
        if not batch.flying:
            return
        now = self.now()
        batch.flying -= len(landed)
        results, follow = [], []
        for flight in landed:
            rows = flight.intent.rows
            outcomes = {row.pk: flight.answer.outcomes[row.public_id] for row in rows}
            settled, after = verdicts.judge(rows, outcomes, actor=self.actor, now=now, jitter=_jitter())
            kinds = set(map(type, outcomes.values()))
            left = Ambiguous in kinds and fencing.in_time(self.fence, flight.intent.hold, now=now)
            if left:  # it could not be called back yet: whoever claims the batch next tries again
                settled = {key: row for key, row in settled.items() if row.state != ledger.State.UNKNOWN}
                after = replace(after, next_at=max(after.next_at, now + fencing.AGAIN))
            slot = flight.intent.hold is not None and bool(kinds & {Ambiguous, Fenced})
            ref = flight.answer.ref
            results.append(Result(flight.intent, settled, after.outcome, after.reason, ref, slot=slot, open=left))
            follow.append((flight.number, after))
        ledger.settle(batch.claim, results, now=now)  # who has lost the claim pauses nothing either
        for number, after in follow:
            self._follow(batch, self._with_patience(number, after))
        for result in results:
            self.done += sum(number for state, number in result.states.items() if state != ledger.State.PENDING)

    def _follow(self, batch: OpenBatch, after: verdicts.After) -> None:
        """Do what an answer asks for."""
        batch.groups.extendleft(reversed(after.again))
        batch.next_at = max(batch.next_at, after.next_at)
        if after.pause:
            ledger.pause(self.mailing.pk, reason=after.pause)
        if after.hold:
            self._hold(after.next_at)

    def _hold(self, until: datetime) -> None:
        """Give every batch back, due again at ``until`` at the earliest."""
        self.hold_until = max(self.hold_until, until)
        ledger.hold_back(self.mailing.pk, until=self.hold_until)
        for one in self.batches:
            one.groups.clear()

    def _intend(self, batch: OpenBatch, flights: list[Flight]) -> None:
        """Commit the next groups of the batch and add them to ``flights``; give it back where it has no more."""
        if self.ending:
            batch.groups.clear()
        room = max(0, self._room() - len(flights)) if self.limits.until <= self.now() else 0
        wanted = min(room, len(batch.groups))
        held, again = self.holds.room(wanted)
        if wanted and not held and not self.lanes.flying and not flights:
            self._hold(again)
        groups, wait = self.limits.cut([batch.groups.popleft() for _ in range(held)], now=self.now())
        batch.groups.extendleft(reversed(wait))
        if wait and self.limits.until > self.now() + _LOOK:
            self._hold(self.limits.until)
        holds = self.holds.take(len(groups))
        try:
            now = self.now()
            intents = ledger.intend(batch.claim, groups, now=now, actor=self.actor, holds=holds) if groups else ()
        except ledger.Stopped:
            self.ending = self.stopped = True
            batch.groups.clear()
            intents = ()
        for intent in intents:
            self.done += intent.dropped
            if intent.rows:
                flights.append(Flight(batch, intent, self.flights))
                self.flights += 1
                batch.flying += 1
        if not batch.groups and not batch.flying:
            ledger.release(batch.claim, now=self.now(), next_at=max(batch.next_at, self.hold_until))
            self.batches.remove(batch)

    def _with_patience(self, number: int, after: verdicts.After) -> verdicts.After:
        """Pause instead of going on for ever where one call after another comes to nothing. Calls that were on their
        way already when one came to nothing say nothing new."""
        news = number >= self.first_after_trouble
        if after.trouble is None:
            if news:
                self.troubles, self.trusted = 0, True
            return after
        if news:
            self.troubles, self.trusted, self.first_after_trouble = self.troubles + 1, False, self.flights
        if self.troubles >= PATIENCE[after.trouble]:
            return verdicts.paused(after)
        return verdicts.held(after, self.now() + timedelta(seconds=2**self.troubles * _jitter()))

    def _fly(self, flight: Flight, rendering: Rendering, composer: Composer, now: Callable[[], datetime]) -> Flight:
        """The call; on a lane."""
        call = calls.Call(flight.intent, rendering, self.envelope, composer)
        return replace(flight, answer=calls.make(self.provider, call, now))

    def _without_hold(self, landed: list[Flight]) -> verdicts.After | None:
        """Get holds for the calls that may start now, among them halves of what has landed; what follows where the
        provider gives none."""
        waiting = sum(len(batch.groups) for batch in self.batches) + 2 * len(landed)
        outcome = self.holds.fill(min(self._room(), waiting))
        if outcome is None:
            return None
        _, after = verdicts.judge((), {0: outcome}, actor=self.actor, now=self.now(), jitter=_jitter())
        return self._with_patience(self.flights, after)

    def _composer(self, key: int) -> tuple[Rendering, Composer]:
        if key not in self.made:
            rendering = thaw_rendering(RenderingRow.objects.get(pk=key))
            self.made[key] = rendering, Composer(rendering, self.envelope)
        return self.made[key]

    def _count(self) -> None:
        if not self.only:  # one batch does not count a million rows
            self.done = self.mailing.count - ledger.open_rows(self.mailing.pk)

    def _tell(self, waiting_until: datetime | None = None) -> None:
        self.progress(Progress(self.done, self.mailing.count, waiting_until))


def _from(at: datetime) -> Callable[[], datetime]:
    """A clock that shows ``at`` now; it does not ask the store, in which lanes have no part."""
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)


def _jitter() -> float:
    return random.uniform(0.8, 1.2)  # noqa: S311  (nothing secret)
