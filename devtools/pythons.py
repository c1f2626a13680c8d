"""Find a Python that the project runs on: 3.11 or newer."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from typing import Iterable, Iterator, NamedTuple

from devtools.run import child_env

OLDEST, NEWEST = (3, 11), (3, 14)  # the locks fit these; a newer one is taken only for want of them

# Where interpreters live that are not on PATH: pyenv, uv, mise, asdf, Homebrew, python.org, MacPorts.
PLACES = (
    "$PYENV_ROOT/versions/3.*/bin/python3",
    "~/.pyenv/versions/3.*/bin/python3",
    "$UV_PYTHON_INSTALL_DIR/cpython-3.*/bin/python3",
    "~/.local/share/uv/python/cpython-3.*/bin/python3",
    "~/.local/share/mise/installs/python/3.*/bin/python3",
    "~/.asdf/installs/python/3.*/bin/python3",
    "/opt/homebrew/bin/python3.1[1-9]",
    "/usr/local/bin/python3.1[1-9]",
    "/home/linuxbrew/.linuxbrew/bin/python3.1[1-9]",
    "/Library/Frameworks/Python.framework/Versions/3.*/bin/python3",
    "/opt/local/bin/python3.1[1-9]",
    "/usr/bin/python3.1[1-9]",
)
PROBE = (
    "import sys; from importlib.util import find_spec as f; "
    "print(sys.implementation.name, *sys.version_info[:3], int(bool(f('venv') and f('ensurepip'))))"
)


class Interpreter(NamedTuple):
    """A CPython from OLDEST on."""

    path: str
    version: tuple[int, int, int]
    makes_venv: bool  # Debian and Ubuntu leave ensurepip to the package python3-venv


def probe(path: str) -> Interpreter | None:
    """Ask `path` what it is; None where it does not run (a pyenv shim may lead nowhere) or does not fit."""
    command = [path, "-I", "-c", PROBE]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, env=child_env(), check=False)
        kind, major, minor, micro, makes_venv = done.stdout.split()
        version = (int(major), int(minor), int(micro))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Interpreter(path, version, makes_venv == "1") if kind == "cpython" and version >= OLDEST else None


def candidates() -> Iterator[str]:
    """Paths that may be a Python, best first; a virtual environment stands for the Python it was made from."""
    yield getattr(sys, "_base_executable", None) or sys.executable
    newest_first = range(NEWEST[1], OLDEST[1] - 1, -1)
    for name in [*(f"python3.{minor}" for minor in newest_first), "python3", "python"]:
        yield shutil.which(name) or ""
    for pattern in PLACES:
        yield from sorted(glob.glob(os.path.expanduser(os.path.expandvars(pattern))), reverse=True)


def choose(found: Iterable[Interpreter]) -> Interpreter | None:
    """The first of a tried version that can make a virtual environment; else the next best."""
    return min(found, key=lambda one: (one.version[:2] > NEWEST, not one.makes_venv), default=None)


def find_python() -> Interpreter | None:
    """The Python to make .venv with, or None."""
    paths = dict.fromkeys(path for path in candidates() if path)
    return choose(one for one in map(probe, paths) if one is not None)
