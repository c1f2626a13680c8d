"""What happens to readers and to the store, in any order; and when the promises are looked at."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from newsletter.delivery import origin
from subscribers import consent, suppression
from subscribers.address import Address
from subscribers.importing import import_file
from subscribers.models import Subscription
from tests.proof.machine.promises import broken
from tests.proof.machine.readers import ADDRESS, NEVER, OUT, written
from tests.proof.machine.stores import Store
from tests.proof.machine.world import Backup, world

PEOPLE = st.integers(0, 7)
FILES = st.lists(
    st.tuples(PEOPLE, st.sampled_from("AB"), st.sampled_from(["", "", "pending", *sorted(OUT | NEVER)])),
    min_size=1,
    max_size=3,
    unique_by=lambda row: row[0],
)


class Site(RuleBasedStateMachine):
    """A site with readers. Whoever runs it sets ``store``, and the ``kind`` of provider."""

    store: Store
    kind: str
    examples = steps = 0
    """Played so far."""

    def open_site(self) -> None:
        """A new one, with some readers."""
        Site.examples += 1
        self.context = world(self.store, self.kind)
        self.world = self.context.__enter__()
        for who in range(7):
            self.subscribe(who, confirms=True)

    @precondition(lambda self: self.world.opened)
    @rule(who=PEOPLE, confirms=st.booleans())
    def subscribe(self, who: int, confirms: bool) -> None:
        at = self._tick()
        token = consent.subscribe(_address(who), self.world.list, at=self.world.now(), source="form").token
        self.world.readers.subscribes(who, at)
        if confirms:
            consent.confirm(token, at=self.world.now(), source="mail")
            self.world.readers.confirms(who, at)

    @precondition(lambda self: self.world.opened)
    @rule(who=PEOPLE)
    def unsubscribe(self, who: int) -> None:
        at = self._tick()
        token = Subscription.objects.filter(subscriber__email_norm=_address(who).norm).values_list("token", flat=True)
        for one in token:
            consent.unsubscribe(one, at=self.world.now(), source="link")
        self.world.readers.leaves(who, at)

    @precondition(lambda self: self.world.opened)
    @rule(who=PEOPLE)
    def suppress(self, who: int) -> None:
        at = self._tick()
        suppression.suppress(_address(who), reason="complained", actor="ed", at=self.world.now())
        self.world.readers.is_never_mailed(who, at)

    @precondition(lambda self: self.world.opened)
    @rule(rows=FILES)
    def take_a_file(self, rows: Sequence[tuple[int, str, str]]) -> None:
        at = self._tick()
        file = self.world.folder / "readers.csv"
        file.write_text(written(rows))
        import_file(file, self.world.list, at=self.world.now(), actor="ed")
        self.world.readers.come_in_a_file(rows, at)

    @precondition(lambda self: self.world.opened and len(self.world.backups) < 3)
    @rule()
    def back_up(self) -> None:
        self._tick()
        known = self.world.readers.copy()
        made = self.world.seconds
        w = self.world
        w.backups.append(Backup(made, w.store.copy(), known, dict(w.rows), dict(w.mailings), dict(w.told)))

    @precondition(lambda self: self.world.backups and self.world.seconds - self.world.backups[-1].made > 5)
    @rule(number=st.integers(0, 2), opened=st.booleans())
    def restore(self, number: int, opened: bool) -> None:
        """The store is put back; stamp, origin and log of opt-outs are where they were. It is opened at once, or by
        the next sender."""
        self._tick()
        self.world.kill_all()
        self.world.put_back(self.world.backups[number % len(self.world.backups)])
        if opened:
            self._open()

    @invariant()
    def the_promises_hold(self) -> None:
        Site.steps += 1
        found = list(broken(self.world))
        assert not found, found

    def _tick(self) -> int:
        self.world.seconds += 1
        return self.world.seconds

    def _open(self) -> None:
        origin.check(self.world.site, now=self.world.now())
        self.world.opened = True


def _address(who: int) -> Address:
    return Address(ADDRESS.format(who), ADDRESS.format(who))
