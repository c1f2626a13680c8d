"""The log of what happens to mailings: one line for each transition, with ids and never an address.

On stderr; as text where that is a terminal (there only what somebody should look at, for the command shows the rest),
else as JSON.
"""

import logging
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from newsletter.delivery.claims import Claim, Intent, Result, Row, Settled

_ADDRESS = re.compile(r"[^\s<>,;:()\"']+@[^\s<>,;:()\"']+")


quiet = False
"""Only what somebody should look at: for a command that tells everything itself."""


class _Stderr:
    """Where the lines go: whatever is stderr at that moment."""

    def msg(self, line: str) -> None:
        print(line, file=sys.stderr)  # noqa: T201  (the log goes to stderr)

    debug = info = warning = error = msg


def without_addresses(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Take out what looks like an address, wherever the words come from."""
    return {key: _ADDRESS.sub("<address>", value) if isinstance(value, str) else value for key, value in event.items()}


def _for_reader(_: Any, level: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if (quiet or sys.stderr.isatty()) and level not in {"warning", "error"}:
        raise structlog.DropEvent
    return event


def _rendered(logger: Any, level: str, event: structlog.typing.EventDict) -> str | bytes:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(colors=False)(logger, level, event)
    return structlog.processors.JSONRenderer()(logger, level, event)


_log = structlog.wrap_logger(
    _Stderr(),
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    processors=[
        _for_reader,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_addresses,
        _rendered,
    ],
)


def note(event: str, **ids: Any) -> None:
    """Write down that something happened, once the transaction that is open is committed."""
    transaction.on_commit(partial(_log.info, event, **ids))


def warn(event: str, **ids: Any) -> None:
    """The same for what somebody should look at."""
    transaction.on_commit(partial(_log.warning, event, **ids))


def fault(event: str, **ids: Any) -> None:
    """Write down at once what must be mended, on a thread that has no part in the store."""
    _log.error(event, **ids)


def intended(claim: Claim, intents: Sequence[Intent]) -> None:
    """Rows are about to be submitted: a line for each attempt."""
    for intent in intents:
        if intent.rows:
            note("submitting", mailing=claim.mailing, batch=claim.batch, attempt=intent.attempt, rows=len(intent.rows))


def dropped(claim: Claim, known: Mapping[int, Row], out: Mapping[int, Settled]) -> None:
    """Rows got their end state without being submitted: a line for each."""
    for key, one in out.items():
        note("delivery", mailing=claim.mailing, delivery=known[key].public_id, state=str(one.state))


def settled(claim: Claim, results: Sequence[Result]) -> None:
    """Attempts came to an end: a line for each, and one for each row that was not just accepted."""
    for result in results:
        ids = {"mailing": claim.mailing, "attempt": result.intent.attempt}
        counts = Counter(str(one.state) for one in result.settled.values())
        note("settled", batch=claim.batch, outcome=result.outcome, **ids, **counts)
        names = {row.pk: row.public_id for row in result.intent.rows}
        for key, one in result.settled.items():
            if one.state != "accepted" and key in names:
                note("delivery", delivery=names[key], state=str(one.state), **ids)
