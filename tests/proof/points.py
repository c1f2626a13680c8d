"""The points at which a sender can die: after each statement that writes, and before and after each other thing that
lasts: a commit, what goes out over a connection or comes in, and what is done to a file.

They are found by standing in the way of these calls, so that the code under test knows nothing of it and no new step is
missed. A point is named by the functions of ``newsletter.delivery`` that take the step, and the step.
"""

import os
import re
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

_WRITES = re.compile(
    r"\s*(?:WITH\b.*?\)\s*)?(INSERT|UPDATE|DELETE)\b.*?\b((?:newsletter|subscribers)_\w+)", re.IGNORECASE | re.DOTALL
)

Seen = Callable[[str], None]


def watch(seen: Seen) -> None:
    """Call ``seen`` with the name of each point that this process comes to, from now on."""
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.signals import connection_created

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := _WRITES.match(sql):
            result = run(sql, params, many, context)
            seen(f"{_place()}: after {found[1].upper()} {found[2]}")
            return result
        return run(sql, params, many, context)

    def connected(connection: BaseDatabaseWrapper, **_: Any) -> None:  # each thread has a connection of its own
        if execute not in connection.execute_wrappers:
            connection.execute_wrappers.append(execute)

    connection_created.connect(connected, weak=False)
    # What is called through a class or module can be called from anywhere, by the standard library too.
    for owner, name, step in (
        (BaseDatabaseWrapper, "_commit", "COMMIT"),
        (socket.socket, "sendall", "send"),
        (socket.socket, "send", "send"),
        (socket.socket, "sendmsg", "send"),
        (socket.SocketIO, "readinto", "receive"),
        (os, "fsync", "fsync"),
        (os, "fdatasync", "fsync"),
        (os, "link", "link"),
        (os, "unlink", "unlink"),
    ):
        setattr(owner, name, _around(getattr(owner, name), step, seen))


def die_at(point: str, number: int, told: Callable[[str], None]) -> Seen:
    """A ``seen`` that kills this process when it comes to ``point`` for the nth time, after telling its name."""
    lock, times = threading.Lock(), Counter[str]()

    def seen(name: str) -> None:
        with lock:
            times[name] += 1
            if name == point and times[name] == number:
                told(name)
                os.kill(os.getpid(), signal.SIGKILL)

    return seen


def _around(real: Callable[..., Any], step: str, seen: Seen) -> Callable[..., Any]:
    def stepped(*args: Any, **kwargs: Any) -> Any:
        place = _place()
        if not place:
            return real(*args, **kwargs)
        seen(f"{place}: before {step}")
        result = real(*args, **kwargs)
        seen(f"{place}: after {step}")
        return result

    return stepped


def _place() -> str:
    """Where in ``newsletter.delivery`` this is: the innermost function, with those of its module that called it up to
    the first public one. Empty where it is elsewhere."""
    frame, module, names = sys._getframe(2), "", list[str]()
    while frame and not (names and names[0][0].isalpha()):
        name = frame.f_globals.get("__name__", "")
        if name.startswith("newsletter.delivery") and name == (module or name):
            module = name
            names.insert(0, frame.f_code.co_name)
        elif module:
            break
        frame = frame.f_back
    return ".".join([module.rpartition(".")[2], *names]) if module else ""
