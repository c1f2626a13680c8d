"""Sends a mailing: claims its batches, hands each group to the provider, settles what the provider says.

The rows say what is true; this only says what happens next, and can be cut off and started again at any point.
"""

import fcntl
import logging
import os
import random
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newsletter.delivery import ledger, verdicts
from newsletter.delivery.frozen import recipient_of, thaw_envelope, thaw_rendering
from newsletter.delivery.headers import AddressError, wire_address
from newsletter.delivery.messages import Composer
from newsletter.delivery.providers.base import Ambiguous, Answer, Outcome, Postponed, Provider, Refused, Submission
from newsletter.delivery.providers.registry import provider_for
from newsletter.models import Mailing
from newsletter.models import Rendering as RenderingRow
from newsletter.render.rendering import Rendering
from newsletter.site import Site

PATIENCE: dict[verdicts.Trouble, int] = {"ambiguous": 3, "unreachable": 6, "postponed": 4, "refused": 2}
"""After so many calls in a row that came to nothing, the mailing pauses; before anybody's tries are used up."""
_STEP = 0.5
"""Seconds between two questions whether to stop."""
_LOOK = timedelta(seconds=5)
"""Between two looks at the rows."""
_log = logging.getLogger(__name__)


class SenderBusy(Exception):
    """Another process of this site is sending."""


