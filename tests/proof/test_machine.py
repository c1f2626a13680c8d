"""Whatever people, providers and crashes do, in any order: the store says what a model says; nobody is mailed twice.

Several senders share the batches, each step of theirs being a rule of its own, so that crashes, lost leases, pauses and
opt-outs come between any two of them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from newsletter.delivery import ledger
from newsletter.delivery.mailing import freeze
from newsletter.delivery.plan import MailingError
from newsletter.models import Delivery, Mailing
from newsletter.reports.counts import report_of
from subscribers import consent, suppression
from subscribers.address import Address
from subscribers.models import Subscription
from tests.delivery.worlds import NO_TIME, NOW, make_list, make_plan, make_revision

PEOPLE = st.integers(0, 7)
SENDERS = st.integers(0, 1)
LEASE = int(ledger.LEASE.total_seconds()) // 60
OUTCOMES = st.lists(
    st.sampled_from(["accepted", "refused", "pending", "unknown", "unknown, taken"]), min_size=4, max_size=4
)


@dataclass
class Sender:
    """A sender of the model: its claim, and the attempts that it has committed, handed over or not."""

    claim: ledger.Claim
    due: list[int]
    intent: ledger.Intent | None = None
    outcomes: dict[int, str] = field(default_factory=dict)


class Mailings(RuleBasedStateMachine):
    """The model: who is on the list, the state of each row, and what the provider has."""

    @initialize(exactly_once=st.booleans())
    def begin(self, exactly_once: bool) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.exactly_once = exactly_once
        self.now = NOW
        self.list, self.revision = make_list(), make_revision()
        self.mailing: int | None = None
        self.running = "none"
        self.tokens: dict[int, str] = {}
        self.active: set[int] = set()
        self.suppressed: set[int] = set()
        self.rows: dict[int, str] = {}
        self.person: dict[int, int] = {}
        self.batch: dict[int, int] = {}
        self.holder: dict[int, int] = {}
        self.tried_blindly: set[int] = set()
        self.has = Counter[int]()
        self.senders: dict[int, Sender] = {}
        for who in range(6):
            self.subscribe(who)

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @rule(who=PEOPLE)
    def subscribe(self, who: int) -> None:
        address = Address(f"reader{who}@example.org", f"reader{who}@example.org")
        self.tokens[who] = consent.subscribe(address, self.list, at=self.now, source="form").token
        consent.confirm(self.tokens[who], at=self.now, source="mail")
        self.active.add(who)

    @rule(who=PEOPLE)
    def unsubscribe(self, who: int) -> None:
        if who in self.tokens:
            consent.unsubscribe(self.tokens[who], at=self.now, source="link")
            self.active.discard(who)

    @rule(who=PEOPLE)
    def suppress(self, who: int) -> None:
        address = Address(f"reader{who}@example.org", f"reader{who}@example.org")
        suppression.suppress(address, reason="complained", actor="ed", at=self.now)
        self.suppressed.add(who)

    @precondition(lambda self: self.running in {"none", "cancelled"})
    @rule()
    def start(self) -> None:
        has_it = {self.person[key] for key, state in self.rows.items() if state not in {"suppressed", "cancelled"}}
        wanted = sorted(self.active - self.suppressed - has_it)
        plan = make_plan(self.revision, self.list)
        try:
            with patch("newsletter.delivery.mailing.BATCH", 3):
                made = freeze(plan, confirm_count=len(wanted), actor="ed", now=self.now, undo=NO_TIME)
        except MailingError:
            assert not wanted
            return
        self.mailing, self.running = made.pk, "running"
        self.senders.clear()
        who = {token: person for person, token in self.tokens.items()}
        found = Delivery.objects.filter(mailing=made).values_list("pk", "token", "batch")
        assert sorted(who[token] for _, token, _ in found) == wanted
        for key, token, batch in found:
            self.rows[key], self.person[key], self.batch[key] = "pending", who[token], batch

    @precondition(lambda self: self.running in {"running", "paused"})
    @rule(what=st.sampled_from(["pause", "resume", "cancel"]))
    def control(self, what: str) -> None:
        if what == "pause":
            ledger.pause(self.mailing, reason="a person")
            self.running = "paused"
        elif what == "resume":
            ledger.resume(self.mailing)
            self.running = "running"
        else:
            ledger.cancel(self.mailing, actor="ed", now=self.now)
            self.running = "cancelled"
            for key in self._mine("pending"):
                self.rows[key] = "unknown" if key in self.tried_blindly else "cancelled"

    @rule(minutes=st.sampled_from([1, LEASE]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.mailing)
    @rule(number=SENDERS)
    def claim(self, number: int) -> None:
        """Whoever had the batch has lost it; what was under way is in doubt."""
        self.senders.pop(number, None)
        try:
            claim = ledger.claim(self.mailing, now=self.now, exactly_once=self.exactly_once)
        except ledger.Stopped:
            assert self.running != "running"
            return
        assert self.running == "running"
        if claim is None:
            return
        for key in self._mine("submitting"):
            if self.batch[key] == claim.batch:
                self.rows[key] = "pending" if self.exactly_once else "unknown"
                self.tried_blindly.add(key)
        self.holder[claim.batch] = number
        for other in [one for one, sender in self.senders.items() if sender.claim.batch == claim.batch]:
            assert self.senders[other].claim.fence < claim.fence
        self.senders[number] = Sender(claim, sorted(claim.pending))
        assert claim.pending == tuple(sorted(key for key in self._mine("pending") if self.batch[key] == claim.batch))

    @rule(number=SENDERS, size=st.integers(1, 3))
    def intend(self, number: int, size: int) -> None:
        sender = self.senders.get(number)
        if sender is None or sender.intent or not sender.due:
            return
        keys, sender.due = sender.due[:size], sender.due[size:]
        try:
            (intent,) = ledger.intend(sender.claim, [keys], now=self.now, actor="provider scripted")
        except ledger.LostClaim:
            assert not self._holds(number)
            del self.senders[number]
            return
        except ledger.Stopped:
            assert self.running != "running"
            return
        assert self._holds(number) and self.running == "running"
        for key in keys:
            if self.rows[key] != "pending":
                continue
            why = self._why_not(self.person[key])
            self.rows[key] = ("unknown" if key in self.tried_blindly else why) if why else "submitting"
            self.tried_blindly.discard(key)
        assert {row.pk for row in intent.rows} == {key for key in keys if self.rows[key] == "submitting"}
        sender.intent = intent if intent.rows else None

    @rule(number=SENDERS, outcomes=OUTCOMES)
    def submit(self, number: int, outcomes: list[str]) -> None:
        """The provider keeps it: this is what must not happen twice, however late the sender is."""
        sender = self.senders.get(number)
        if sender is None or sender.intent is None or sender.outcomes:
            return
        for row, outcome in zip(sender.intent.rows, outcomes, strict=False):
            sender.outcomes[row.pk] = outcome.partition(",")[0]
            if outcome in {"accepted", "unknown, taken"}:
                who = self.person[row.pk]
                self.has[who] = 1 if self.exactly_once else self.has[who] + 1

    @rule(number=SENDERS)
    def settle(self, number: int) -> None:
        sender = self.senders.get(number)
        if sender is None or sender.intent is None or not sender.outcomes:
            return
        settled = {key: ledger.Settled(state, "said so", "provider scripted") for key, state in sender.outcomes.items()}
        try:
            ledger.settle(sender.claim, [ledger.Result(sender.intent, settled, "mixed")], now=self.now)
        except ledger.LostClaim:
            assert not self._holds(number)
            del self.senders[number]
            return
        assert self._holds(number)
        self.rows.update(sender.outcomes)
        sender.intent, sender.outcomes = None, {}

    @rule(number=SENDERS)
    def release(self, number: int) -> None:
        sender = self.senders.get(number)
        if sender is None or sender.intent:
            return
        try:
            ledger.release(sender.claim, now=self.now, next_at=self.now)
        except ledger.LostClaim:
            assert not self._holds(number)
        else:
            assert self._holds(number)
            del self.holder[sender.claim.batch]
        del self.senders[number]

    @rule(number=SENDERS)
    def crash(self, number: int) -> None:
        self.senders.pop(number, None)

    @precondition(lambda self: self.running == "cancelled")
    @rule()
    def sweep(self) -> None:
        """What a sender does that finds its mailing cancelled."""
        ledger.sweep_cancelled(self.mailing, actor="ed", now=self.now)
        for key in self._mine("pending"):
            self.rows[key] = "unknown" if key in self.tried_blindly else "cancelled"

    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        if hasattr(self, "rows"):
            assert dict(Delivery.objects.values_list("pk", "state")) == self.rows

    @invariant()
    def nobody_has_it_twice_and_nobody_is_lost(self) -> None:
        if hasattr(self, "has"):
            assert not [who for who, times in self.has.items() if times > 1]
            accepted = {self.person[key] for key, state in self.rows.items() if state == "accepted"}
            assert accepted <= self.has.keys()

    @invariant()
    def opting_out_lasts(self) -> None:
        if hasattr(self, "active"):
            found = Subscription.objects.filter(state="active").values_list("token", flat=True)
            assert set(found) == {self.tokens[who] for who in self.active}

    @invariant()
    def reports_add_up_and_ends_are_explained(self) -> None:
        if not hasattr(self, "rows"):
            return
        for mailing in Mailing.objects.all():
            report = report_of(mailing)
            assert sum(report.states.values()) == report.recipients
        ended = Delivery.objects.exclude(state__in=ledger.OPEN)
        assert not ended.filter(actor="").exists() and not ended.filter(reason="").exists()

    def _mine(self, state: str) -> Iterator[int]:
        """The rows of the mailing that is under way."""
        keys = set(Delivery.objects.filter(mailing=self.mailing).values_list("pk", flat=True))
        return iter(sorted(key for key in keys if self.rows[key] == state))

    def _holds(self, number: int) -> bool:
        sender = self.senders[number]
        newest = max(one.claim.fence for one in self.senders.values() if one.claim.batch == sender.claim.batch)
        return self.holder.get(sender.claim.batch) == number and sender.claim.fence == newest

    def _why_not(self, who: int) -> str:
        if who not in self.active:
            return "cancelled"
        return "suppressed" if who in self.suppressed else ""


@pytest.mark.django_db
def test_any_order_of_anything_keeps_the_promise() -> None:
    run_state_machine_as_test(Mailings, settings=settings(max_examples=25, stateful_step_count=50, deadline=None))
