"""What is shipped: the locks, the wheel and the source archive."""

from __future__ import annotations

import email
import functools
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from newsletter.version import version

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("base.lock", "dev.lock")


@functools.cache
def requirements(lock: str) -> list[str]:
    """Each requirement of a lock with its hashes, on one line, without comments."""
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def name_of(requirement: str) -> str:
    match = re.match(r"[\w.-]+", requirement)
    assert match
    return re.sub(r"[-_.]+", "-", match.group()).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_each_line_of_a_lock_is_a_pin_with_hashes_and_names_no_host(lock: str) -> None:
    assert len(requirements(lock)) > 20
    for line in requirements(lock):
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; [^-]*?)?(\s+--hash=sha256:[0-9a-f]{64})+", line.strip()), line
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|--extra|--trusted", text)


def test_the_two_locks_hold_the_same_pins() -> None:
    assert set(requirements("base.lock")) < set(requirements("dev.lock"))


def test_the_locks_answer_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(map(name_of, project["project"]["dependencies"])) <= set(map(name_of, requirements("base.lock")))
    assert set(map(name_of, project["dependency-groups"]["dev"])) <= set(map(name_of, requirements("dev.lock")))


def build(kind: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (archive,) = folder.iterdir()
    return archive


def tree(folder: str) -> set[str]:
    """The files of a folder of the checkout, as paths within it."""
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(ROOT / folder).as_posix() for path in files}


def test_the_wheel_holds_all_that_runs_and_nothing_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(build("wheel", tmp_path)) as wheel:
        names = set(wheel.namelist())
        info = f"newsletter_desk-{version()}.dist-info/"
        packages = {f"{package}/{file}" for package in ("newsletter", "subscribers") for file in tree(package)}
        templates = {f"newsletter/templates/{file}" for file in tree("templates")}
        assert {name for name in names if not name.startswith(info)} == packages | templates
        assert {"newsletter/py.typed", "subscribers/py.typed"} <= names
        assert {info + "licenses/LICENSE", info + "licenses/THIRD_PARTY.md"} <= names
        assert b"newsletter = newsletter.cli.main:main" in wheel.read(info + "entry_points.txt")
        meta = email.message_from_bytes(wheel.read(info + "METADATA"))
    assert (meta["Name"], meta["Version"], meta["License-Expression"]) == ("newsletter-desk", version(), "MIT")


def test_the_source_archive_builds_the_same(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    for folder in ("newsletter", "subscribers", "templates"):
        assert {f"{folder}/{file}" for file in tree(folder)} <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY.md"} <= names
    assert not [name for name in names if name.startswith((".venv", "tests", "benchmarks", ".git/"))]
