"""What the tests of set-up share."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import textwrap
import venv as stdlib_venv
from pathlib import Path

import pytest

import devtools
import devtools.chromium
import devtools.commands
import devtools.run
import devtools.venv
from devtools.pythons import Interpreter

ROOT = Path(__file__).resolve().parent.parent.parent


@functools.cache
def pythons() -> dict[str, str]:
    """Every Python at hand, oldest to newest; at least the one that runs the tests."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    for version in ("2.7", "3.6", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"):
        places = [*Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}")]
        path = str(places[0]) if places else shutil.which(f"python{version}")
        # A shim of pyenv may lead nowhere.
        if path and subprocess.run([path, "-c", "0"], capture_output=True, check=False).returncode == 0:
            found[version] = path
    return found


def python(code: str, *args: str, path: str = sys.executable, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in the checkout, with devtools importable."""
    command = [path, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + textwrap.dedent(code), *args]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env}, check=False)


def stand_in(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    for module in (devtools.venv, devtools.run, devtools.commands, devtools.chromium):
        places = {"ROOT": root, "VENV": root / ".venv", "PYTHON": root / ".venv/bin/python"}
        for name, value in {**places, "STAMP": root / ".venv/dev-stamp.json"}.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)


def make_venv(root: Path) -> None:
    stdlib_venv.create(root / ".venv", with_pip=False, symlinks=True)


def found(version: tuple[int, int, int], makes_venv: bool = True) -> Interpreter:
    return Interpreter("python" + ".".join(map(str, version)), version, makes_venv)
