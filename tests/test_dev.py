"""dev.py on any Python: the old ones get a message, the others help."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import devtools.commands
from tests.devtools.support import ROOT, pythons

SOURCES = [ROOT / "dev.py", *sorted((ROOT / "devtools").glob("*.py"))]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_it_needs_only_the_standard_library_and_the_syntax_of_3_8(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"), feature_version=(3, 8))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names | {"devtools"}


@pytest.mark.parametrize("version", [version for version in pythons() if version not in ("2.7", "3.6")])
def test_help_on_every_python(version: str, tmp_path: Path) -> None:
    for args in ([], ["--help"], ["-h"]):
        done = subprocess.run(
            [pythons()[version], str(ROOT / "dev.py"), *args],
            capture_output=True,
            text=True,
            cwd=tmp_path,  # works from anywhere
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        for command in devtools.commands.COMMANDS:
            assert f"\n  {command} " in done.stdout


@pytest.mark.parametrize("version", [version for version in pythons() if version in ("2.7", "3.6")])
def test_a_python_that_is_too_old_gets_one_line(version: str) -> None:
    command = [pythons()[version], str(ROOT / "dev.py"), "demo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"dev.py: start it with Python 3.8 or newer (this is {version}).\n"
