"""A .venv is never taken as finished before it is, and always mended when it is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import devtools.venv
from devtools import Failure
from tests.devtools.support import found, make_venv, python, pythons, stand_in


def ready() -> tuple[bool, bool]:
    return devtools.venv.is_ready("base.lock"), devtools.venv.is_ready("dev.lock")


def test_only_a_stamped_venv_is_ready(checkout: Path) -> None:
    assert ready() == (False, False)
    make_venv(checkout)
    assert ready() == (False, False)
    devtools.venv.write_stamp(["base.lock"])
    assert ready() == (True, False)
    devtools.venv.write_stamp(["base.lock", "dev.lock"])
    assert ready() == (True, True)


def stamped(root: Path) -> Path:
    make_venv(root)
    devtools.venv.write_stamp(["base.lock", "dev.lock"])
    return root / ".venv/dev-stamp.json"


def test_another_lock_makes_it_unready(checkout: Path) -> None:
    stamped(checkout)
    (checkout / "requirements/dev.lock").write_text("one==1\ntwo==3\n")
    assert ready() == (True, False)


def test_a_moved_venv_is_unready(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamped(checkout)
    stand_in(monkeypatch, checkout.rename(checkout.parent / "moved"))
    assert ready() == (False, False)


def test_a_venv_whose_python_went_is_unready(checkout: Path) -> None:
    stamped(checkout)
    (checkout / ".venv/bin/python").unlink()
    (checkout / ".venv/bin/python").symlink_to("/nowhere/python3")
    assert ready() == (False, False)


def test_a_venv_of_another_python_is_unready(checkout: Path) -> None:
    stamp = stamped(checkout)
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "python": [3, 11, 999]}))
    assert ready() == (False, False)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"venv": 1}', "\x00", '{"venv":"V","locks":[]}'])
def test_a_damaged_stamp_is_none(checkout: Path, text: str) -> None:
    stamped(checkout).write_text(text.replace("V", str(checkout / ".venv")))
    assert ready() == (False, False)


@pytest.fixture
def steps(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What prepare() did, with the slow parts stood in for."""
    done: list[str] = []

    def new(held: int) -> None:
        done.append("new")
        shutil.rmtree(checkout / ".venv", ignore_errors=True)
        make_venv(checkout)

    def install(lock: str, held: int) -> None:
        assert not (checkout / ".venv/dev-stamp.json").exists()
        done.append(lock)

    monkeypatch.setattr(devtools.venv, "make_venv", new)
    monkeypatch.setattr(devtools.venv, "install", install)
    return done


def test_prepare_does_no_more_than_is_needed(steps: list[str], checkout: Path) -> None:
    devtools.venv.prepare("base.lock")
    devtools.venv.prepare("base.lock")
    assert steps == ["new", "base.lock"]
    devtools.venv.prepare("dev.lock")  # on top
    devtools.venv.prepare("base.lock")
    assert steps == ["new", "base.lock", "dev.lock"]
    (checkout / "requirements/dev.lock").write_text("one==1\n")
    (checkout / "requirements/base.lock").write_text("")
    devtools.venv.prepare("dev.lock")  # nothing of the old lock stays
    assert steps == ["new", "base.lock", "dev.lock", "new", "dev.lock"]


