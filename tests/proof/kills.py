"""Kills at random times: a mailing is sent by one sender after another, each of them killed."""

import random
import time
from dataclasses import dataclass, field

from tests.proof.processes import KILLED
from tests.proof.trial import LIVES, WAITED, Trial

SOONER = 0.7
"""Share of the time in which a sender is killed that is left for those of the next mailing, once a kill was missed: so
that a mailing that is soon sent is not sent for nothing."""


@dataclass
class Tally:
    """What became of kills that count: those between 1 % and 99 % of the rows settled."""

    kills: int = 0
    submitting: int = 0
    """Kills with a row under way."""
    mailings: int = 0
    recipients: int = 0
    accepted: int = 0
    unknown: int = 0
    most_unknown: int = 0
    """After one kill."""
    missed: int = 0
    """Kills that came too late to count."""
    twice: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        mine, theirs = vars(self), vars(other)
        return Tally(**{k: max(v, theirs[k]) if k == "most_unknown" else v + theirs[k] for k, v in mine.items()})


def kill_often(one: Trial, kills: int, *, seed: int, mutant: bool = False) -> Tally:
    """Kill senders of mailings, one mailing after another, until ``kills`` count. Every second time a reader opts out
    before the next sender starts."""
    chance, tally = random.Random(seed), Tally()
    while tally.kills < kills and not (mutant and tally.faults):
        one.again()
        tally += _one_mailing(one, kills - tally.kills, chance, mutant, span=one.span * SOONER**tally.missed)
    return tally


def _one_mailing(one: Trial, kills: int, chance: random.Random, mutant: bool, *, span: float) -> Tally:
    tally, under_way = Tally(mailings=1), set[tuple[str, int]]()
    for life in range(LIVES):
        one.begin(tell=True, mutant=mutant)
        took = one.sends() if tally.kills < kills else 0.0
        if took:
            if one.rest and one.witness.fenced and not one.witness.late and life % 2:
                one.recovers(under_way)  # else what is left gets too old, kill by kill
            time.sleep(chance.uniform(0, span * took))
            one.sender.kill()
        code = one.end()
        tally.faults += one.faults(ended=code not in {KILLED, WAITED})
        if code not in {KILLED, WAITED} or (mutant and tally.faults):
            tally.missed += took > 0
            break
        if code == WAITED:
            continue
        states, new = one.states(), one.under_way() - under_way  # what another left may still be there, too
        under_way |= new
        share = 1 - (states["submitting"] + states["pending"]) / states.total()
        if 0.01 <= share <= 0.99:
            tally.kills += 1
            tally.submitting += bool(new)
        tally.missed += took > 0 and share > 0.99
        if one.witness.in_doubt:
            tally.most_unknown = max(tally.most_unknown, len(new))
            if len(new) > one.witness.in_doubt:
                tally.faults.append(f"{len(new)} are in doubt after one kill")
        if life % 2 and states["pending"] > 1:
            one.opt_out(1)
    else:
        tally.faults.append("the mailing does not come to its end")
    states = one.states()
    # What can be submitted again is in doubt only for who opted out before it was.
    may_be = len(one.out) if one.witness.overwrites else len(under_way) if one.witness.in_doubt else 0
    may_be += sum(not mail.answered for mail in one.witness.mails())
    if states["unknown"] > may_be:
        tally.faults.append(f"{states['unknown']} are unknown, and only {may_be} could be")
    tally.recipients, tally.accepted, tally.unknown = sum(states.values()), states["accepted"], states["unknown"]
    tally.twice = sum(fault.startswith("I1") for fault in tally.faults)
    tally.lost = sum(fault.startswith("lost") for fault in tally.faults)
    return tally
