"""Until when what an issue says is still to come."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.issue.model import Issue
from newsletter.items.base import Item
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Engage
from newsletter.items.kinds.event import Event


def until(issue: Issue) -> datetime | None:
    """When the last event or deadline of ``issue`` is over; ``None`` where it has none."""
    return max((end for item in issue.items if (end := item_until(item, issue.timezone))), default=None)


def item_until(item: Item, zone: str) -> datetime | None:
    """When the last event or deadline of ``item`` is over, in an issue on the clock of ``zone``; a day is over at its
    end."""
    moments: list[date | None] = []
    if isinstance(item, Event):
        zone = item.zone or zone
        moments = [item.ends or item.starts, *([item.due] if isinstance(item, Debrief) else [])]
    elif isinstance(item, Engage):
        moments = [item.deadline, *(action.deadline for action in item.actions)]
    return max((_end(moment, ZoneInfo(zone)) for moment in moments if moment), default=None)


def _end(moment: date, zone: ZoneInfo) -> datetime:
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return datetime.combine(moment + timedelta(days=1), time(), zone)
