"""What must hold after each step, whatever came before (see ``tests.proof.invariants`` for I1-I5), and at the end."""

from collections import Counter
from collections.abc import Iterator

from newsletter.models import Mailing
from newsletter.reports.counts import report_of
from subscribers import audience
from tests.proof.machine.readers import person_of
from tests.proof.machine.world import OPEN, Row, World

SURELY_NOT = {"pending", "refused", "failed", "suppressed", "cancelled"}
"""States that say that the provider has no mail of it."""
LASTS = {"accepted", "refused", "suppressed", "cancelled", "unknown", "failed"}
"""States that nothing moves by itself."""


def broken(world: World) -> Iterator[str]:
    """Each promise that does not hold now; ``world.rows`` is what the store said before."""
    rows, mailings = world.read()
    mailings_before, world.mailings = world.mailings, mailings
    yield from world.faults
    yield from _twice(world, rows)
    for name, row in rows.items():
        yield from _apart(world, name, row)
        if before := world.rows.get(name):
            yield from _moved(world, name, before.state, row.state)
        if row.event != world.told.get(name, ""):
            yield f"I5: the event of a row is '{row.event}', not '{world.told.get(name)}'"
        if row.state not in OPEN and not row.explained:
            yield f"I4: a row is {row.state} without actor, time or reason"
    for pk, state in mailings.items():
        if mailings_before.get(pk, state) != state and state == "running":
            yield f"mailing {pk} was {mailings_before[pk]}, and runs by itself"
    if world.post.over_the_slots and not world.restored:
        yield "more calls were taken back than the provider has slots for"
    if world.opened:
        may_be = {person_of(reader.email) for reader in audience.members("upr", at=world.now())}
        if may_be != world.readers.mailable():
            yield f"I5: {sorted(may_be)} may be mailed, not {sorted(world.readers.mailable())}"
    world.rows = rows


def _twice(world: World, rows: dict[str, Row]) -> Iterator[str]:
    """I1: for a row ever made, and for a reader in all rows that the store knows."""
    times = Counter(name for call in world.post.calls for name in call.deliveries)
    if world.post.kind != "exactly once":
        yield from (f"I1: a row was handed over {number} times" for number in times.values() if number > 1)
    people = Counter((rows[name].issue, rows[name].person) for name in times if name in rows)
    yield from (f"I1: reader {who} has {issue} {n} times" for (issue, who), n in people.items() if n > 1)


def _apart(world: World, name: str, row: Row) -> Iterator[str]:
    """Where what the store says is not what the provider has."""
    if not world.opened:
        return
    has = world.post.times(name)
    cancelled = world.mailings.get(row.mailing) == "cancelled" and name in world.post.unconfirmed
    if row.state == "accepted" and not has and not cancelled:
        yield f"lost: reader {row.person} is accepted, and the provider has nothing"
    if row.state in SURELY_NOT and has and not (row.state == "pending" and world.post.kind == "exactly once"):
        yield f"I1: reader {row.person} is {row.state}, and the provider has it"


def _moved(world: World, name: str, before: str, after: str) -> Iterator[str]:
    if before in LASTS and after != before and (before, after) != ("accepted", "cancelled"):
        yield f"a row that was {before} became {after} by itself"
    if after == "unknown" and before != after and name not in world.doubt | world.post.heard_nothing_of:
        yield f"a row that was {before} is unknown, and there was no doubt"


def unfinished(world: World) -> Iterator[str]:
    """What is left where nothing stood in the way: I2."""
    for mailing in Mailing.objects.select_related("revision__issue", "list"):
        report = report_of(mailing)
        mine = Counter(row.state for row in world.rows.values() if row.mailing == mailing.pk)
        if dict(report.states) != dict(mine) or sum(mine.values()) != report.recipients:
            yield f"I2: mailing {mailing.pk} has {dict(mine)}, and its report says {dict(report.states)}"
        if left := OPEN & mine.keys():
            yield f"I2: mailing {mailing.pk} is {mailing.state}, and rows of it are {left} for ever"
