"""Runs the command line within the test's own process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsletter.cli import main, shell
from newsletter.new_site import create_site


@dataclass
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("issue", "check", "x.md")``: the exit code and what was printed."""

    def call(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["newsletter", *map(str, arguments)])
        monkeypatch.setattr(shell, "site_option", None)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new site, which the commands of the test work in."""
    root = tmp_path / "site"
    create_site(root, {"site.name": "USHRN", "site.base_url": "https://news.example.org"})
    monkeypatch.chdir(root)
    monkeypatch.delenv("NEWSLETTER_SITE", raising=False)
    return root
