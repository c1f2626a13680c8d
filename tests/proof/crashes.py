"""Deaths at named points: a mailing is sent by one sender after another, each of which dies at another point."""

from collections import Counter, deque
from dataclasses import dataclass, field

from tests.proof.processes import KILLED
from tests.proof.trial import LIVES, WAITED, Trial


@dataclass
class Deaths:
    """Where senders died, and what was wrong afterwards."""

    hit: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def points_of(one: Trial) -> Counter[str]:
    """Every point that a sender of a whole mailing comes to, and how often."""
    assert one.send(record=True) == 0
    return Counter((one.site / "points").read_text().splitlines())


def die_everywhere(one: Trial, points: Counter[str], *, each: int = 1, mutant: bool = False) -> Deaths:
    """Die at each of ``points``, at its second time where there is one, ``each`` times over."""
    deaths = Deaths()
    waiting = deque((point, min(2, times)) for point, times in points.items() for _ in range(each))
    while waiting:
        one.again()
        _one_mailing(one, waiting, deaths, mutant)
        if mutant and deaths.faults:
            break
    return deaths


def _one_mailing(one: Trial, waiting: deque[tuple[str, int]], deaths: Deaths, mutant: bool) -> None:
    under_way, said, fresh = set[tuple[str, int]](), list[str](), True
    for _ in range(LIVES):
        if not waiting:
            break
        point, number = waiting[0]
        code = one.send(die_at=[point, number], mutant=mutant)
        died = one.site / "died"
        if code == WAITED or (code == KILLED and not died.exists()):
            continue
        if code != KILLED:
            if fresh:  # it is not met so often each time
                waiting.popleft()
                if number > 1:
                    waiting.append((point, 1))
            break
        assert died.read_text() == point
        fresh = False
        waiting.popleft()
        deaths.hit[point] += 1
        said += [f"{fault} (after {point})" for fault in one.faults(ended=False)]
        under_way |= one.under_way()
        if one.states()["pending"] > 1 and deaths.hit.total() % 4 == 0:
            one.opt_out(1)
    one.finish()
    deaths.faults += [*said, *one.faults(ended=True)]
    may_be = len(one.out) if one.witness.overwrites else len(under_way) if one.witness.in_doubt else 0
    if one.states()["unknown"] > may_be:
        deaths.faults.append(f"{one.states()['unknown']} are unknown, and only {may_be} could be")
