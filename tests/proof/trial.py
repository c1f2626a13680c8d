"""A site, a sender that can be killed, a witness at the other end; and back to the start, as often as one likes."""

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.proof import invariants
from tests.proof.invariants import Row
from tests.proof.processes import KILLED, LIMIT, Sender
from tests.proof.stores import PostgresStore, SqliteStore, Store
from tests.proof.witnesses import Mail, Witness

SILENT, LEASE_OVER, TOO_LATE, SLOTS_FREE = 2 * 60, 16 * 60, 21 * 60, 31 * 60
"""Seconds after which a worker counts as dead, the lease of any sender is over, what SendGrid holds can no longer be
taken back, and it has left."""
WAITED = -1_000
"""How a sender ended that waited for a slot."""
LIVES = 400
"""Senders of one mailing at most."""
PATIENCE = 1.5
"""Seconds in which a sender that does nothing is taken for one that waits."""


class Trial:
    """One site with one mailing, over and over again. ``way``: the command that sends it."""

    def __init__(self, folder: Path, other_end: Witness, store: Store, sender: Sender, way: tuple[str, ...]) -> None:
        self.site, self.witness, self.store, self.sender, self.way = folder / "site", other_end, store, sender, way
        self.works = way[0] == "worker"
        """It does not end by itself."""
        self.rest = 0
        """Seconds between the death of a sender and the next one."""
        if other_end.late:
            self.rest = TOO_LATE
        elif isinstance(store, PostgresStore):
            self.rest = SILENT if self.works else LEASE_OVER
        self.span = (2.0 if self.works else 1.0) * (2.0 if other_end.fenced else 1.0)
        """How long a sender lives at most after its first claim, where it is killed at a random time, as a share of the
        time that it took until then: so a busy machine changes nothing."""
        self.began = 0.0
        self.fresh = folder / "fresh"
        self.out: dict[str, int] = {}

    def make(self, readers: int) -> None:
        """A mailing to so many readers; ``again`` comes back to this."""
        assert self.sender.run("make", self.witness.provider, readers) == 0, (self.site / "moaned").read_text()
        self.store.keep()
        shutil.copytree(self.site / "data", self.fresh)

    def again(self) -> None:
        """As if nothing had been sent."""
        shutil.rmtree(self.site / "data")
        shutil.copytree(self.fresh, self.site / "data")
        self.store.again()
        self.witness.forget()
        self.out = {}

    def send(self, **order: Any) -> int:
        """Send what is left, to the end or until killed."""
        self.begin(**order)
        return self.end()

    def begin(self, **order: Any) -> None:
        """Start a sender."""
        (self.site / "died").unlink(missing_ok=True)
        self.began = time.monotonic()
        self.sender.begin("command", *self.way, **order)

    def sends(self) -> float:
        """Wait for the first claim of a sender that is to ``tell``; how many seconds that took, or none where there is
        nothing left to be sent, or it waits for one of the provider's slots."""
        moved = self.began
        while not self.sender.heard_of(0.05 if self.works or self.witness.fenced else LIMIT):
            if self.works and self._is_over():
                return 0.0
            if not self.witness.fenced or not self._waits():
                moved = time.monotonic()
            elif time.monotonic() > moved + PATIENCE:
                return 0.0
            assert time.monotonic() < self.began + LIMIT, f"nothing is sent: {self.states()}, {self.site}"
        return time.monotonic() - self.began if self.sender.heard == "sending" else 0.0

    def recovers(self, left: set[tuple[str, int]]) -> None:
        """Wait until a sender has seen to all that others left under way."""
        limit = time.monotonic() + LIMIT
        while self.under_way() & left and not self.sender.ended(0.05):
            assert time.monotonic() < limit, f"nobody calls back what was left: {self.states()}, {self._held()}"

    def end(self) -> int:
        """Wait until the sender has ended, which a worker is asked to once there is nothing left to do; how it ended.

        Who waits for one of the provider's slots, which come with time, is killed, too, and then they are free.
        """
        limit = time.monotonic() + LIMIT
        moved = time.monotonic()
        while not self.sender.ended(0.05 if self.works else 0.5):
            if self.works and self._is_over():
                self.sender.kill(signal.SIGTERM)
                break
            if not self.witness.fenced or not self._waits():
                moved = time.monotonic()
            elif time.monotonic() > moved + PATIENCE:
                self.sender.kill()
                return self._died(waited=True)
            if time.monotonic() > limit:
                self.sender.kill()
                raise AssertionError(f"the sender does not end: {self.states()}, {self.site}")
        return self._died()

    def _died(self, *, waited: bool = False) -> int:
        """How the sender ended. If by a kill, the store does what it still does for the dead, and time passes."""
        code = self.sender.end()
        if code != KILLED:
            return code
        self.store.settle()
        waited = waited and not self.states()["submitting"]
        self.pass_time(SLOTS_FREE if waited else self.rest)
        return WAITED if waited else KILLED

    def pass_time(self, seconds: int) -> None:
        """Everything was so much earlier, in the store and at the other end."""
        if seconds:
            self.store.pass_time(seconds)
            self.witness.pass_time(seconds)

    def finish(self) -> None:
        """Send the rest with senders that nobody kills, but where they wait for time to pass."""
        for _ in range(LIVES):
            if (code := self.send()) != WAITED:
                break
        assert code in {0, 4, -signal.SIGTERM}, (self.site / "moaned").read_text()

    def _held(self) -> dict[str, Any]:
        """Who has which batch, and which calls have no answer; for whoever looks into what does not move."""
        return {
            "now": self.query(f"SELECT {self.store.now}"),
            "batches": self.query("SELECT id, state, next_at, lease_until, fence FROM newsletter_batch"),
            "open": self.query(
                "SELECT id, batch_id, fence, send_at, slot FROM newsletter_attempt WHERE ended_at IS NULL"
            ),
        }

    def _is_over(self) -> bool:
        sql = (
            "SELECT 1 FROM newsletter_delivery d JOIN newsletter_mailing m ON m.id = d.mailing_id"
            " WHERE m.state = 'running' AND d.state IN ('pending', 'submitting') LIMIT 1"
        )
        return not self.query(sql)

    def _waits(self) -> bool:
        """Whether nothing is due, and nobody has anything in hand."""
        pending = f"state = 'pending' AND next_at <= {self.store.now}"
        due = f"SELECT 1 FROM newsletter_batch WHERE state = 'claimed' OR ({pending})"
        return not self._is_over() and not self.states()["submitting"] and not self.query(due)

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
        """What the store says; read past the code under test."""
        return self.store.query(sql)

    def states(self) -> Counter[str]:
        return Counter(dict(self.query("SELECT state, count(*) FROM newsletter_delivery GROUP BY state")))

    def under_way(self) -> set[tuple[str, int]]:
        """The deliveries of which nobody knows yet what became of them, each with its attempt."""
        return set(self.query("SELECT public_id, attempt_id FROM newsletter_delivery WHERE state = 'submitting'"))

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
        ((snapshot,),) = self.query("SELECT count FROM newsletter_mailing WHERE id = 1")
        standing = dict(self.query("SELECT token, state FROM subscribers_subscription"))
        return list(
            invariants.broken(
                rows,
                self.mails(rows),
                snapshot=snapshot,
                out=self.out,
                standing=standing,
                overwrites=self.witness.overwrites,
                report=self.report() if ended else None,
            )
        )


