"""One thread that talks over all connections. What is said over one is a generator, which yields whenever it waits.

A thread a connection would have to win the interpreter back each time that it has sent or received something.
"""

import selectors
import socket
import time
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

T = TypeVar("T")
Steps = Generator[int, None, T]
"""Yields what it waits for, ``selectors.EVENT_READ`` or ``EVENT_WRITE``; is thrown ``TimeoutError`` where that does not
come."""


@dataclass(eq=False)
class _Talk:
    sock: socket.socket
    steps: Steps[Any]
    seconds: float
    """How long any wait may take."""
    result: Future[Any] = field(default_factory=Future)
    waits_for: int = 0
    until: float = 0.0


class Exchange:
    """Carries on any number of talks, each over a connection of its own that does not block."""

    def __init__(self) -> None:
        self._new: SimpleQueue[_Talk | None] = SimpleQueue()
        self._talks: set[_Talk] = set()
        self._thread: Thread | None = None
        self._lock = Lock()

    def carry(self, sock: socket.socket, steps: Steps[T], seconds: float) -> T:
        """Go through ``steps``, which speak over ``sock``, and give what they return, or raise what they raise; from
        any thread. Afterwards nobody uses ``sock`` any more."""
        talk = _Talk(sock, steps, seconds)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = self._start()
            self._ring(talk)
        try:
            result: T = talk.result.result()
        except BaseException:
            if not talk.result.done():  # the caller was interrupted
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)
                talk.result.exception()
            raise
        return result

    def close(self) -> None:
        """End the thread, if there is one. What is still being said ends with ``ConnectionAbortedError``."""
        with self._lock:
            if self._thread:
                self._ring(None)
                self._thread.join()
                self._thread = None

    def _start(self) -> Thread:
        self._bell, self._rope = socket.socketpair()
        thread = Thread(target=self._run, daemon=True)
        thread.start()
        return thread

    def _ring(self, talk: _Talk | None) -> None:
        self._new.put(talk)
        self._rope.send(b"\0")

    def _run(self) -> None:
        with selectors.DefaultSelector() as self._selector, self._bell, self._rope:
            self._selector.register(self._bell, selectors.EVENT_READ)
            try:
                self._listen()
            finally:  # however it ends, nobody waits for ever
                self._give_up()

    def _listen(self) -> None:
        while True:
            soonest = min((talk.until for talk in self._talks), default=None)
            ready = self._selector.select(None if soonest is None else max(0.0, soonest - time.monotonic()))
            for key, _ in ready:
                if key.data:
                    self._go_on(key.data)
                elif not self._begin():
                    return
            if soonest is not None and (now := time.monotonic()) >= soonest:
                for talk in [talk for talk in self._talks if talk.until <= now]:
                    self._go_on(talk, TimeoutError("timed out"))

    def _begin(self) -> bool:
        """Begin what is new, a talk for each ring of the bell; false where there is to be nothing more."""
        for _ in self._bell.recv(1_024):
            talk = self._new.get()
            if talk is None:
                return False
            self._talks.add(talk)
            self._go_on(talk)
        return True

    def _give_up(self) -> None:
        while not self._new.empty():
            self._talks |= {talk} if (talk := self._new.get()) else set()
        for talk in self._talks.copy():
            self._end(talk)
            talk.steps.close()
            talk.result.set_exception(ConnectionAbortedError("the exchange was closed"))

    def _go_on(self, talk: _Talk, error: BaseException | None = None) -> None:
        try:
            wanted = talk.steps.throw(error) if error else next(talk.steps)
            talk.until = time.monotonic() + talk.seconds
            if wanted != talk.waits_for:
                change = self._selector.modify if talk.waits_for else self._selector.register
                change(talk.sock, wanted, talk)
                talk.waits_for = wanted
        except StopIteration as end:
            self._end(talk)
            talk.result.set_result(end.value)
        except BaseException as failure:  # of this talk alone, also where the system cannot wait for one more
            self._end(talk)
            talk.steps.close()
            talk.result.set_exception(failure)

    def _end(self, talk: _Talk) -> None:
        self._talks.discard(talk)
        if talk.waits_for:
            self._selector.unregister(talk.sock)
