"""docs/howto/check-in-ci.md: its script and its workflow do what it says, and its JSON has the shape that comes out."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.cli import shell
from newsletter.new_site import create_site
from tests.cli.conftest import Run

PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "check-in-ci.md").read_text(encoding="utf-8")
ISSUE = """+++
title = "October 2020"
subject = "Re: Watch the review on November 9"
preheader = "Lobbying is done. Help every eye follow the review."
+++

A plain text.
"""


def block(language: str, number: int = 0) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[number]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A site as it stands in git: without its keys, and without a store."""
    root = tmp_path / "repository"
    create_site(root, {"site.name": "USHRN", "organisation.postal_address": "1 Example Street, 8000 Example"})
    for name in PAGE.partition("in `.gitignore`:\n\n")[2].partition("\n\n")[0].split():
        path = root / name
        path.unlink() if path.is_file() else path.is_dir() and path.rmdir()
    (root / "issues").mkdir(exist_ok=True)
    (root / "issues" / "october-2020.md").write_text(ISSUE)
    (root / "issues" / "october-2020.es.md").write_text(ISSUE.replace("Re: ", ""))
    (root / "issues" / "november-2020.md").write_text(ISSUE.replace("Re: ", ""))
    (root / "check-issues.sh").write_text(block("sh"))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "newsletter").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m newsletter "$@"\n')
    (programs / "newsletter").chmod(0o755)
    return root


def in_ci(root: Path, command: str) -> subprocess.CompletedProcess[str]:
    path = f"{root.parent / 'bin'}:{os.environ['PATH']}"
    own = {"PATH": path, "HOME": str(root.parent), "PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "C.UTF-8"}
    return subprocess.run(command, shell=True, cwd=root, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("number", [0, 1])
def test_the_steps_fail_where_an_error_would_block_an_issue(repository: Path, number: int) -> None:
    workflow = block("yaml", number)
    assert "\t" not in workflow
    steps = re.findall(r"^\s+- (?:run: )?((?:pip|sh) .*)$", workflow, re.MULTILINE)
    assert steps[0] == 'pip install "$NEWSLETTER"'
    [command] = steps[1:]
    ran = in_ci(repository, command)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("== issues/") == 2
    assert "(subject " in ran.stdout
    (repository / "issues" / "october-2020.es.md").write_text(ISSUE.replace("A plain text", "Dear *|FNAME|*"))
    ran = in_ci(repository, command)
    assert ran.returncode == shell.CHECKS_FAILED
    assert "issues/october-2020.es.md:7" in ran.stdout
    assert "== issues/october-2020.md" in ran.stdout
    assert not (repository / "data" / "newsletter.sqlite3").exists()


def test_the_json_has_the_shape_that_is_told(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    monkeypatch.delenv("NEWSLETTER_SITE", raising=False)
    found = json.loads(run("issue", "check", "issues/october-2020.md", "--json").out)
    [subject] = [one for one in found if one["check"] == "subject" and one["languages"] == ["en"]]
    assert subject == json.loads(block("json"))
    told = re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")))
    assert sorted(told) == sorted(subject)
