"""Issue files never seen before, without any site: a good one is rendered, a hostile one is refused in words."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import ROOT, Command

FILE = """\
+++
title = "Réunion du réseau"
subject = "Réunion, {{first_name|amis}}"
language = "fr"
timezone = "Europe/Paris"
zones = ["America/Lima", "Asia/Tokyo"]
+++

Bonjour.

## Assemblée

```event
starts = 2031-03-04T18:00:00
place = "Salle 2"
```

| Heure | Sujet |
|-------|-------|
| 18:00 | Bilan |

## Lire

```resources
[[links]]
label = "Le rapport"
url = "https://www.example.org/rapport?a=1&b=2"
```
"""


def test_a_file_never_seen_before(newsletter: Command, tmp_path: Path) -> None:
    (tmp_path / "réunion.md").write_text(FILE, encoding="utf-8")
    done = newsletter("issue", "render", "réunion.md", "--out", "out")
    assert done.returncode == 0, done.stderr
    html, text = ((tmp_path / "out" / name).read_text(encoding="utf-8") for name in ("index.html", "text.txt"))
    assert '<html lang="fr"' in html
    assert "a=1&amp;b=2" in html
    for part in (html, text):
        for words in ("Assemblée", "Salle 2", "Bilan", "Le rapport", "12:00", "Bonjour."):
            assert words in part
    calendar = (tmp_path / "out" / "assemblee.ics").read_text(encoding="utf-8")
    assert "BEGIN:VTIMEZONE" in calendar
    assert "DTSTART;TZID=Europe/Paris:20310304T180000" in calendar


def _write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(_write(b""), id="empty"),
        pytest.param(_write(b"\x89PNG\r\n\x1a\n\x00\x00"), id="no text"),
        pytest.param(_write(b"x" * 1_000_001), id="too large"),
        pytest.param(_write(FILE.replace("Bonjour.", "[" * 50_000).encode()), id="50,000 brackets"),
        pytest.param(_write(FILE.replace("Bonjour.", "> " * 2_000 + "x").encode()), id="deep quotes"),
        pytest.param(_write(FILE.replace("2031-03-04T18", "2031-03-30T02").encode()), id="an hour that is left out"),
        pytest.param(_write(FILE.replace("Salle 2", "Salle\\r\\nBcc: x@example.org").encode()), id="line break"),
        pytest.param(_write(FILE.replace("https://www.example.org", "javascript://x").encode()), id="script link"),
        pytest.param(Path.mkdir, id="a folder"),
        pytest.param(os.mkfifo, id="a pipe"),
    ],
)
def test_hostile_files_are_refused_in_words(
    newsletter: Command, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "issue.md")
    done = newsletter("issue", "render", "issue.md", "--out", "out")
    assert done.returncode in {1, 2, 3}
    assert "error:" in done.stderr
    assert "issue.md" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m newsletter item kinds | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)
    assert done.stdout.startswith("button")
    assert "Error" not in done.stderr
