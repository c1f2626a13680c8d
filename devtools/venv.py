"""Make .venv and bring it to a lock; what is half made, moved or outdated is made anew."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Iterator

from devtools import PYTHON, ROOT, VENV, Failure, say
from devtools.pythons import NEWEST, OLDEST, find_python, probe
from devtools.run import apt_install, run_long

BASE, DEV = "base.lock", "dev.lock"  # dev.lock holds every pin of base.lock, and more
STAMP = VENV / "dev-stamp.json"
LAUNCHER = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
from newsletter.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
"""


def lock_path(lock: str) -> Path:
    return ROOT / "requirements" / lock


def digest(lock: str) -> str:
    return hashlib.sha256(lock_path(lock).read_bytes()).hexdigest()


def is_ready(lock: str) -> bool:
    """Whether .venv stands where it was made, runs the Python it was made with, and holds this very lock."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        if stamp["venv"] != str(VENV) or stamp["locks"].get(lock) != digest(lock):
            return False
        python = probe(str(PYTHON))
        return python is not None and list(python.version) == stamp["python"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def prepare(lock: str) -> None:
    """Bring .venv to `lock`. The stamp goes first and comes last: nothing half done is taken as done."""
    if is_ready(lock):
        return
    with one_at_a_time() as held:
        if is_ready(lock):
            return
        if lock == DEV and is_ready(BASE):
            STAMP.unlink()
        else:
            make_venv(held)
        install(lock, held)
        link_checkout()
        write_stamp([BASE, DEV] if lock == DEV else [BASE])


@contextlib.contextmanager
def one_at_a_time() -> Iterator[int]:
    """Let one run at a time change .venv. What is locked is dev.py itself: it is always there."""
    with open(str(ROOT / "dev.py"), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is preparing .venv; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def make_venv(held: int) -> None:
    """A new, empty .venv, whatever stood there."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        say("making .venv anew (it is unfinished, was moved, or was made for another lock or Python)")
        with contextlib.suppress(FileNotFoundError):
            STAMP.unlink()
        shutil.rmtree(str(VENV))
    python = find_python()
    uv = shutil.which("uv")
    if uv:  # which brings a Python of its own where there is none
        wanted = python.path if python else f">={OLDEST[0]}.{OLDEST[1]},<{NEWEST[0]}.{NEWEST[1] + 1}"
        run_long("making .venv with uv", [uv, "venv", "--no-project", "--python", wanted, str(VENV)], held=held)
        return
    if python is None:
        raise Failure("no Python 3.11 or newer found. " + advice("python3.11 python3.11-venv"))
    package = f"python{python.version[0]}.{python.version[1]}-venv"
    if not python.makes_venv and not apt_install("python3-venv", package):
        raise Failure(f"{python.path} cannot make a virtual environment. {advice(package)}")
    version = ".".join(map(str, python.version))
    run_long(f"making .venv with Python {version}", [python.path, "-m", "venv", str(VENV)], held=held)


def advice(packages: str) -> str:
    """What to install, in one line."""
    if sys.platform == "darwin":
        return "Run `brew install python@3.13`, or install Python from python.org, or install uv; then run this again."
    return f"Debian, Ubuntu: run `sudo apt-get install {packages}`; elsewhere install uv; then run this again."


def install(lock: str, held: int) -> None:
    """Install what `lock` names, each file checked against its hash."""
    names = re.findall(r"(?m)^[\w.-]+(?:\[[^]]*\])?==", lock_path(lock).read_text(encoding="utf-8"))
    command = [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    if not (VENV / "bin" / "pip").exists():  # made by uv
        uv = shutil.which("uv")
        if uv is None:
            raise Failure(".venv was made by uv, which is no longer on PATH. Remove .venv, then run this again.")
        command = [uv, "pip", "install", "--python", str(PYTHON), "--compile-bytecode"]
    what = f"installing {len(names)} packages"
    run_long(what, [*command, "--require-hashes", "-r", str(lock_path(lock))], total=len(names), held=held)


def link_checkout() -> None:
    """Make this checkout's packages importable in .venv, and its command runnable as .venv/bin/newsletter."""
    (site_packages,) = VENV.glob("lib/python3.*/site-packages")
    (site_packages / "newsletter-desk-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV / "bin" / "newsletter"
    # By way of a shell: a #! line holds neither spaces nor a long path.
    command.write_text(LAUNCHER.format(python=shlex.quote(str(PYTHON))), encoding="utf-8")
    command.chmod(0o755)


def write_stamp(locks: list[str]) -> None:
    """Say that .venv is finished, and for what."""
    python = probe(str(PYTHON))
    if python is None:
        raise Failure(".venv was made but its Python does not start. Remove .venv, then run this again.")
    stamp = {"venv": str(VENV), "python": python.version, "locks": {lock: digest(lock) for lock in locks}}
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp), encoding="utf-8")
    fresh.replace(STAMP)
