"""Keeps a sender on one processor.

Its threads take turns with the interpreter. Where each is on a processor of its own, every turn has to wake that one
up, and finds little in its cache; and what else runs on the machine has less of it. Kept on one, a mail takes less
processor time, and the mailing less time (docs/figures.md).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PROCESSOR = 36
"""Where in ``stat`` the processor stands, counted from what follows the name (proc_pid_stat(5), field 39)."""


@contextmanager
def on_one_processor() -> Iterator[None]:
    """Until the end, this thread stays on the processor that it is on, and so do the threads that it starts; where the
    system cannot say or do that (only Linux can), nothing is changed."""
    try:
        allowed = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {_here()})
    except (AttributeError, OSError, ValueError, IndexError):
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setaffinity(0, allowed)


def _here() -> int:
    stat = Path("/proc/thread-self/stat").read_text()
    return int(stat.rpartition(")")[2].split()[_PROCESSOR])
