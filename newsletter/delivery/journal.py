"""The log of what happens to mailings: one line for each transition, with ids and never an address.

On stderr; as text where that is a terminal (there only what somebody should look at, for the command shows the rest),
else as JSON.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from newsletter.delivery.claims import Claim, Intent, Result, Row, Settled

LINES = 16
"""Written at once: they are shorter than what a pipe takes whole, whoever else writes into it (PIPE_BUF)."""
_ADDRESS = re.compile(r"[^\s<>,;:()\"']+@[^\s<>,;:()\"']+")


quiet = False
"""Only what somebody should look at: for a command that tells everything itself."""


_stamped = structlog.processors.TimeStamper(fmt="iso", utc=True)
_as_text, _as_json = structlog.dev.ConsoleRenderer(colors=False), structlog.processors.JSONRenderer()


def write(line: str) -> None:
    """To whatever is stderr at that moment. Where nobody reads that any more, or its disk is full, the line is lost and
    nothing else: a sender that ended for it, between its intents and its calls, would leave readers ``unknown``."""
    with suppress(OSError, ValueError):
        print(line, file=sys.stderr)  # noqa: T201  (the log goes to stderr)


def note(event: str, **ids: Any) -> None:
    """Write down that something happened, once the transaction that is open is committed."""
    _later("info", [{**ids, "event": event}])


def warn(event: str, **ids: Any) -> None:
    """The same for what somebody should look at."""
    _later("warning", [{**ids, "event": event}])


def fault(event: str, **ids: Any) -> None:
    """Write down at once what must be mended, on a thread that has no part in the store."""
    _write("error", [{**ids, "event": event}])


def _later(level: str, events: Sequence[Mapping[str, Any]]) -> None:
    transaction.on_commit(partial(_write, level, events))


def _write(level: str, events: Sequence[Mapping[str, Any]]) -> None:
    for_person = sys.stderr.isatty()
    if (quiet or for_person) and level == "info":
        return
    render = _as_text if for_person else _as_json
    known = {"level": level}
    lines = [str(render(None, level, _stamped(None, level, _without_addresses(event) | known))) for event in events]
    for at in range(0, len(lines), LINES):
        write("\n".join(lines[at : at + LINES]))


def _without_addresses(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take out what looks like an address, wherever the words come from."""
    return {
        key: _ADDRESS.sub("<address>", value) if isinstance(value, str) and "@" in value else value
        for key, value in event.items()
    }


def intended(claim: Claim, intents: Sequence[Intent]) -> None:
    """Rows are about to be submitted: a line for each attempt."""
    ids = {"mailing": claim.mailing, "batch": claim.batch}
    _later(
        "info",
        [
            {**ids, "attempt": intent.attempt, "rows": len(intent.rows), "event": "submitting"}
            for intent in intents
            if intent.rows
        ],
    )


def dropped(claim: Claim, known: Mapping[int, Row], out: Mapping[int, Settled]) -> None:
    """Rows got their end state without being submitted: a line for each."""
    for key, one in out.items():
        note("delivery", mailing=claim.mailing, delivery=known[key].public_id, state=str(one.state))


def settled(claim: Claim, results: Sequence[Result]) -> None:
    """Attempts came to an end: a line for each, and one for each row that was not just accepted."""
    events: list[dict[str, Any]] = []
    for result in results:
        ids = {"mailing": claim.mailing, "attempt": result.intent.attempt}
        states = result.states
        events.append({"batch": claim.batch, "outcome": result.outcome, **ids, **states, "event": "settled"})
        if states.keys() <= {"accepted"}:
            continue
        names = {row.pk: row.public_id for row in result.intent.rows}
        for key, one in result.settled.items():
            if one.state != "accepted" and key in names:
                events.append({"delivery": names[key], "state": str(one.state), **ids, "event": "delivery"})
    _later("info", events)
