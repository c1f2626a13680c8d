"""One site with its store, provider, readers and senders, and what the store says of them."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.test import override_settings

from newsletter.delivery.providers.base import Submission
from newsletter.events import inbox, process
from newsletter.models import Delivery, Mailing
from tests.delivery.worlds import NOW, make_list, make_revision, make_site
from tests.proof.machine.post import Post
from tests.proof.machine.readers import Known, Readers, person_of
from tests.proof.machine.senders import Sender, here
from tests.proof.machine.stores import Store

ISSUES = 3
OPEN = {"pending", "submitting"}
EVENTS = ("processed", "deferred", "delivered")
"""What the provider tells, by rank; but for the first, only of what has left."""
LEASE = timedelta(minutes=15)
"""How long a claim lasts, as the documents say."""


class Row(NamedTuple):
    """A delivery as the store has it."""

    mailing: int
    issue: str
    person: int
    state: str
    explained: bool
    """With an actor, a time and a reason."""
    event: str


class Saw(NamedTuple):
    """What held when a sender was in its last transaction."""

    mailable: frozenset[int]
    running: frozenset[int]


@dataclass(frozen=True)
class Backup:
    """A copy of the store, and what the model knew of readers and rows when it was made."""

    made: int
    content: Any
    known: Known
    rows: dict[str, Row]
    mailings: dict[int, str]
    told: dict[str, str]


class World:
    """``seconds`` is the time of the model; each deed takes one."""

    def __init__(self, store: Store, folder: Path, kind: str) -> None:
        self.store, self.folder = store, folder
        self.seconds = 0
        self.site = make_site(folder)
        self.site.data.mkdir()
        store.empty()
        self.list = make_list()
        self.revisions = {f"issue-{number}": make_revision(f"issue-{number}") for number in range(ISSUES)}
        self.readers = Readers()
        self.post = Post(kind, self.now, here, self._handed_over)
        self.senders: dict[int, Sender] = {}
        self.backups: list[Backup] = []
        self.rows: dict[str, Row] = {}
        self.mailings: dict[int, str] = {}
        self.opened = True
        self.restored = False
        self.doubt: set[str] = set()
        """Deliveries of which nobody may have known for a while whether they were submitted."""
        self.told: dict[str, str] = {}
        """The event of the highest rank that came of a delivery."""
        self.faults: list[str] = []

    def now(self) -> datetime:
        """The time."""
        return NOW + timedelta(seconds=self.seconds)

    def read(self) -> tuple[dict[str, Row], dict[int, str]]:
        """What the store says: deliveries, and the state of each mailing."""
        found = Delivery.objects.values_list(
            "public_id",
            "mailing",
            "mailing__revision__issue__slug",
            "address",
            "state",
            "actor",
            "reason",
            "at",
            "event",
        )
        rows = {
            name: Row(mailing, issue, person_of(address), state, bool(actor and reason and at), event)
            for name, mailing, issue, address, state, actor, reason, at, event in found
        }
        return rows, dict(Mailing.objects.values_list("pk", "state"))

    def doubt_what_is_under_way(self) -> None:
        """Whoever was submitting may not come to settle it."""
        self.doubt |= {name for name, row in self.rows.items() if row.state == "submitting"}

    def told_of(self, name: str, kinds: Sequence[str]) -> None:
        """The provider tells of a mail that it has: what it tells proves that it took it."""
        left = any(name in call.deliveries and call.leaves_at <= self.now() for call in self.post.calls)
        kinds = kinds if left else EVENTS[:1]
        at = self.now().timestamp()
        events = [{"event": kind, "sg_event_id": f"{name}.{kind}", "timestamp": at, "nl_d": name} for kind in kinds]
        inbox.take("sendgrid", json.dumps(events).encode(), at=self.now())
        process.process_waiting(now=self.now)
        self.told[name] = max([self.told.get(name, ""), *kinds], key=("", *EVENTS).index)
        row = self.rows[name]
        if row.state == "unknown" or (row.state == "pending" and set(kinds) - {"processed"}):
            self.rows[name] = row._replace(state="accepted")

    def new_sender(self, number: int, mailing: int, *, worker: bool) -> Sender:
        """A sender in place of what was there, which dies."""
        self.kill(number)
        found = Mailing.objects.get(pk=mailing)
        self.senders[number] = Sender(self.site, self.post, found, worker=worker, now=self.now, look=self._look)
        return self.senders[number]

    def kill(self, number: int) -> None:
        """End a sender where it stands."""
        if sender := self.senders.pop(number, None):
            if not sender.over:
                self.doubt_what_is_under_way()
            sender.kill()

    def kill_all(self) -> None:
        """End them all."""
        for number in list(self.senders):
            self.kill(number)

    def put_back(self, kept: Backup) -> None:
        """The store is what it was when the backup was made; stamp, origin and the log of opt-outs stay."""
        self.store.put_back(kept.content)
        self.readers.put_back(kept.known)
        self.rows, self.mailings, self.told = dict(kept.rows), dict(kept.mailings), dict(kept.told)
        self.doubt |= {name for name, row in kept.rows.items() if row.state in OPEN}
        self.opened, self.restored = False, True

    def _look(self) -> Saw:
        running = frozenset(Mailing.objects.filter(state="running").values_list("pk", flat=True))
        return Saw(self.readers.mailable(), running)

    def _handed_over(self, submission: Submission) -> None:
        """The provider is asked: I3, and a pause or a cancellation, hold from the transaction before."""
        saw = next(one.saw for one in self.senders.values() if one.running)
        for recipient in submission.recipients:
            who = person_of(recipient.address)
            if who not in saw.mailable:
                self.faults.append(f"I3: reader {who} may not be mailed, and was handed over")
        mailing = Delivery.objects.values_list("mailing", flat=True).get(public_id=submission.recipients[0].delivery)
        if mailing not in saw.running:
            self.faults.append(f"mailing {mailing} does not run, and a call was made")


@contextmanager
def world(store: Store, kind: str) -> Iterator[World]:
    """A world that leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="nl-machine-"))
    try:
        with override_settings(OPTOUT_LOG=folder / "data" / "optouts.log"):
            made = World(store, folder, kind)
            try:
                yield made
            finally:
                made.kill_all()
                assert not connection.in_atomic_block
    finally:
        shutil.rmtree(folder, ignore_errors=True)
