"""What those who send, providers and crashes may do, in any order; and how it must end."""

from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from newsletter.delivery import control, engine, origin
from newsletter.delivery.ledger import State
from newsletter.delivery.mailing import freeze
from newsletter.delivery.plan import MailingError
from newsletter.models import Mailing
from tests.delivery.worlds import NO_TIME, make_plan
from tests.proof.machine.people import Site
from tests.proof.machine.post import EACH, WHOLE, Plan
from tests.proof.machine.promises import unfinished
from tests.proof.machine.world import EVENTS, ISSUES, LEASE, OPEN

SENDERS = st.integers(0, 1)
MAILINGS = st.integers(0, ISSUES - 1)
PLANS = st.builds(
    Plan,
    whole=st.sampled_from(["", "", "", "", *WHOLE]),
    each=st.lists(st.sampled_from(["taken", "taken", *EACH]), min_size=2, max_size=2),
    revoke=st.sampled_from(["done", "done", "unconfirmed", "not"]),
    gives_holds=st.sampled_from([True, True, True, False]),
)
BATCH = 3
"""Recipients of one batch, so that a mailing has several."""
ROUNDS = 60
"""Looks at a mailing at the end, until it must be over."""


class Mailings(Site):
    """A site that mails. Several senders share the batches; what they are stopped at, anything may come between."""

    @initialize()
    def begin(self) -> None:
        self.open_site()
        self.start(0)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.finish()
        finally:
            self.context.__exit__(None, None, None)

    # --- people who send ---------------------------------------------------------------------------------------------

    @precondition(lambda self: self.world.opened and not self._under_way("running", "paused") and self._free())
    @rule(issue=MAILINGS)
    def start(self, issue: int) -> None:
        self._tick()
        origin.check(self.world.site, now=self.world.now())
        free = self._free()
        slug = free[issue % len(free)]
        rows = [row for row in self.world.rows.values() if row.issue == slug]
        have_it = {row.person for row in rows if row.state not in {"suppressed", "cancelled"}}
        wanted = self.world.readers.mailable() - have_it
        plan = make_plan(self.world.revisions[slug], self.world.list, provider=self.world.post.name)
        try:
            with patch("newsletter.delivery.mailing.BATCH", BATCH):
                freeze(plan, confirm_count=len(wanted), actor="ed", now=self.world.now(), undo=NO_TIME)
        except MailingError:
            assert not wanted
            return
        made, _ = self.world.read()
        assert {row.person for name, row in made.items() if name not in self.world.rows} == wanted

    @precondition(lambda self: self.world.rows)
    @rule(issue=MAILINGS, what=st.sampled_from(["pause", "resume", "resume", "cancel", "retry"]), plan=PLANS)
    def control(self, issue: int, what: str, plan: Plan) -> None:
        self._tick()
        self._control(self._mailing(issue), what, plan)

    @precondition(lambda self: self._unknown())
    @rule(number=st.integers(0, 7))
    def resolve(self, number: int) -> None:
        """A person who has it from the provider says what became of a row."""
        self._tick()
        unknown = self._unknown()
        name = unknown[number % len(unknown)]
        mailing = Mailing.objects.get(pk=self.world.rows[name].mailing)
        state = State.ACCEPTED if self.world.post.times(name) else State.FAILED
        control.resolve(mailing, state, actor="ed", reason="the provider says so", now=self.world.now(), delivery=name)
        self.world.rows[name] = self.world.rows[name]._replace(state=state.value)

    @precondition(lambda self: self.world.opened and self._with_the_provider())
    @rule(number=st.integers(0, 20), kinds=st.lists(st.sampled_from(EVENTS), min_size=1, max_size=4))
    def event(self, number: int, kinds: Sequence[str]) -> None:
        """The provider tells of a mail that it has, in any order, and some of it twice."""
        self._tick()
        has = self._with_the_provider()
        self.world.told_of(has[number % len(has)], kinds)

    # --- senders -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self._under_way("running"))
    @rule(number=SENDERS, issue=MAILINGS, worker=st.booleans(), minutes=st.sampled_from([0, 16]), plan=PLANS)
    def claim(self, number: int, issue: int, worker: bool, minutes: int, plan: Plan) -> None:
        """A sender starts and claims a batch. After 16 minutes it takes the batches of others, dead or not; so does a
        command at once on SQLite. There are two senders at most; where there is no room, one dies."""
        self._tick()
        self.world.seconds += 60 * minutes
        under_way = self._under_way("running")
        self.world.doubt_what_is_under_way()
        self.world.post.plan = plan
        mailing = under_way[issue % len(under_way)]
        free = [place for place in (0, 1) if place not in self._alive()]
        self._go(self.world.new_sender(number if len(free) != 1 else free[0], mailing, worker=worker), "committed")

    @precondition(lambda self: self._alive())
    @rule(number=SENDERS, plan=PLANS)
    def submit(self, number: int, plan: Plan) -> None:
        """The sender makes its next call; then nobody knows what came of it but the provider."""
        self._step(number, plan, "called")

    @precondition(lambda self: self._alive())
    @rule(number=SENDERS, plan=PLANS)
    def settle(self, number: int, plan: Plan) -> None:
        """The sender writes down what it heard, and what it submits next."""
        self._step(number, plan, "committed")

    @precondition(lambda self: self._alive())
    @rule(number=SENDERS, plan=PLANS)
    def breathe(self, number: int, plan: Plan) -> None:
        """The sender goes on to the next point at which anything can happen."""
        self._step(number, plan)

    @precondition(lambda self: self._alive() or self._under_way("running"))
    @rule(numbers=st.lists(SENDERS, min_size=2, max_size=4), plan=PLANS)
    def send(self, numbers: Sequence[int], plan: Plan) -> None:
        """The senders make several calls, in turn; those that are not there start."""
        for number in numbers:
            if number in self._alive():
                self._step(number, plan, "committed")
            elif self._under_way("running"):
                self.claim(number, 0, worker=True, minutes=16, plan=plan)
            self.the_promises_hold()

    @precondition(lambda self: self._alive())
    @rule(number=SENDERS)
    def crash(self, number: int) -> None:
        self._tick()
        alive = self._alive()
        self.world.kill(alive[number % len(alive)])

    @rule(minutes=st.sampled_from([1, 8, 16]))
    def wait(self, minutes: int) -> None:
        self.world.seconds += 60 * minutes
        self.world.doubt_what_is_under_way()

    def finish(self) -> None:
        """Whatever was: with everybody well, each mailing comes to an end."""
        w = self.world
        w.kill_all()
        self._open()
        self.the_promises_hold()
        w.post.plan = Plan()
        for pk, state in sorted(w.mailings.items()):
            mailing = Mailing.objects.get(pk=pk)
            w.seconds += int(LEASE.total_seconds()) + 1
            if state == "cancelled":
                self._control(mailing, "cancel", Plan())
            else:
                self._control(mailing, "resume", Plan())
                self._send_to_the_end(mailing)
            self.the_promises_hold()
        found = list(unfinished(w))
        assert not found, found

    # --- how ---------------------------------------------------------------------------------------------------------

    def _send_to_the_end(self, mailing: Mailing) -> None:
        self.world.doubt_what_is_under_way()
        sender = self.world.new_sender(0, mailing.pk, worker=False)
        for _ in range(ROUNDS):
            if sender.go("slept") == "end":
                return
            self.world.seconds += 60

    def _mailing(self, number: int) -> Mailing:
        """The last mailing of one of the issues that were started."""
        last = {row.issue: row.mailing for row in sorted(self.world.rows.values(), key=lambda row: row.mailing)}
        return Mailing.objects.get(pk=last[sorted(last)[number % len(last)]])

    def _free(self) -> list[str]:
        """The issues that can be started."""
        stand = {row.issue for row in self.world.rows.values() if self.world.mailings[row.mailing] != "cancelled"}
        return sorted(self.world.revisions.keys() - stand)

    def _under_way(self, *states: str) -> list[int]:
        """The mailings in these states with somebody who is still to be mailed."""
        waiting = {row.mailing for row in self.world.rows.values() if row.state in OPEN}
        return sorted(pk for pk in waiting if self.world.mailings[pk] in states)

    def _alive(self) -> list[int]:
        return [number for number, one in sorted(self.world.senders.items()) if not one.over]

    def _with_the_provider(self) -> list[str]:
        """The rows of which it has a mail, in the order of the readers."""
        rows = [(row.mailing, row.person, name) for name, row in self.world.rows.items() if self.world.post.times(name)]
        return [name for _, _, name in sorted(rows)]

    def _unknown(self) -> list[str]:
        """The rows that are unknown, of which no sender knows more; in the order of the readers."""
        sending = {self.world.senders[number].mailing.pk for number in self._alive()}
        rows = [(row.mailing, row.person, name) for name, row in self.world.rows.items() if row.state == "unknown"]
        return [name for mailing, _, name in sorted(rows) if mailing not in sending]

    def _control(self, mailing: Mailing, what: str, plan: Plan) -> None:
        w = self.world
        w.post.plan = plan
        deed: dict[str, Callable[..., Any]] = {
            "pause": control.pause,
            "resume": control.resume,
            "cancel": control.cancel,
            "retry": control.retry_failed,
        }
        try:
            deed[what](mailing, actor="ed", now=w.now())
        except control.ControlError:
            return
        if what == "resume":
            w.mailings[mailing.pk] = "running"
        if what == "retry":
            w.rows = {
                name: row._replace(state="pending") if (row.mailing, row.state) == (mailing.pk, "failed") else row
                for name, row in w.rows.items()
            }
        if what == "cancel":
            engine.withdraw(w.site, mailing, w.post, actor="ed", now=w.now, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.world.seconds += 1 + int(seconds)

    def _step(self, number: int, plan: Plan, *until: str) -> None:
        self._tick()
        alive = self._alive()
        self.world.post.plan = plan
        self._go(self.world.senders[number if number in alive else alive[0]], *until)

    def _go(self, sender: Any, *until: str) -> None:
        sender.go(*until)
        if sender.saw is not None or sender.over:
            self.world.opened = True
