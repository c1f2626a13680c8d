"""What the stand-in for SendGrid's API holds of an account: what it took, what was cancelled, and its faults."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.stubs import sendgrid_rules as rules

HANG = 30.0
"""Seconds that a request which is left hanging waits, at most."""

Fault = str | Callable[[BaseHTTPRequestHandler, dict[str, Any]], bool]
"""The name of one of the handler's, with words after it; or, in a test's own process, what happens instead of an
answer: true where it answered."""


class Account:
    """What was asked, taken and cancelled."""

    def __init__(self, log: Path | None = None) -> None:
        self.requests: list[dict[str, Any]] = []
        self.paths: list[tuple[str, str | None]] = []
        self.taken: list[dict[str, Any]] = []
        self.batches: dict[str, float] = {}
        self.cancelled: dict[str, float] = {}
        self.faults: list[Fault] = []
        self.kinds: list[str] = []
        self.rate = 0.0
        self.random = random.Random(0)
        self.bad_rows: set[str] = set()
        self.unnamed = False
        self.escapes = False
        """Whether a mail that comes in after the cancel of its batch leaves all the same."""
        self.delay = 0.2
        self.offset = 0.0
        self.lock = threading.RLock()
        self.later: list[threading.Timer] = []
        self.lists: dict[str, list[dict[str, Any]]] = {}
        """Whom SendGrid itself mails no more."""
        self.scopes = ["mail.send", "mail.batch.create", "user.scheduled_sends.create", "user.scheduled_sends.read"]
        """What the key may do."""
        self.domains: list[dict[str, Any]] = []
        """Those that it signs for, with their records."""
        self.host = ""
        self._log = log.open("a", buffering=1) if log else None

    def now(self) -> float:
        """Seconds since 1970 on the stub's clock."""
        return time.time() + self.offset

    def set(self, **wanted: Any) -> None:
        """Set what a test asks for. ``clock``: seconds since 1970 that it is now."""
        if "clock" in wanted:
            self.offset = wanted.pop("clock") - time.time()
        if "seed" in wanted:
            self.random = random.Random(wanted.pop("seed"))
        for name, value in wanted.items():
            if name not in {"faults", "kinds", "rate", "bad_rows", "unnamed", "escapes", "delay", "lists"}:
                raise ValueError(name)
            setattr(self, name, value)

    def forget(self) -> None:
        """As if nothing had been asked yet: what was cancelled holds no slot any more either."""
        with self.lock:
            for one in (self.requests, self.paths, self.taken, self.batches, self.cancelled):
                one.clear()

    def pass_time(self, seconds: float) -> None:
        """Everything that is here happened, and is to happen, so much earlier: as if the clock had gone on."""
        with self.lock:
            for times in (self.batches, self.cancelled):
                times |= {batch: at - seconds for batch, at in times.items()}
            for mail in self.taken:
                mail["at"] -= seconds
                mail["send_at"] = mail["send_at"] and mail["send_at"] - seconds

    def fault(self) -> Fault | None:
        """What goes wrong with the next call."""
        with self.lock:
            if self.faults:
                return self.faults.pop(0)
            return self.random.choice(self.kinds) if self.kinds and self.random.random() < self.rate else None

    def log(self, event: str, **more: Any) -> None:
        """One line."""
        if self._log:
            self._log.write(json.dumps({"at": self.now(), "event": event, **more}) + "\n")

    def problems(self, body: Any) -> Iterator[rules.Problem]:
        """What SendGrid would refuse, and the rows that this test wants refused."""
        living = {one for one, made in self.batches.items() if self.now() < made + rules.BATCH_LIFE}
        yield from rules.problems(body, now=self.now(), batches=living)
        for number, person in enumerate(body["personalizations"] if self.bad_rows else ()):
            if person["to"][0]["email"] in self.bad_rows:
                field = None if self.unnamed else f"personalizations.{number}.to.0.email"
                yield field, "Does not contain a valid address."

    def take(self, body: dict[str, Any], *, part: int | None = None) -> None:
        """Queue what each recipient would get."""
        with self.lock:
            for person in body["personalizations"][:part]:
                filled = [piece["value"] for piece in body["content"]]
                subject = body["subject"]
                for token, value in person.get("substitutions", {}).items():
                    filled = [piece.replace(token, value) for piece in filled]
                    subject = subject.replace(token, value)
                mail = {"to": person["to"][0]["email"], "subject": subject, "text": filled[0], "html": filled[-1]}
                mail |= person.get("headers", {}) | person.get("custom_args", {})
                mail |= {"send_at": body.get("send_at"), "batch_id": body.get("batch_id"), "at": self.now()}
                self.taken.append(mail)
                ids = ("nl_d", "nl_a", "send_at", "batch_id")
                self.log("taken", **{name: mail.get(name) for name in ids})

    def leaves(self, mail: dict[str, Any]) -> bool:
        """Whether a mail leaves (or has left): a batch that is cancelled when its time comes is discarded."""
        cancelled = self.cancelled.get(mail["batch_id"] or "")
        return cancelled is None or (self.escapes and mail["at"] > cancelled)

    def leaving(self) -> list[dict[str, Any]]:
        """The mails that leave."""
        return [mail for mail in self.taken if self.leaves(mail)]

    def cancel(self, batch: str) -> str | None:
        """Cancel a batch; what is wrong with that."""
        with self.lock:
            sends = [mail["send_at"] or 0 for mail in self.taken if mail["batch_id"] == batch]
            if batch not in self.batches:
                return "batch id does not exist"
            if batch in self.cancelled:
                return "a status is set for this batch id already"
            if sends and max(sends) < self.now() + rules.CANCEL_MARGIN:
                return "it is too late to cancel"
            if sum(map(self._holds_slot, self.cancelled)) >= rules.SLOTS:
                return "the maximum of 10 is reached"
            self.cancelled[batch] = self.now()
            self.log("cancelled", batch_id=batch)
            return None

    def _holds_slot(self, batch: str) -> bool:
        sends = [mail["send_at"] or 0 for mail in self.taken if mail["batch_id"] == batch]
        return max(sends, default=self.cancelled[batch] + 1_800) > self.now()
