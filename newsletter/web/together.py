"""Several requests at the same time, done in one go: each would otherwise wait for the disk by itself."""

from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Generic, TypeVar

_T = TypeVar("_T")


class _Wish(Generic[_T]):
    def __init__(self, item: _T) -> None:
        self.item = item
        self.turn = Event()
        """Set once it is done, or once its caller is the one to do what waits."""
        self.done = False
        self.error: Exception | None = None


class Together(Generic[_T]):
    """Calls ``do`` with whatever was handed in since it was last called. SQLite commits one transaction at a time, and
    each waits for the disk; those who come meanwhile share the next."""

    def __init__(self, do: Callable[[Sequence[_T]], None]) -> None:
        self._do = do
        self._lock = Lock()
        self._waiting: list[_Wish[_T]] = []
        self._busy = False

    def call(self, item: _T) -> None:
        """Returns once ``do`` was called with ``item``; raises what it raised."""
        wish = _Wish(item)
        with self._lock:
            self._waiting.append(wish)
            first, self._busy = not self._busy, True
        if not first:
            wish.turn.wait()
        if not wish.done:
            self._do_waiting()
        if wish.error is not None:
            raise wish.error

    def _do_waiting(self) -> None:
        with self._lock:
            wishes, self._waiting = self._waiting, []
        error = None
        try:
            self._do([one.item for one in wishes])
        except Exception as raised:  # each of them is told
            error = raised
        for one in wishes:
            one.done, one.error = True, error
        with self._lock:
            following = self._waiting[:1]
            self._busy = bool(following)
        for one in (*following, *wishes):
            one.turn.set()
