"""What passes between the ledger and a sender: claims, intents and results, as values."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from newsletter.delivery.providers.base import Hold


class Row(NamedTuple):
    """What the sender knows of a delivery; the fields are the columns."""

    pk: int
    subscription: int | None
    public_id: str
    address: str
    name: str
    token: str
    values: dict[str, str]
    tries: int


@dataclass(frozen=True)
class Unanswered:
    """An attempt of a lost claim, or one that could not be called back yet: there is still time to."""

    attempt: int
    hold: Hold


@dataclass(frozen=True)
class Claim:
    """A batch under a fencing number, with the rows that are pending in it."""

    mailing: int
    batch: int
    rendering: int
    fence: int
    pending: tuple[int, ...]
    unanswered: tuple[Unanswered, ...] = ()


@dataclass(frozen=True)
class Intent:
    """A committed attempt: these rows, which are ``submitting`` now, may be handed to the provider."""

    attempt: int
    rows: tuple[Row, ...]
    dropped: int
    """Rows that may no longer be mailed, and have their end state."""
    hold: Hold | None = None


class Settled(NamedTuple):
    """What a row is to become. ``tried``: the provider put this recipient off."""

    state: str
    reason: str
    actor: str
    tried: bool = False


@dataclass(frozen=True)
class Result:
    """What became of an attempt: of each row by its id, and of the whole in a word."""

    intent: Intent
    settled: Mapping[int, Settled]
    outcome: str = ""
    answer: str = ""
    ref: str = ""
    slot: bool = False
    """It was called back, or may yet have to be."""
    open: bool = False
    """Rows without a settlement stay ``submitting``: whoever claims the batch next calls the attempt back."""

    @property
    def states(self) -> dict[str, int]:
        """How many rows come to each state; mostly all of them share one settlement."""
        shared = {id(one): one for one in self.settled.values()}
        states = Counter[str]()
        for key, number in Counter(map(id, self.settled.values())).items():
            states[str(shared[key].state)] += number
        return dict(states)
