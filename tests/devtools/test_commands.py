"""The commands: what each runs and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

import devtools.commands
from devtools import Failure


def test_an_unknown_command_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert devtools.commands.main(["tset"]) == 2
    assert capsys.readouterr().err == "dev.py: no command 'tset'; did you mean test?\n"
    assert devtools.commands.main(["zzz"]) == 2
    assert "there are: demo, serve, " in capsys.readouterr().err


@pytest.fixture
def calls(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that are run; those that name `bad` fail."""
    made: list[list[str]] = []

    def call(command: list[str], **extra: str) -> int:
        made.append([*command[1:], *(f"{name}={value}" for name, value in extra.items())])
        return 3 if any("bad" in word for word in command) else 0

    monkeypatch.setattr(devtools.commands, "call", call)
    monkeypatch.setattr(devtools.commands, "prepare", lambda lock: made.append([lock]))
    return made


def test_test_passes_its_arguments_and_chromium_on(calls: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devtools.commands, "bring_chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert devtools.commands.main(["test", "-k", "foo"]) == 0
    assert calls == [
        ["dev.lock"],
        [
            *("-m", "pytest", "-n", "3", "--dist", "worksteal", "-k", "foo"),
            *("PYTHONDONTWRITEBYTECODE=", "CHROMIUM=/usr/bin/chromium"),
        ],
    ]


@pytest.mark.parametrize(
    ("env", "code"), [({"CI": "true"}, 1), ({"CHROMIUM": "/bin/false"}, 1), ({}, 0)], ids=["CI", "named", "else"]
)
def test_a_missing_chromium_fails_under_ci_and_where_one_was_named(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, env: dict[str, str], code: int
) -> None:
    def none() -> str:
        raise Failure("no Chromium")

    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("CHROMIUM", raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(devtools.commands, "bring_chromium", none)
    assert devtools.commands.main(["test"]) == code
    assert len(calls) == 2 - code


def test_lint_runs_all_and_reports_all(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    linters = {"one": ["x", "bad"], "two": ["x", "fine"], "three": ["x", "bad"]}
    monkeypatch.setattr(devtools.commands, "LINTERS", linters)
    assert devtools.commands.main(["lint"]) == 1
    assert calls == [["dev.lock"], ["bad"], ["fine"], ["bad"]]
    assert "lint failed: one, three" in capsys.readouterr().err
    assert devtools.commands.main(["lint", "here"]) == 2


def test_bench_runs_each_or_those_named(
    calls: list[list[str]], checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = checkout / "benchmarks"
    assert devtools.commands.main(["bench"]) == 1
    assert "no benchmarks" in capsys.readouterr().err
    folder.mkdir()
    for name in ("bench_bad.py", "bench_render.py", "other.py"):
        (folder / name).touch()
    assert devtools.commands.main(["bench", "--quick"]) == 1
    assert calls == [["dev.lock"], *([str(folder / f"bench_{name}.py"), "--quick"] for name in ("bad", "render"))]
    calls.clear()
    assert devtools.commands.main(["bench", "render"]) == 0
    assert calls == [["dev.lock"], [str(folder / "bench_render.py")]]
    assert devtools.commands.main(["bench", "rendr"]) == 2
    assert "did you mean render?" in capsys.readouterr().err
