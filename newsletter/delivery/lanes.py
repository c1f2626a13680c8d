"""Several calls at a time, each on a thread of its own. Whoever starts them hears of their ends in one place."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

GATHER_SECONDS = 0.01
"""How long a call that has ended waits for the next one that ends."""
T = TypeVar("T")


class Lanes(Generic[T]):
    """``count`` threads that make calls; one lane is the caller's own thread, where each call ends as it starts.

    The threads do not keep the process alive, so that a call that hangs cannot keep it from ending.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.flying = 0
        """Calls that were started and not yet given back by ``landed``."""
        self._calls: SimpleQueue[tuple[Callable[[], T], Future[T]] | None] = SimpleQueue()
        self._ended: SimpleQueue[Future[T]] = SimpleQueue()
        self._threads = [Thread(target=self._run, daemon=True) for _ in range(count if count > 1 else 0)]
        for thread in self._threads:
            thread.start()

    def start(self, call: Callable[[], T]) -> None:
        """Make ``call`` as soon as a lane is free."""
        self.flying += 1
        future: Future[T] = Future()
        if self._threads:
            self._calls.put((call, future))
        else:
            future.set_result(call())
            self._ended.put(future)

    def landed(self, seconds: float) -> list[T]:
        """What the calls gave that have ended since the last question. Waits up to ``seconds`` for the first of them,
        and then for others a moment, so that much is done at once.

        A call that failed raises here what it raised there.
        """
        ended: list[Future[T]] = []
        wanted = min(self.flying, (self.count + 2) // 3)  # the others keep the line busy meanwhile
        try:
            while len(ended) < wanted:
                ended.append(self._ended.get(timeout=GATHER_SECONDS if ended else seconds))
            while True:
                ended.append(self._ended.get_nowait())
        except Empty:
            self.flying -= len(ended)
        return [future.result() for future in ended]

    def close(self) -> None:
        """Let the threads end once their calls have."""
        for _ in self._threads:
            self._calls.put(None)

    def _run(self) -> None:
        while work := self._calls.get():
            call, future = work
            try:
                future.set_result(call())
            except BaseException as error:
                future.set_exception(error)
            self._ended.put(future)
