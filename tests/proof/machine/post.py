"""The provider at the other end, which remembers what it took: the truth that the store is held to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Capabilities,
    Fence,
    Hold,
    NoHold,
    Outcome,
    Postponed,
    Provider,
    RateLimited,
    Refused,
    Resubmit,
    Submission,
    Unreachable,
)

FENCE = Fence(lead=timedelta(minutes=30), margin=timedelta(minutes=10), slots=4)
KINDS = ("plain", "exactly once", "fenced")
EACH: dict[str, Outcome] = {
    "taken": Accepted("taken"),
    "refused": Refused("no such reader"),
    "postponed": Postponed("later"),
    "lost": Ambiguous("no answer"),
    "lost, taken": Ambiguous("no answer"),
}
"""What may become of one recipient, and what the sender hears of it."""
WHOLE: dict[str, Outcome] = {
    "limited": RateLimited("too many", seconds=20),
    "unreachable": Unreachable("no connection"),
    "barred": Barred("the key was revoked"),
    "halves": Resubmit("one of them is bad"),
}
"""What may become of a whole call."""


@dataclass(frozen=True)
class Plan:
    """How the provider behaves for the time being."""

    whole: str = ""
    each: Sequence[str] = ("taken",)
    revoke: str = "done"
    """``done`` and confirmed; ``unconfirmed``: done, but the answer is lost; ``not``."""
    gives_holds: bool = True


@dataclass
class Call:
    """One call that was taken, with the deliveries that the provider keeps of it."""

    deliveries: set[str]
    leaves_at: datetime
    ref: str


@dataclass
class Post(Provider):
    """``look`` is called where the sender may be stopped; ``asked`` when deliveries are handed over."""

    kind: str
    now: Callable[[], datetime]
    look: Callable[[str], None]
    asked: Callable[[Submission], None]
    plan: Plan = field(default_factory=Plan)
    name: str = "post"
    calls: list[Call] = field(default_factory=list)
    revoked: dict[str, datetime] = field(default_factory=dict)
    holds: dict[str, datetime] = field(default_factory=dict)
    heard_nothing_of: set[str] = field(default_factory=set)
    """Deliveries of calls whose answer was lost."""
    unconfirmed: set[str] = field(default_factory=set)
    """Deliveries that were taken back, which nobody was told."""
    over_the_slots: int = 0

    def __post_init__(self) -> None:
        fence = FENCE if self.kind == "fenced" else None
        self.capabilities = Capabilities(group=2, exactly_once=self.kind == "exactly once", fence=fence)

    def times(self, delivery: str) -> int:
        """How many mails of it have left, or will."""
        number = sum(delivery in call.deliveries for call in self.calls)
        return min(1, number) if self.kind == "exactly once" else number

    def check(self) -> tuple[str, ...]:
        return ()

    def submit(self, submission: Submission) -> Answer:
        self.look("committed")
        self.asked(submission)
        hold = submission.hold
        outcomes = dict(zip((one.delivery for one in submission.recipients), self._behave(), strict=False))
        taken = {delivery for delivery, what in outcomes.items() if "taken" in what or self._had(delivery)}
        if hold is None or hold.ref not in self.revoked:
            self.calls.append(Call(taken, hold.leaves_at if hold else self.now(), hold.ref if hold else ""))
        said = {one: self._said(one, what) for one, what in outcomes.items()}
        self.heard_nothing_of |= {one for one, outcome in said.items() if isinstance(outcome, Ambiguous)}
        self.look("called")
        return Answer(said, ref=f"call {len(self.calls)}")

    def hold(self, leaves_at: datetime) -> Hold:
        if not self.plan.gives_holds:
            raise NoHold(RateLimited("too many", seconds=20))
        made = Hold(f"hold {len(self.holds)}", leaves_at)
        self.holds[made.ref] = leaves_at
        return made

    def revoke(self, hold: Hold) -> bool:
        """Too late once it has left; over the slots it is refused, as SendGrid does over ten."""
        full = [ref for ref, leaves_at in self.revoked.items() if leaves_at > self.now() and ref != hold.ref]
        self.over_the_slots += len(full) >= FENCE.slots
        done = len(full) < FENCE.slots and self.plan.revoke != "not" and hold.leaves_at > self.now()
        confirmed = done and self.plan.revoke == "done"
        if done:
            self.revoked[hold.ref] = hold.leaves_at
            if not confirmed:
                self.unconfirmed.update(*(call.deliveries for call in self.calls if call.ref == hold.ref))
            self.calls = [call for call in self.calls if call.ref != hold.ref]
        self.look("revoked")
        return confirmed

    def _behave(self) -> Iterator[str]:
        while True:
            yield from [self.plan.whole] if self.plan.whole else self.plan.each

    def _had(self, delivery: str) -> bool:
        return self.kind == "exactly once" and bool(self.times(delivery))

    def _said(self, delivery: str, what: str) -> Outcome:
        if what in WHOLE:
            return WHOLE[what]
        return EACH["taken"] if what == "refused" and self._had(delivery) else EACH[what]
