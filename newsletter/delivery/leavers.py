"""Readers who leave while a sender commits that it is about to mail them.

On PostgreSQL an opt-out can be committed after a sender has looked whether there is one and before its intent is
committed. So it looks again then, before it makes the call: whoever left before the intent was committed gets nothing.
"""

from dataclasses import replace
from datetime import datetime

from newsletter.delivery import ledger
from newsletter.delivery.flights import Flight


def without_leavers(flights: list[Flight], *, now: datetime) -> tuple[list[Flight], int]:
    """Committed flights that did not start, without those who left since; and how many these are."""
    left = ledger.gone((row for flight in flights for row in flight.intent.rows), now=now)
    kept = [_without(flight, left, now) for flight in flights] if left else flights
    return [flight for flight in kept if flight.intent.rows], len(left)


def _without(flight: Flight, left: dict[int, str], now: datetime) -> Flight:
    try:
        intent = ledger.leave_out(flight.batch.claim, flight.intent, left, now=now)
    except ledger.LostClaim:  # whoever has the batch now decides about all of it
        intent = replace(flight.intent, rows=())
    if not intent.rows:
        flight.batch.flying -= 1
    return replace(flight, intent=intent)
