"""Senders that can be stopped at any point between two transactions, and killed there.

A sender is the product's own, in a greenlet: it runs until it asks for the time, tells how far it is, makes a call or
sleeps, and stands still there until the machine lets it go on. Killing it raises ``Killed`` where it stands.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection
from greenlet import getcurrent, greenlet

from newsletter.delivery import engine, ledger, origin
from newsletter.delivery.engine import SenderBusy
from newsletter.models import Batch, Mailing
from newsletter.site import Site
from tests.proof.machine.post import Post

STEPS = 500
"""After so many stops a sender that has not come to where it was to come is taken to run for ever."""


class Killed(BaseException):
    """The process is gone."""


class Sender:
    """``look`` is asked in each of its transactions; ``saw`` is the last answer."""

    def __init__(
        self,
        site: Site,
        post: Post,
        mailing: Mailing,
        *,
        worker: bool,
        now: Callable[[], datetime],
        look: Callable[[], Any],
    ) -> None:
        self.site, self.post, self.mailing, self.worker = site, post, mailing, worker
        self._now, self._look = now, look
        self.saw: Any = None
        self.at = "start"
        self._run = greenlet(self._send)

    @property
    def over(self) -> bool:
        """It has ended, by itself or not."""
        return self._run.dead

    @property
    def running(self) -> bool:
        """This code is called by it."""
        return getcurrent() is self._run

    def go(self, *until: str) -> str:
        """Let it go on to a point of that name, or until it sleeps or ends; where it stands then. With no name, to
        the next point."""
        for _ in range(STEPS):
            self.at = self._run.switch() or "end"
            if self.over:
                return "end"
            if not until or self.at in until or self.at == "slept":
                return self.at
        raise AssertionError(f"a sender runs in circles at '{self.at}'")

    def kill(self) -> None:
        """End it where it stands."""
        if not self.over:
            self._run.throw(Killed)

    def _send(self) -> None:
        try:
            if self.worker:
                self._work()
            else:
                engine.send_mailing(
                    self.site,
                    self.mailing,
                    provider=self.post,
                    now=self._clock,
                    sleep=lambda _: here("slept"),
                    progress=lambda _: here("asked"),
                )
        except (SenderBusy, Killed):
            return

    def _work(self) -> None:
        """As ``newsletter worker`` does: look at the store once, then send one batch after another."""
        origin.check(self.site, now=self._clock())
        running = Batch.objects.filter(mailing=self.mailing, mailing__state=Mailing.State.RUNNING)
        while (batch := running.filter(ledger.due_at(self._clock())).order_by("number").first()) is not None:
            engine.send_batch(self.site, self.mailing, batch.pk, provider=self.post, now=self._clock)

    def _clock(self) -> datetime:
        """The time. Within a transaction nobody else can do anything; outside of it everybody can."""
        if connection.in_atomic_block:
            self.saw = self._look()
        else:
            here("asked")
        return self._now()


def here(point: str) -> None:
    """Stand still, if this is a sender."""
    parent = getcurrent().parent
    if parent is not None:
        assert not connection.in_atomic_block, f"a transaction is open at '{point}'"
        parent.switch(point)
