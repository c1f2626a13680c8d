"""Other programs: their progress, their reasons, their exit codes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import devtools.run
from devtools import Failure
from tests.devtools.support import ROOT


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["WARNING: Retrying (Retry(total=4)): Temporary failure in name resolution", "ERROR: no match"], "network"),
        (["error: Failed to fetch", "  Caused by: dns error"], "network"),
        (["There was a problem confirming the ssl certificate"], "network"),
        (["Collecting x", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "  x", "Got 12"], "DO NOT MATCH THE HASHES"),
        (["E: Unable to locate package chromium"], "Unable to locate package chromium"),
        (["something", "else"], "something else"),
        ([], "no reason"),
    ],
)
def test_a_failed_install_is_explained_in_one_line(lines: list[str], reason: str) -> None:
    said = devtools.run.explain(lines)
    assert reason in said
    assert "\n" not in said


def test_a_long_command_shows_how_far_it_is(capfd: pytest.CaptureFixture[str], checkout: Path) -> None:
    code = "for n in range(25): print('Collecting p%d==1' % n)"
    devtools.run.run_long("installing", [sys.executable, "-c", code], total=25)
    said = capfd.readouterr()
    assert said.out == ""
    assert "installing: 20 of 25, p19" in said.err
    with pytest.raises(Failure, match=r"^trying failed: out of luck$"):
        devtools.run.run_long("trying", [sys.executable, "-c", "print('ERROR: out of luck'); exit(3)"])


def test_the_lock_is_held_by_the_long_command_too(tmp_path: Path, checkout: Path) -> None:
    with (tmp_path / "lock").open("w") as file:
        number = file.fileno()
        code = f"import os; os.write({number}, b'held')"
        devtools.run.run_long("holding", [sys.executable, "-c", code], held=number)
        with pytest.raises(Failure):
            devtools.run.run_long("not holding", [sys.executable, "-c", code])
    assert (tmp_path / "lock").read_text() == "held"


@pytest.mark.parametrize("user", [0, 1000])
def test_apt_is_used_by_root_alone(monkeypatch: pytest.MonkeyPatch, user: int) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os.path, "exists", lambda path: True)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(devtools.run, "run_long", lambda what, command, **env: ran.append(command))
    assert devtools.run.apt_install("chromium") is (user == 0)
    assert [command[3:] for command in ran] == ([["update"], ["install", "-y", "chromium"]] if user == 0 else [])


def test_the_exit_code_is_the_childs(checkout: Path) -> None:
    assert devtools.run.call([sys.executable, "-c", "raise SystemExit(5)"]) == 5
    assert devtools.run.call([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]) == 128 + 15


def test_nothing_in_the_environment_leads_children_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    env = devtools.run.child_env(CHROMIUM="/x")
    assert {"PYTHONPATH", "PIP_USER"}.isdisjoint(env)
    assert env["PATH"].startswith(str(ROOT / ".venv/bin") + os.pathsep)
    assert env["CHROMIUM"] == "/x"


def test_ctrl_c_ends_quietly_with_130(tmp_path: Path) -> None:
    code = """
        import time, subprocess, devtools.commands as commands
        child = [sys.executable, "-c", "import time; print('started', flush=True); time.sleep(60)"]
        def long(args):
            if args: return commands.call(child)
            print("started", flush=True); time.sleep(60)
        commands.COMMANDS["long"] = long
        sys.exit(commands.main(sys.argv[1:]))
    """
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + textwrap.dedent(code)
    with subprocess.Popen(
        [sys.executable, "-c", start, "long"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=20) == (b"", b"")
        assert process.returncode == 130
    with subprocess.Popen(
        [sys.executable, "-c", start, "long", "child"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode == 130
