"""What ``dev.py`` does. Standard library only, and no syntax newer than Python 3.8's."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class Failure(Exception):
    """What went wrong and how to mend it, in one line; `code` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """Tell the person at the terminal, beside what the programs print on stdout."""
    print("dev.py: " + text, file=sys.stderr, flush=True)
