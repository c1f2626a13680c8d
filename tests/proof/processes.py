"""Senders as processes that can be killed."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from tests.proof.witnesses import ROOT

KILLED = -signal.SIGKILL
LIMIT = 240
"""Seconds after which a process that has not ended never will."""


class Sender:
    """A process of ``tests.proof.sender``, which makes senders for one site."""

    def __init__(self, site: Path) -> None:
        command = [sys.executable, "-m", "tests.proof.sender", str(site)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.child, self.heard = 0, ""
        self.lines: SimpleQueue[str] = SimpleQueue()
        self.listener = Thread(target=self._listen, daemon=True)
        self.listener.start()
        assert self._line() == "ready"

    def begin(self, run: str, *args: Any, **order: Any) -> int:
        """Start a process; its id, which stays valid until ``end``."""
        self.process.stdin.write(json.dumps({"run": run, "args": args, **order}) + "\n")
        self.process.stdin.flush()
        self.child, self.heard = int(self._line()), ""
        return self.child

    def heard_of(self, seconds: float) -> bool:
        """Whether, within so many seconds, a process that is to ``tell`` says that it sends, or ends."""
        with suppress(Empty):
            self.heard = self.heard or self.lines.get(timeout=seconds)
        return bool(self.heard)

    def sending(self) -> None:
        """Wait for the first claim of a process that is to ``tell``, or for its end."""
        assert self.heard_of(LIMIT), "nothing is sent"

    def ended(self, seconds: float) -> bool:
        """Whether that process ends within so many seconds."""
        with suppress(Empty):
            while not self.heard.startswith("ended"):
                self.heard = self.lines.get(timeout=seconds)
        return self.heard.startswith("ended")

    def end(self) -> int:
        """Wait for that process; how it ended."""
        while not self.heard.startswith("ended"):
            self.heard = self._line()
        return int(self.heard.split()[1])

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Kill it, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.child, number)

    def run(self, run: str, *args: Any, **order: Any) -> int:
        """Both."""
        self.begin(run, *args, **order)
        return self.end()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)
        self.listener.join(30)
        self.process.stdout.close()

    def _line(self) -> str:
        try:
            line = self.lines.get(timeout=LIMIT)
        except Empty:
            self.kill(signal.SIGUSR1)
            time.sleep(1)
            self.kill()
            raise AssertionError(f"process {self.child} did nothing for {LIMIT} seconds") from None
        assert line, "the process that makes senders is gone"
        return line

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put("")
