"""``newsletter serve`` as a process of its own, on a free port of this machine."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import canary

COMMAND = [sys.executable, "-m", "newsletter"]


@dataclass
class Served:
    process: subprocess.Popen[str]
    port: int
    root: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, number: signal.Signals) -> tuple[int, str]:
        """The exit code, and what was said on the way."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=20)
        canary.look_at_process(err, whole=True)
        return self.process.returncode, err


@contextmanager
def serving(root: Path) -> Iterator[Served]:
    """The pages of the site in ``root``."""
    process = subprocess.Popen(
        [*COMMAND, "--site", str(root), "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stderr
        line = process.stderr.readline()
        port = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert port, line + process.stderr.read()
        yield Served(process, int(port[1]), root)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=20)
        if process.stderr and not process.stderr.closed:
            canary.look_at_process(process.stderr.read(), whole=True)
            process.stderr.close()
