"""Drives the real command line, as a newcomer would: processes of their own, in folders of their own."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from pathlib import Path

import pytest

from tests import canary

ROOT = Path(__file__).parent.parent.parent
Command = Callable[..., "subprocess.CompletedProcess[str]"]


def run(
    *arguments: object, cwd: Path, timeout: float = 120, variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """``newsletter ARGUMENTS`` in the folder ``cwd``, with nobody at the keyboard, and no settings in the environment
    but ``variables``."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSLETTER_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", *map(str, arguments)],
        cwd=cwd,
        env={**environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "NO_COLOR": "1", **(variables or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "mistake of the program" not in done.stderr, done.stderr
    canary.look_at_process(done.stderr)
    return done


@pytest.fixture
def newsletter(tmp_path: Path) -> Command:
    """``newsletter("issue", "check", "x.md")`` in the test's own folder."""

    def call(*arguments: object, cwd: Path = tmp_path) -> "subprocess.CompletedProcess[str]":
        return run(*arguments, cwd=cwd)

    return call


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One demo for all tests of this run, whichever process they are in: its folder, and what it printed."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, printed = shared / "demo", shared / "demo.out"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            done = run("demo", folder, cwd=shared)
            assert done.returncode == 0, done.stderr
            assert "{" not in done.stderr, "the demo tells its steps, without a log between them"
            printed.write_text(done.stdout)
    return folder, printed.read_text()


def mails(maildir: Path, most: int | None = None) -> list[Message]:
    """The mails of a Maildir (at ``most`` so many), as Python's own library reads them."""
    return [message_from_bytes(path.read_bytes()) for path in sorted((maildir / "new").iterdir())[:most]]


def part(mail: Message, kind: str) -> str:
    """The text of the ``html`` or ``plain`` part."""
    [found] = [one for one in mail.walk() if one.get_content_type() == f"text/{kind}"]
    content = found.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode(found.get_content_charset("ascii"))


def header(mail: Message, name: str) -> str:
    """A header as a person reads it."""
    return str(make_header(decode_header(mail[name])))


def recipient(mail: Message) -> str:
    """The one address in To."""
    [(_, address)] = getaddresses([mail["To"]])
    return address.lower()
