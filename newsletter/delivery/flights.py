"""What a sender has in hand: the batches that it has claimed, and the calls that are on their way."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.delivery.claims import Claim, Intent
from newsletter.delivery.providers.base import Answer


@dataclass(frozen=True)
class Progress:
    """How far a mailing is. ``waiting_until``: nothing can be done before."""

    done: int
    total: int
    waiting_until: datetime | None = None


@dataclass
class OpenBatch:
    """A claimed batch: the groups that are still to go out, and how many are on their way."""

    claim: Claim
    groups: deque[tuple[int, ...]]
    next_at: datetime
    flying: int = 0


@dataclass(frozen=True)
class Flight:
    """A call, and once it has landed, its answer."""

    batch: OpenBatch
    intent: Intent
    number: int
    answer: Answer = field(default_factory=Answer)
