"""Which Python .venv is made with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import devtools.pythons
from devtools.pythons import candidates, choose, find_python, probe
from tests.devtools.support import found, pythons


def test_the_first_python_that_fits_is_chosen() -> None:
    assert choose([]) is None
    assert choose([found((3, 11, 1)), found((3, 13, 0))]) == found((3, 11, 1))
    assert choose([found((3, 12, 1), False), found((3, 11, 0))]) == found((3, 11, 0))
    assert choose([found((3, 99, 0)), found((3, 11, 0), False)]) == found((3, 11, 0), False)
    assert choose([found((3, 99, 0))]) == found((3, 99, 0))


def test_probe_asks_the_interpreter_itself() -> None:
    here = probe(sys.executable)
    assert here is not None
    assert here.version == sys.version_info[:3]
    assert probe("/bin/false") is None
    assert probe("/bin/echo") is None
    assert probe("/nowhere/python3") is None


@pytest.mark.parametrize("version", [version for version in pythons() if version in ("2.7", "3.8", "3.10")])
def test_probe_refuses_an_older_python(version: str) -> None:
    assert probe(pythons()[version]) is None


def test_pyenv_is_searched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("3.9.1", "3.12.4"):
        bin_ = tmp_path / "versions" / version / "bin"
        bin_.mkdir(parents=True)
        (bin_ / "python3").symlink_to(sys.executable)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert str(tmp_path / "versions/3.12.4/bin/python3") in list(candidates())
    monkeypatch.setattr(devtools.pythons, "candidates", lambda: iter(["", "/bin/false", sys.executable]))
    chosen = find_python()
    assert chosen is not None
    assert chosen.path == sys.executable
