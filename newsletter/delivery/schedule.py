"""When a mailing is to start: a wall time in a named zone, and until when it may still start by itself."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.delivery import journal
from newsletter.issue.clock import jump
from newsletter.items.values import check_zone
from newsletter.models import Mailing

LATEST = timedelta(hours=2)
"""So long after its time a mailing still starts by itself, unless somebody says otherwise."""
_FARTHEST = timedelta(days=366)
_WALL = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?")
_OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
_STAMP = "%Y-%m-%d %H:%M"


class ScheduleError(ValueError):
    """No mailing can start at that time; the message says why, ``mend`` what to write."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True)
class Schedule:
    """``at`` is in UTC; for so long as ``span`` after it the mailing still starts by itself."""

    at: datetime
    span: timedelta


def read_schedule(text: str, zone: str, *, latest: timedelta = LATEST, now: datetime) -> Schedule:
    """The moment that a clock in ``zone`` shows as ``text``, such as ``2020-11-08 09:00``.

    Raises ``ScheduleError``: it is no time, has an offset of its own, is past, over a year ahead, skipped or shown
    twice by the clock; there is no such zone; ``latest`` leaves no time to start.
    """
    wall = _wall_time(text.strip())
    try:
        check_zone(zone)
    except ValueError as error:
        raise ScheduleError(str(error), "name the zone as Continent/City, such as --zone Europe/Zurich") from None
    if problem := jump(wall, zone):
        raise ScheduleError(*problem)
    there = ZoneInfo(zone)
    at = wall.replace(tzinfo=there).astimezone(UTC)
    clock = now.astimezone(there)
    if at <= now:
        raise ScheduleError(
            f"{wall:{_STAMP}} in {zone} is past: it is {clock:{_STAMP}} there now",
            "give a later time, or leave out --at to send now",
        )
    if at > now + _FARTHEST:
        raise ScheduleError(
            f"{wall:{_STAMP}} in {zone} is more than a year ahead: it is {clock:{_STAMP}} there now",
            "correct the year, or schedule it nearer to its time",
        )
    if latest < timedelta(minutes=1):
        raise ScheduleError("a mailing needs at least a minute in which to start", "give more, such as --latest 2h")
    return Schedule(at, latest)


def begin(mailing: int, *, now: datetime) -> None:
    """A sender is about to begin: note that a scheduled mailing has begun; pause it where it is too late for that.

    Call it before a batch is claimed, outside of any transaction that may be taken back.
    """
    due = Mailing.objects.filter(
        pk=mailing, state=Mailing.State.RUNNING, latest_start__isnull=False, not_before__lte=now
    )
    for at, latest in due.values_list("not_before", "latest_start"):
        if latest is None or now <= latest:
            due.update(latest_start=None)
        elif due.update(
            state=Mailing.State.PAUSED,
            reason=f"it was to start at {_utc(at)} and by {_utc(latest)} at the latest, and nobody was there to "
            "send it; nothing was sent. Resuming it sends it now",
        ):
            journal.warn("mailing", mailing=mailing, state="paused", reason="it is later than its latest start")


def start_anyway(mailing: int, *, now: datetime) -> None:
    """A person says that a mailing that was late is to start all the same."""
    late = Mailing.objects.filter(pk=mailing, state=Mailing.State.PAUSED, latest_start__lt=now)
    late.update(latest_start=None)


def _wall_time(text: str) -> datetime:
    if _OFFSET.search(text):
        raise ScheduleError(
            f"'{text}' has an offset of its own", 'write the time as a clock shows it, and the zone: --zone "UTC"'
        )
    if not _WALL.fullmatch(text):
        raise ScheduleError(f"'{text[:60]}' is not a date with a time", 'write it as --at "2020-11-08 09:00"')
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ScheduleError(f"'{text}' is no date and time that there is: {error}", "correct it") from None


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):{_STAMP}} UTC"
