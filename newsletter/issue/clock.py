"""Wall times: what a clock shows in a zone, where it jumps, and the same moment on other clocks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.issue.model import Issue
from newsletter.items.kinds.event import Event


@dataclass(frozen=True)
class Clock:
    """One event on one clock. ``starts`` and ``ends`` are aware datetimes in ``zone``, or whole days."""

    zone: str
    city: str
    starts: datetime | date
    ends: datetime | date | None


def zone_of(event: Event, timezone: str) -> str:
    """The zone in which the times of ``event`` are meant: its own, else the issue's."""
    return event.zone or timezone


def city_of(zone: str) -> str:
    """``America/New_York`` as ``New York``."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def clocks(event: Event, issue: Issue) -> tuple[Clock, ...]:
    """The organiser's clock first, then each of the issue's zones in which the clock shows another time. A whole day
    has one clock only: it is the same day everywhere."""
    zone = zone_of(event, issue.timezone)
    starts, ends = _in_zone(event.starts, zone), _in_zone(event.ends, zone) if event.ends is not None else None
    organiser = Clock(zone, event.city or city_of(zone), starts, ends)
    if not isinstance(starts, datetime):
        return (organiser,)
    shown = [organiser]
    for other in issue.zones:
        there = starts.astimezone(ZoneInfo(other))
        if there.utcoffset() != starts.utcoffset():
            until = ends.astimezone(ZoneInfo(other)) if isinstance(ends, datetime) else None
            shown.append(Clock(other, city_of(other), there, until))
    return tuple(shown)


def _in_zone(moment: datetime | date, zone: str) -> datetime | date:
    return moment.replace(tzinfo=ZoneInfo(zone)) if isinstance(moment, datetime) else moment


def jump(moment: datetime, zone: str) -> tuple[str, str] | None:
    """Message and mend where ``moment`` is no single moment in ``zone``: the clock skips it, or shows it twice."""
    there = ZoneInfo(zone)
    before = moment.replace(tzinfo=there, fold=0).utcoffset() or timedelta()
    after = moment.replace(tzinfo=there, fold=1).utcoffset() or timedelta()
    if before == after:
        return None
    change = _change(moment, there)
    old = (change - timedelta(seconds=1)).astimezone(there).replace(tzinfo=None) + timedelta(seconds=1)
    new = change.astimezone(there).replace(tzinfo=None)
    day = f"{old:%B} {old.day}, {old.year}"
    if after > before:
        return (
            f"{moment:%H:%M} on {day} does not exist in {zone}: "
            f"the clock goes from {old:%H:%M} straight to {new:%H:%M}",
            f"write a time before {old:%H:%M}, or {_iso(new)} or later",
        )
    first, second = moment - before, moment - after
    return (
        f"{moment:%H:%M} on {moment:%B} {moment.day}, {moment.year} happens twice in {zone}: "
        f"the clock goes from {old:%H:%M} back to {new:%H:%M}, so nobody can know which one is meant",
        f'write a time before {new:%H:%M} or from {old:%H:%M} on, or give the time in zone = "UTC": '
        f"{_iso(first)} is the first, {_iso(second)} the second",
    )


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat()


def _change(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC and to the second, at which ``zone`` changes its offset near ``moment``."""
    start = moment.replace(tzinfo=UTC, microsecond=0) - timedelta(hours=40)
    old = start.astimezone(zone).utcoffset()
    low, high = 0, 80 * 3600
    while high - low > 1:
        middle = (low + high) // 2
        if (start + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return start + timedelta(seconds=high)