@dataclass(frozen=True)
class Progress:
    """How far a mailing is. ``waiting_until``: nothing can be done before."""

    done: int
    total: int
    waiting_until: datetime | None = None


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@contextmanager
def sender_lock(site: Site) -> Iterator[None]:
    """Only one process of a site sends. The lock ends with the process, however it ends. Raises ``SenderBusy``."""
    site.data.mkdir(parents=True, exist_ok=True)
    with (site.data / "sender.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SenderBusy from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def send_mailing(
    site: Site,
    mailing: Mailing,
    *,
    provider: Provider | None = None,
    now: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Send what is left of ``mailing`` until every row has its end state, it pauses or is cancelled, or ``stop()``.

    ``stop`` is asked between calls to the provider, so that nothing is cut off. Raises ``SenderBusy``.
    """
    with sender_lock(site):
        chosen = provider or provider_for(site, mailing.provider)
        ledger.end_dead_claims(mailing.pk, now=now())
        try:
            _Sender(mailing, chosen, now, sleep, progress, stop).run()
        except ledger.Stopped:
            mailing.refresh_from_db()
            if mailing.state == Mailing.State.CANCELLED:
                ledger.sweep_cancelled(mailing.pk, actor=ledger.SYSTEM, now=now())
        finally:
            chosen.close()


@dataclass
class _Sender:
    mailing: Mailing
    provider: Provider
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    progress: Callable[[Progress], None]
    stop: Callable[[], bool]

    def __post_init__(self) -> None:
        self.actor = f"provider {self.provider.name}"
        self.envelope = thaw_envelope(self.mailing)
        self.made: dict[int, tuple[Rendering, Composer]] = {}
        self.done = self.mailing.count - ledger.open_rows(self.mailing.pk)
        self.troubles = 0

    def run(self) -> None:
        """Every batch, as it falls due."""
        self._tell()
        while not self.stop():
            claim = ledger.claim(self.mailing.pk, now=self.now(), exactly_once=self.provider.capabilities.exactly_once)
            if claim:
                self._send_batch(claim)
                continue
            due = ledger.next_due(self.mailing.pk)
            if due is None:
                break
            self._wait_until(due)

    def _wait_until(self, due: datetime) -> None:
        """Wait until ``due``, but look at the rows again before long: a person may have changed them."""
        self._tell(due)
        until = min(due, self.now() + _LOOK)
        while (left := (until - self.now()).total_seconds()) > 0 and not self.stop():
            self.sleep(min(left, _STEP))

    def _send_batch(self, claim: ledger.Claim) -> None:
        size = self.provider.capabilities.group
        groups = deque(claim.pending[at : at + size] for at in range(0, len(claim.pending), size))
        next_at = self.now()
        try:
            while groups and not self.stop():
                after = self._send_group(claim, groups.popleft())
                groups.extendleft(reversed(after.again))
                next_at = max(next_at, after.next_at)
                if after.pause:
                    ledger.pause(self.mailing.pk, reason=after.pause)
                    break
                if after.hold:
                    ledger.hold_back(self.mailing.pk, until=after.next_at)
                    break
        except ledger.LostClaim:
            _log.warning("batch %s was taken over by another sender", claim.batch)
        finally:
            with suppress(ledger.LostClaim):
                ledger.release(claim, now=self.now(), next_at=next_at)

    def _send_group(self, claim: ledger.Claim, ids: tuple[int, ...]) -> verdicts.After:
        """One attempt: intent, call, settlement."""
        now = self.now()
        intent = ledger.intend(claim, ids, now=now, actor=self.actor)
        self.done += intent.dropped
        if not intent.rows:
            self._tell()
            return verdicts.After(next_at=now)
        answer = self._submit(claim, intent)
        now = self.now()
        outcomes = {
            row.pk: answer.outcomes.get(row.public_id, Ambiguous("the provider did not say")) for row in intent.rows
        }
        settled, after = verdicts.judge(intent.rows, outcomes, actor=self.actor, now=now, jitter=_jitter())
        ledger.settle(claim, intent, settled, now=now, outcome=after.outcome, answer=after.reason, ref=answer.ref)
        self.done += sum(row.state != ledger.State.PENDING for row in settled.values())
        self._tell()
        return self._with_patience(after)

    def _with_patience(self, after: verdicts.After) -> verdicts.After:
        """Pause instead of going on for ever where one call after another comes to nothing."""
        if after.trouble is None:
            self.troubles = 0
            return after
        self.troubles += 1
        if self.troubles >= PATIENCE[after.trouble]:
            return verdicts.paused(after)
        return verdicts.held(after, self.now() + timedelta(seconds=2**self.troubles * _jitter()))

    def _submit(self, claim: ledger.Claim, intent: ledger.Intent) -> Answer:
        rendering, composer = self._composer(claim.rendering)
        outcomes: dict[str, Outcome] = {}
        recipients = []
        for row in intent.rows:
            try:
                wire_address(row.address, smtputf8=self.provider.capabilities.smtputf8)
            except AddressError as error:
                outcomes[row.public_id] = Refused(str(error))
            else:
                recipients.append(recipient_of(row))
        if not recipients:
            return Answer(outcomes)
        submission = Submission(str(intent.attempt), rendering, self.envelope, composer, tuple(recipients))
        try:
            answer = self.provider.submit(submission)
        except Exception as error:  # a mistake in a provider: what it did before is not known
            place = traceback.extract_tb(error.__traceback__)[-1]  # its words may hold an address, its place does not
            _log.error(
                "provider %s failed in attempt %s: %s in %s, line %s",
                self.provider.name,
                intent.attempt,
                type(error).__name__,
                place.filename,
                place.lineno,
            )
            sure = self.provider.capabilities.exactly_once
            outcome = (Postponed if sure else Ambiguous)(f"the provider failed: {type(error).__name__}")
            answer = Answer({recipient.delivery: outcome for recipient in recipients})
        return Answer({**answer.outcomes, **outcomes}, answer.ref)

    def _composer(self, key: int) -> tuple[Rendering, Composer]:
        if key not in self.made:
            rendering = thaw_rendering(RenderingRow.objects.get(pk=key))
            self.made[key] = rendering, Composer(rendering, self.envelope)
        return self.made[key]

    def _tell(self, waiting_until: datetime | None = None) -> None:
        self.progress(Progress(self.done, self.mailing.count, waiting_until))


def _jitter() -> float:
    return random.uniform(0.8, 1.2)  # noqa: S311  (nothing secret)