@contextmanager
def trial(
    folder: Path, other_end: Witness, *, readers: int, on: str = "sqlite", worker: bool = False
) -> Iterator[Trial]:
    """A site in ``folder``/site with a mailing that has been started, and is sent by ``newsletter mailing resume`` or
    by a ``worker``."""
    site = folder / "site"
    (site / "data").mkdir(parents=True, mode=0o700)
    store = PostgresStore() if on == "postgresql" else SqliteStore(site)
    (site / "newsletter.toml").write_text(
        '[site]\nbase_url = "https://news.example.org"\n[sender]\nemail = "news@example.org"\n'
        '[organisation]\npostal_address = "1 Street, Geneva"\n'
        f"[providers]\nallow_test_addresses = true\n{other_end.settings}{store.settings}"
    )
    secrets = os.open(site / "secrets.toml", os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(secrets, f'[secrets]\nsecret_key = "s"\nerasure_key = "e"\n{other_end.secrets}'.encode())
    os.close(secrets)
    hands = "4" if other_end.fenced else "1"
    way = ("worker", "--concurrency", hands) if worker else ("mailing", "resume", "1", "--json")
    sender = Sender(site)
    try:
        made = Trial(folder, other_end, store, sender, way)
        made.make(readers)
        yield made
    finally:
        sender.close()
        store.close()
