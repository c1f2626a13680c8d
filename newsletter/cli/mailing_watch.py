"""``newsletter mailing watch``: a mailing while it is sent."""

import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.mailing_control import Id, find_mailing

if TYPE_CHECKING:
    from newsletter.reports.progress import Look

EVERY = 2.0
"""Seconds between two looks."""
WINDOW = 15
"""Looks over which the rate is taken: a call settles up to 1,000 at once."""


def watch(
    mailing: Id,
    json: Annotated[bool, typer.Option("--json", help="Each look as one line of JSON on stdout.")] = False,
) -> None:
    """Watch a mailing: counts, rate, time left, workers, and the reason where nothing moves.

    It ends with the mailing; Ctrl-C ends only the watching. Exit codes: 4 not everybody could be mailed, 75 the mailing
    is paused.
    """
    site = shell.open_site()
    from newsletter.delivery.engine import somebody_sends
    from newsletter.reports.counts import report_of
    from newsletter.reports.progress import look

    found = find_mailing(mailing)
    seen = look(found, now=datetime.now(UTC), alone=not somebody_sends(site))
    lately = deque([seen], maxlen=WINDOW)
    _show(seen, json)
    while not seen.over:
        time.sleep(EVERY)
        seen = look(found, now=datetime.now(UTC), before=lately[0], alone=not somebody_sends(site))
        lately.append(seen)
        _show(seen, json)
    if seen.state == "paused":
        raise typer.Exit(shell.TRY_LATER)
    raise typer.Exit(shell.PARTLY_FAILED if report_of(found).partly_failed else shell.OK)


def _show(seen: "Look", json: bool) -> None:
    import json as _json

    if json:
        typer.echo(_json.dumps(seen.as_json(), default=datetime.isoformat))
        return
    counts = ", ".join(f"{number:,} {state}" for state, number in seen.states.items())
    parts = [f"{seen.at:%H:%M:%S} UTC", seen.state, f"{seen.done:,} of {seen.recipients:,}", counts]
    if seen.state == "running":
        parts.append(f"{seen.workers} worker" + ("" if seen.workers == 1 else "s"))
    if seen.rate is not None and seen.state == "running":
        parts.append(f"{seen.rate:,.1f}/s")
    if seen.seconds_left is not None:
        parts.append(f"{_span(seen.seconds_left)} left")
    if seen.reason:
        parts.append(seen.reason)
    shell.out.print(shell.plain("  ".join(parts)))


def _span(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
