"""Events and deadlines that are over."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Engage
from newsletter.items.kinds.event import Event


@check(
    "past",
    "warning",
    bad="starts = 2019-11-09T14:30:00",
    good="starts = 2020-11-09T14:30:00",
)
def past(context: Context) -> Iterator[Finding]:
    """An event that is over, or a deadline that has passed, when the mail goes out; mostly a wrong year, or an item
    that was copied from an earlier issue. An event with a recording may be over.
    """
    for item in context.issue.items:
        if isinstance(item, Event):
            zone = item.zone or context.issue.timezone
            if not item.recording_url and _over(item.ends or item.starts, zone, context.now):
                verb, moment = ("ended", item.ends) if item.ends else ("was", item.starts)
                said = f"'{item.title}' {verb} on {_said(moment, zone)}, which is in the past."
                if context.written and not _over(item.ends or item.starts, zone, context.written):
                    verb = "ends" if item.ends else "is"
                    said = (
                        f"'{item.title}' {verb} on {_said(moment, zone)}: it will be in the past when the mail leaves."
                    )
                yield Finding(
                    "past",
                    "warning",
                    said,
                    "Correct the date, add recording_url if there is a recording, or delete the item.",
                    Place(item=item.id, field="ends" if item.ends else "starts"),
                )
        deadlines: list[tuple[str, date | None]] = []
        if isinstance(item, Debrief) and item.details:
            deadlines.append(("due", item.due))
        if isinstance(item, Engage):
            deadlines.append(("deadline", item.deadline))
            deadlines += [(f"actions[{n}].deadline", action.deadline) for n, action in enumerate(item.actions, 1)]
        for field, day in deadlines:
            if day and _over(day, context.issue.timezone, context.now):
                yield Finding(
                    "past",
                    "warning",
                    f"The deadline of '{item.title}' was {day.isoformat()}, which is in the past."
                    if field != "due"
                    else f"The details of '{item.title}' were promised by {day.isoformat()}, which is in the past.",
                    "Correct the date, or take out what readers can no longer do."
                    if field != "due"
                    else "Give the details now, or name a later day.",
                    Place(item=item.id, field=field),
                )


def _over(moment: datetime | date, zone: str, now: datetime) -> bool:
    """Whether ``moment`` on the clock of ``zone`` is before ``now``; a day is over when its last minute is."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=ZoneInfo(zone)) < now
    return moment < now.astimezone(ZoneInfo(zone)).date()


def _said(moment: datetime | date | None, zone: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M} ({zone})" if isinstance(moment, datetime) else f"{moment}"