@pytest.mark.parametrize("problem", [Failure("no network"), KeyboardInterrupt(), OSError(28, "disk full")])
def test_an_install_that_stops_midway_starts_anew(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    devtools.venv.prepare("base.lock")
    install = devtools.venv.install

    def stop(lock: str, held: int) -> None:
        raise problem

    monkeypatch.setattr(devtools.venv, "install", stop)
    with pytest.raises(type(problem)):
        devtools.venv.prepare("dev.lock")
    assert ready() == (False, False)
    monkeypatch.setattr(devtools.venv, "install", install)
    devtools.venv.prepare("dev.lock")
    assert steps == ["new", "base.lock", "new", "dev.lock"]


def test_two_runs_at_once_prepare_one_after_the_other(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install, entered, go = devtools.venv.install, threading.Event(), threading.Event()

    def slow(lock: str, held: int) -> None:
        entered.set()
        assert go.wait(20)
        install(lock, held)

    monkeypatch.setattr(devtools.venv, "install", slow)
    monkeypatch.setattr(devtools.venv, "say", lambda text: go.set())  # the second says that it waits
    runs = [threading.Thread(target=devtools.venv.prepare, args=["base.lock"]) for _ in range(2)]
    runs[0].start()
    assert entered.wait(20)
    runs[1].start()
    for run in runs:
        run.join(20)
    assert steps == ["new", "base.lock"]
    assert ready() == (True, False)


@pytest.mark.parametrize("kind", ["file", "link", "half"])
def test_what_stands_in_the_way_is_replaced(checkout: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    place, kept = checkout / ".venv", checkout / "kept"
    kept.mkdir()
    (kept / "mine.txt").touch()
    if kind == "file":
        place.write_text("x")
    elif kind == "link":
        place.symlink_to(kept)
    else:
        (place / "lib").mkdir(parents=True)
    monkeypatch.setattr(devtools.venv, "find_python", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Failure, match=r"no Python 3\.11"):
        devtools.venv.make_venv(held=0)
    assert not os.path.lexists(place)
    assert (kept / "mine.txt").exists()


def test_without_ensurepip_and_root_one_line_says_what_to_install(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devtools.venv, "find_python", lambda: found((3, 12, 4), makes_venv=False))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(Failure, match=r"sudo apt-get install python3\.12-venv") as caught:
        devtools.venv.make_venv(held=0)
    assert "\n" not in str(caught.value)


def test_the_checkout_is_importable_and_its_command_runs(checkout: Path) -> None:
    make_venv(checkout)
    (checkout / "newsletter/cli").mkdir(parents=True)
    (checkout / "newsletter/cli/main.py").write_text("import sys\ndef main(): print(sys.argv[1:]); return 7\n")
    devtools.venv.link_checkout()
    link = checkout.parent / "newsletter"
    link.symlink_to(checkout / ".venv/bin/newsletter")
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([link, "a b"], capture_output=True, text=True, cwd="/", env=env, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("['a b']\n", "", 7)


@pytest.mark.parametrize("version", [version for version in pythons() if version in ("3.8", "3.10", "3.13")])
def test_no_python_found_says_what_to_install(version: str, tmp_path: Path) -> None:
    code = """
        from pathlib import Path
        import devtools.venv as venv, devtools.commands as commands
        venv.VENV = Path(sys.argv[1], ".venv"); venv.STAMP = venv.VENV / "stamp"
        venv.find_python = lambda: None
        sys.exit(commands.main(["demo"]))
    """
    (tmp_path / "bin").mkdir()
    done = python(code, str(tmp_path), path=pythons()[version], PATH=str(tmp_path / "bin"))
    assert done.returncode == 1
    assert done.stderr.startswith("dev.py: no Python 3.11 or newer found. ")
    assert done.stderr.count("\n") == 1
    assert "install" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("uv", [None, "/opt/uv"])
def test_what_is_installed_is_checked_against_its_hash(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, uv: str | None
) -> None:
    make_venv(checkout)
    if uv is None:
        (checkout / ".venv/bin/pip").touch()
    ran: list[tuple[list[str], object, object]] = []
    monkeypatch.setattr(shutil, "which", lambda name: uv)
    monkeypatch.setattr(
        devtools.venv, "run_long", lambda what, command, total, held: ran.append((command, total, held))
    )
    devtools.venv.install("dev.lock", held=9)
    [(command, total, held)] = ran
    python = str(checkout / ".venv/bin/python")
    assert command[:3] == ([python, "-m", "pip"] if uv is None else [uv, "pip", "install"])
    assert command[-3:] == ["--require-hashes", "-r", str(checkout / "requirements/dev.lock")]
    assert (total, held) == (2, 9)


def test_a_venv_of_uv_without_uv_says_how_to_go_on(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_venv(checkout)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Failure, match=r"Remove \.venv"):
        devtools.venv.install("base.lock", held=9)


def test_uv_makes_it_where_uv_is(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda name: "/opt/uv")
    monkeypatch.setattr(devtools.venv, "run_long", lambda what, command, held: ran.append(command))
    place = str(checkout / ".venv")
    monkeypatch.setattr(devtools.venv, "find_python", lambda: found((3, 12, 4), makes_venv=False))
    devtools.venv.make_venv(held=0)
    monkeypatch.setattr(devtools.venv, "find_python", lambda: None)  # uv brings one
    devtools.venv.make_venv(held=0)
    assert ran == [
        ["/opt/uv", "venv", "--no-project", "--python", wanted, place] for wanted in ("python3.12.4", ">=3.11,<3.15")
    ]
