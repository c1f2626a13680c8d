"""Hours that a clock skips or shows twice."""

from collections.abc import Iterator
from datetime import datetime

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.clock import jump, zone_of
from newsletter.issue.problems import Place
from newsletter.items.kinds.event import Event


@check(
    "clock-change",
    "error",
    bad='starts = 2021-03-28T02:30:00\nzone = "Europe/Zurich"',
    good='starts = 2021-03-28T03:30:00\nzone = "Europe/Zurich"',
)
def clock_change(context: Context) -> Iterator[Finding]:
    """An event at an hour that does not exist in its zone, or happens twice, because clocks are changed in that night:
    every calendar would show another moment.
    """
    for item in context.issue.items:
        if not isinstance(item, Event):
            continue
        for field in ("starts", "ends"):
            moment = getattr(item, field)
            found = jump(moment, zone_of(item, context.issue.timezone)) if isinstance(moment, datetime) else None
            if found:
                message, mend = (f"{part[0].upper()}{part[1:]}." for part in found)
                yield Finding("clock-change", "error", message, mend, Place(item=item.id, field=field))
