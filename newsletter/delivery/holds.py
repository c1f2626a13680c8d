"""The holds under which a sender submits, where the provider can take calls back: one for each attempt."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from newsletter.delivery import fencing
from newsletter.delivery.providers.base import Fence, Hold, NoHold, Outcome, Provider


@dataclass
class Holds:
    """Holds of ``provider`` that were not used yet; without a fence there are none, and none are needed."""

    provider: Provider
    not_before: datetime
    """No mail leaves before."""
    now: Callable[[], datetime]
    stock: list[Hold] = field(default_factory=list)

    @property
    def fence(self) -> Fence | None:
        """What the provider can do."""
        return self.provider.capabilities.fence

    def fill(self, wanted: int) -> Outcome | None:
        """Have so many ready; what the provider says where it gives none. No transaction may be open."""
        try:
            while self.fence and len(self.stock) < wanted:
                self.stock.append(self.provider.hold(self._leaves_at(self.fence)))
        except NoHold as error:
            return error.outcome
        return None

    def take(self, number: int) -> tuple[Hold, ...]:
        """So many of those that are ready, each to leave as soon as it may."""
        if not self.fence:
            return ()
        leaves_at = self._leaves_at(self.fence)
        return tuple(replace(self.stock.pop(), leaves_at=leaves_at) for _ in range(number))

    def room(self, wanted: int) -> tuple[int, datetime]:
        """How many of ``wanted`` calls may start, and when to look again where none may. See ``fencing.free_slots``."""
        if not self.fence or not wanted:
            return wanted, self.now()
        free, when = fencing.free_slots(self.provider.name, self.fence.slots, now=self.now())
        return max(0, min(wanted, free, len(self.stock))), when

    def _leaves_at(self, fence: Fence) -> datetime:
        return max(self.not_before, self.now() + fence.lead)
