"""docs/howto/import-a-list.md is true: its files are imported by its commands, and what they say is what it shows."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import ROOT

PAGE = ROOT / "docs" / "howto" / "import-a-list.md"
_BLOCK = re.compile(r"^```(csv|csv errors|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def said(command: str, site: Path) -> str:
    """What a person sees of a command: both streams, in their order."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSLETTER_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=site,
        env={**environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


def played(page: str, site: Path) -> str:
    """The page with what its commands say now."""

    def play(block: re.Match[str]) -> str:
        kind, text = block.groups()
        if kind == "csv":
            (site / "members.csv").write_text(text, encoding="cp1252", newline="\r\n")
        elif kind == "csv errors":
            assert (site / "members.csv.errors.csv").exists()
            (site / "members.csv.errors.csv").write_text(text, encoding="utf-8-sig")
        else:
            commands = [line for line in text.splitlines() if line.startswith("$ ")]
            text = "".join(f"{command}\n{said(command[2:], site)}" for command in commands)
        return f"```{kind}\n{text}```"

    return _BLOCK.sub(play, page)


def test_the_page_is_true(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    said("newsletter init site", tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    now = played(page, tmp_path / "site")
    if pytestconfig.getoption("--update-goldens"):
        PAGE.write_text(now, encoding="utf-8")
    assert now == PAGE.read_text(encoding="utf-8")
    for line in (5, 6, 10, 12, 14):
        assert f"line {line}:" in now, "each mistake is explained by its line"
