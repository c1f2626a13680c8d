"""What stands at the other end of a provider and remembers what came: kept apart from the sender and its store."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from newsletter.settings import SmtpSection
from tests.stubs.sendgrid_stub import KEY, running_stub
from tests.stubs.sendgrid_stub import Account as Stub

ROOT = Path(__file__).parents[2]


class Mail(NamedTuple):
    """A mail that came, whether it was kept, and whether the client was told."""

    delivery: str
    address: str
    kept: bool = True
    answered: bool = True


class Witness:
    """A provider's end. ``in_doubt``: recipients that one kill may leave ``unknown``; none for the outbox."""

    provider: str
    in_doubt: int
    overwrites = False
    """Of a delivery that comes twice it keeps one mail."""
    fenced = late = False
    """What came can be taken back, but the next sender comes too late for that."""
    settings = ""
    secrets = ""

    def mails(self) -> list[Mail]:
        """All that came since ``forget``, in order."""
        raise AssertionError("each witness has its own log")

    def forget(self) -> None:
        """Look only at what comes from now on."""
        raise AssertionError("each witness has its own log")

    def pass_time(self, seconds: int) -> None:
        """Everything was so much earlier; only who waits for something cares."""


class OutboxWitness(Witness):
    """The folder itself, which keeps one mail of a delivery however often it is written."""

    provider, in_doubt, overwrites = "outbox", 0, True

    def __init__(self, site: Path) -> None:
        self.folder = site / "outbox"

    def mails(self) -> list[Mail]:
        return [Mail(mail.name, "") for part in ("new", "cur") for mail in (self.folder / part).glob("*")]

    def forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class SmtpWitness(Witness):
    """The log of ``tests.proof.mailserver``."""

    provider, in_doubt = "smtp", 16 * SmtpSection().connections

    def __init__(self, log: Path, port: int) -> None:
        self.log, self.since = log, 0
        self.settings = f'[providers.smtp]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n'

    def mails(self) -> list[Mail]:
        with self.log.open() as file:
            file.seek(self.since)
            lines = [json.loads(line) for line in file]
        return [Mail(line["delivery"], line["to"][0], line["kept"], line["answered"]) for line in lines]

    def forget(self) -> None:
        self.since = self.log.stat().st_size if self.log.exists() else 0


class SendGridWitness(Witness):
    """What the stand-in for SendGrid's API took, and has not been told to cancel."""

    provider = "sendgrid"

    def __init__(self, stub: Stub, mode: str) -> None:
        self.stub = stub
        words = mode.split()
        self.fenced, self.late = "fenced" in words, "late" in words
        # Without a fence there is one call at a time, with it there are four.
        self.in_doubt = 1_000 if not self.fenced else 4_000 if self.late else 0
        self.settings = f'[providers.sendgrid]\nhost = "{stub.host}"\nmode = "{words[0]}"\n'
        self.secrets = f'[providers.sendgrid]\napi_key = "{KEY}"\n'

    def mails(self) -> list[Mail]:
        return [Mail(one["nl_d"], one["to"], self.stub.leaves(one)) for one in self.stub.taken.copy()]

    def forget(self) -> None:
        self.stub.forget()

    def pass_time(self, seconds: int) -> None:
        self.stub.pass_time(seconds)


@contextmanager
def witness(provider: str, folder: Path, *, seconds: float = 0.0, troubles: bool = False) -> Iterator[Witness]:
    """The other end for a site in ``folder``/site; ``provider`` may have a mode, such as "sendgrid fenced late".
    ``seconds``: how long it takes over a mail; ``troubles``: it refuses some, puts some off, and takes some without
    saying so."""
    if provider == "outbox":
        yield OutboxWitness(folder / "site")
    elif provider.startswith("sendgrid"):
        with running_stub() as stub:
            yield SendGridWitness(stub, provider.partition(" ")[2])
    else:
        log = folder / "mails.log"
        command = [sys.executable, "-m", "tests.proof.mailserver", str(log), str(seconds)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen([*command, *["troubles"] * troubles], cwd=ROOT, **pipes) as server:  # type: ignore[call-overload]
            log.touch()
            yield SmtpWitness(log, int(server.stdout.readline()))
            server.stdin.close()
