"""A site, a sender that can be killed, a witness at the other end; and the invariants that hold between them.

I1  nobody is handed over twice, where the first could have been accepted
I2  the states add up to the snapshot
I3  nobody is handed over after an opt-out that was committed
I4  every state has an actor, a time and a reason
I5  an acknowledged opt-out survives
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from tests.proof.witnesses import ROOT, Mail, Witness

OPEN = {"pending", "submitting"}
KILLED = -signal.SIGKILL


class Row(NamedTuple):
    """A delivery as the store has it."""

    delivery: str
    state: str
    actor: str
    reason: str
    at: str
    address: str
    token: str


class Sender:
    """A process of ``tests.proof.sender``, which makes senders for one site."""

    def __init__(self, site: Path) -> None:
        command = [sys.executable, "-m", "tests.proof.sender", str(site)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.child, self.heard = 0, ""
        assert self._line() == "ready"

    def begin(self, run: str, *args: Any, **order: Any) -> int:
        """Start a process; its id, which stays valid until ``end``."""
        self.process.stdin.write(json.dumps({"run": run, "args": args, **order}) + "\n")
        self.process.stdin.flush()
        self.child, self.heard = int(self._line()), ""
        return self.child

    def sending(self) -> None:
        """Wait for the first claim of a process that is to ``tell``, or for its end."""
        self.heard = self._line()

    def end(self) -> int:
        """Wait for that process; how it ended."""
        while not self.heard.startswith("ended"):
            self.heard = self._line()
            assert self.heard, "the process that makes senders is gone"
        return int(self.heard.split()[1])

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGKILL)

    def run(self, run: str, *args: Any, **order: Any) -> int:
        """Both."""
        self.begin(run, *args, **order)
        return self.end()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def _line(self) -> str:
        return self.process.stdout.readline().rstrip("\n")


class Trial:
    """One site with one mailing, over and over again."""

    def __init__(self, folder: Path, other_end: Witness, sender: Sender) -> None:
        self.site, self.witness, self.sender = folder / "site", other_end, sender
        self.fresh = folder / "fresh"
        self.out: dict[str, int] = {}

    def make(self, readers: int) -> None:
        """A mailing to so many readers; ``again`` comes back to this."""
        assert self.sender.run("make", self.witness.provider, readers) == 0
        shutil.copytree(self.site / "data", self.fresh)

    def again(self) -> None:
        """As if nothing had been sent."""
        shutil.rmtree(self.site / "data")
        shutil.copytree(self.fresh, self.site / "data")
        (self.site / "died").unlink(missing_ok=True)
        self.witness.forget()
        self.out = {}

    def send(self, **order: Any) -> int:
        """Send what is left, to the end or until killed."""
        return self.sender.run("command", "mailing", "resume", "1", "--json", **order)

    def finish(self) -> None:
        """Send the rest with a sender that nobody kills."""
        assert self.send() in {0, 4}, (self.site / "moaned").read_text()

    def opt_out(self, number: int) -> None:
        """Take so many readers who are still waiting off the list. The process dies once it has said so."""
        rows = self.rows()
        everybody = {row.delivery for row in rows}
        waiting = [row for row in rows if row.state == "pending" and row.token not in self.out]
        chosen = waiting[:: max(1, len(waiting) // max(1, number))][:number]
        assert self.sender.run("opt_out", *(row.token for row in chosen)) == KILLED
        assert (self.site / "said").read_text() == "done\n"
        self.out |= {row.token: len(self.mails(everybody)) for row in chosen}

    def rows(self) -> list[Row]:
        columns = "public_id, state, actor, reason, at, address, token"
        return [Row(*row) for row in self.query(f"SELECT {columns} FROM newsletter_delivery ORDER BY id")]

    def query(self, sql: str) -> list[Any]:
        """What the store says; read by SQLite itself, past the code under test."""
        with closing(sqlite3.connect(self.site / "data" / "newsletter.sqlite3", timeout=30)) as store:
            return store.execute(sql).fetchall()

    def states(self) -> Counter[str]:
        return Counter(row.state for row in self.rows())

    def report(self) -> dict[str, Any]:
        """What ``newsletter mailing report --json`` prints."""
        assert self.sender.run("command", "mailing", "report", "1", "--json") == 0
        return json.loads((self.site / "said").read_text())

    def mails(self, rows: Collection[str]) -> list[Mail]:
        """What came for readers; notices to the editor are not of the mailing."""
        return [mail for mail in self.witness.mails() if mail.delivery in rows or mail.address.startswith("reader")]

    def faults(self, *, ended: bool) -> list[str]:
        """Everything that breaks an invariant; ``ended``: the mailing is to be finished."""
        rows = {row.delivery: row for row in self.rows()}
        mails = self.mails(rows)
        return [
            *_twice(mails),
            *_apart(rows, mails, exactly_once=self.witness.in_doubt == 0),
            *self._mailed_after_opting_out(rows, mails),
            *self._unexplained(rows.values()),
            *self._uncounted(rows, ended),
        ]

    def _mailed_after_opting_out(self, rows: dict[str, Row], mails: list[Mail]) -> Iterator[str]:
        standing = dict(self.query("SELECT token, state FROM subscribers_subscription"))
        for token, since in self.out.items():
            if standing[token] != "unsubscribed":
                yield f"I5: the opt-out of {token} is gone"
            late = {mail.delivery for mail in mails[since:]} if self.witness.in_doubt else set()
            if any(row.token == token and row.delivery in late for row in rows.values()):
                yield f"I3: {token} was mailed after opting out"
        if not self.witness.in_doubt:
            for row in rows.values():
                if row.token in self.out and row.state == "accepted":
                    yield f"I3: {row.token} was mailed after opting out"

    def _unexplained(self, rows: Any) -> Iterator[str]:
        for row in rows:
            if row.state not in OPEN and not (row.actor and row.reason and row.at):
                yield f"I4: {row.delivery} is {row.state} without actor, time or reason"

    def _uncounted(self, rows: dict[str, Row], ended: bool) -> Iterator[str]:
        ((snapshot,),) = self.query("SELECT count FROM newsletter_mailing WHERE id = 1")
        if len(rows) != snapshot:
            yield f"I2: {len(rows)} rows, {snapshot} in the snapshot"
        if not ended:
            return
        if left := [row.delivery for row in rows.values() if row.state in OPEN]:
            yield f"I2: {len(left)} rows have no end state"
        report = self.report()
        if report["states"] != dict(self.states()) or sum(report["states"].values()) != report["recipients"]:
            yield f"I2: the report does not add up: {report['states']}"
        if report["state"] != "finished":
            yield f"the mailing is {report['state']}: {report['reason']}"


def _twice(mails: list[Mail]) -> Iterator[str]:
    for what in ("delivery", "address"):
        came = Counter(getattr(mail, what) for mail in mails if mail.kept)
        yield from (f"I1: {key} was mailed {number} times" for key, number in came.items() if key and number > 1)


def _apart(rows: dict[str, Row], mails: list[Mail], *, exactly_once: bool) -> Iterator[str]:
    """Where store and witness differ by more than an answer that is still out."""
    kept = {mail.delivery for mail in mails if mail.kept}
    may_have = {"accepted", "unknown", "submitting"} | ({"pending"} if exactly_once else set())
    for delivery in kept:
        if delivery not in rows:
            yield f"I2: {delivery} was mailed and is in no snapshot"
        elif rows[delivery].state not in may_have:
            yield f"I1: {delivery} was mailed, and the store says {rows[delivery].state}"
    for row in rows.values():
        if row.state == "accepted" and row.delivery not in kept:
            yield f"lost: {row.delivery} is accepted, and was never mailed"


@contextmanager
def trial(folder: Path, other_end: Witness, *, readers: int) -> Iterator[Trial]:
    """A site in ``folder``/site with a mailing that has been started."""
    site = folder / "site"
    (site / "data").mkdir(parents=True, mode=0o700)
    (site / "newsletter.toml").write_text(
        '[site]\nbase_url = "https://news.example.org"\n[sender]\nemail = "news@example.org"\n'
        '[organisation]\npostal_address = "1 Street, Geneva"\n'
        f"[providers]\nallow_test_addresses = true\n{other_end.settings}"
    )
    secrets = os.open(site / "secrets.toml", os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(secrets, f'[secrets]\nsecret_key = "s"\nerasure_key = "e"\n{other_end.secrets}'.encode())
    os.close(secrets)
    sender = Sender(site)
    try:
        made = Trial(folder, other_end, sender)
        made.make(readers)
        yield made
    finally:
        sender.close()
