"""What holds between a store and what came at the other end, however often senders die.

I1  nobody is handed over twice, where the first could have been accepted
I2  the states add up to the snapshot
I3  nobody is handed over after an opt-out that was committed
I4  every state has an actor, a time and a reason
I5  an acknowledged opt-out survives
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.proof.witnesses import Mail

OPEN = {"pending", "submitting"}


class Row(NamedTuple):
    """A delivery as the store has it."""

    delivery: str
    state: str
    actor: str
    reason: str
    at: str
    address: str
    token: str


def broken(
    rows: Mapping[str, Row],
    mails: list[Mail],
    *,
    snapshot: int,
    out: Mapping[str, int],
    standing: Mapping[str, str],
    overwrites: bool,
    report: Mapping[str, Any] | None,
) -> Iterator[str]:
    """Everything that breaks an invariant, in words. ``out``: the tokens of those who opted out, and how many mails had
    come by then; ``standing``: the state of each subscription; ``report``: what ``mailing report`` says of a mailing
    that is to be finished."""
    yield from _twice(mails)
    yield from _apart(rows, mails, overwrites=overwrites)
    yield from _mailed_after_opting_out(rows, mails, out, standing, overwrites=overwrites)
    yield from _unexplained(rows.values())
    if len(rows) != snapshot:
        yield f"I2: {len(rows)} rows, {snapshot} in the snapshot"
    if report is not None:
        yield from _unfinished(rows, report)


def _mailed_after_opting_out(
    rows: Mapping[str, Row], mails: list[Mail], out: Mapping[str, int], standing: Mapping[str, str], *, overwrites: bool
) -> Iterator[str]:
    for token, since in out.items():
        if standing[token] != "unsubscribed":
            yield f"I5: the opt-out of {token} is gone"
        late = set() if overwrites else {mail.delivery for mail in mails[since:] if mail.kept}
        if any(row.token == token and row.delivery in late for row in rows.values()):
            yield f"I3: {token} was mailed after opting out"
    if overwrites:  # which keeps no order
        for row in rows.values():
            if row.token in out and row.state == "accepted":
                yield f"I3: {row.token} was mailed after opting out"


def _unexplained(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        if row.state not in OPEN and not (row.actor and row.reason and row.at):
            yield f"I4: {row.delivery} is {row.state} without actor, time or reason"


def _unfinished(rows: Mapping[str, Row], report: Mapping[str, Any]) -> Iterator[str]:
    states = Counter(row.state for row in rows.values())
    if left := sum(states[state] for state in OPEN):
        yield f"I2: {left} rows have no end state"
    if report["states"] != dict(states) or sum(report["states"].values()) != report["recipients"]:
        yield f"I2: the report does not add up: {report['states']}"
    if report["state"] != "finished":
        yield f"the mailing is {report['state']}: {report['reason']}"


def _twice(mails: list[Mail]) -> Iterator[str]:
    for what in ("delivery", "address"):
        came = Counter(getattr(mail, what) for mail in mails if mail.kept)
        yield from (f"I1: {key} was mailed {number} times" for key, number in came.items() if key and number > 1)


def _apart(rows: Mapping[str, Row], mails: list[Mail], *, overwrites: bool) -> Iterator[str]:
    """Where store and witness differ by more than an answer that is still out."""
    kept = {mail.delivery for mail in mails if mail.kept}
    may_have = {"accepted", "unknown", "submitting"} | ({"pending"} if overwrites else set())
    for delivery in kept:
        if delivery not in rows:
            yield f"I2: {delivery} was mailed and is in no snapshot"
        elif rows[delivery].state not in may_have:
            yield f"I1: {delivery} was mailed, and the store says {rows[delivery].state}"
    for row in rows.values():
        if row.state == "accepted" and row.delivery not in kept:
            yield f"lost: {row.delivery} is accepted, and was never mailed"
