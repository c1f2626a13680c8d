"""Times of one event on two clocks that do not agree."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from newsletter.checks.dates_in_text import dates_in
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import Prose, line_of, paragraphs, prose_of, sentences
from newsletter.checks.times_in_text import SaidTime, times_in
from newsletter.issue.clock import city_of, jump, zone_of
from newsletter.issue.problems import Place
from newsletter.items.kinds.event import Event

_SAME = re.compile(
    r"[\s,;/|=≈(\[–—*_-]*(?:or|i\.e\.|that is|es decir|o sea|o|ou|soit|c['’]est-à-dire|أو|أي)?[\s,(*_]*", re.IGNORECASE
)


@check(
    "zones-apart",
    "warning",
    "note",
    bad="On March 16, 2021, 14:30 Geneva time (8:30 a.m. in New York)",
    good="On March 16, 2021, 14:30 Geneva time (9:30 a.m. in New York)",
)
def zones_apart(context: Context) -> Iterator[Finding]:
    """One time on two clocks that do not agree on that day. Europe changes its clocks two or three weeks after America
    in spring and a week before it in autumn; in these weeks they are an hour nearer, and what was copied from another
    month is wrong. For an event in such weeks a note says so where its zones are affected.
    """
    issue = context.issue
    events = {item.id: item for item in issue.items if isinstance(item, Event)}
    told = set()
    for prose in prose_of(context.texts):
        if not any(time.zoned for time in times_in(prose.said)):
            continue
        event = events.get(prose.text.place.item or "")
        for position, message in _contradictions(prose, event, context):
            if event:
                told.add(event.id)
            yield Finding(
                "zones-apart",
                "warning",
                message,
                "Find out which of the two is meant, and correct the other.",
                prose.text.line(line_of(prose.text.value, position)),
            )
    for event in events.values():
        if event.id not in told and isinstance(event.starts, datetime):
            zone = zone_of(event, issue.timezone)
            for other in issue.zones:
                if found := _unusual(zone, other, event.starts.date()):
                    now, usual = found
                    yield Finding(
                        "zones-apart",
                        "note",
                        f"On the day of '{event.title}', {city_of(zone)} and {city_of(other)} are {_hours(now)} apart, "
                        f"not {_hours(usual)} as in most weeks, because they change their clocks on different days.",
                        "The times that the mail shows are right; look at those in pictures and in other invitations.",
                        Place(item=event.id, field="starts"),
                    )
                    break


def _contradictions(prose: Prose, event: Event | None, context: Context) -> Iterator[tuple[int, str]]:
    """Position and message of each time that does not agree with the one beside it, or with its event."""
    zone = zone_of(event, context.issue.timezone) if event else context.issue.timezone
    about = event.starts if event else context.now.astimezone(ZoneInfo(zone))
    about = date(about.year, about.month, about.day)
    for start, paragraph in paragraphs(prose):
        if not any(time.zoned for time in times_in(paragraph)):
            continue
        for at, sentence in sentences(paragraph):
            times = times_in(sentence)
            if not any(time.zoned for time in times):
                continue
            # Which of the days is meant is open: one on which the times agree is enough.
            days = [about] if event else []
            days += [day for one in dates_in(sentence) if (day := one.near(about))]
            in_pairs = False
            for first, second in pairwise(times):
                if first.zone and second.zone and _SAME.fullmatch(sentence[first.end : second.start]):
                    in_pairs = True
                    if message := _pair(first, second, days, about):
                        yield start + at + second.start, message
            if event and not in_pairs and set(days) == {about}:
                for time in times:
                    aside = sentence[max(0, time.start - 5) : time.start].rstrip().endswith(("(", "="))
                    if message := _beside_event(time, event, zone, aside):
                        yield start + at + time.start, message


def _pair(first: SaidTime, second: SaidTime, days: list[date], about: date) -> str | None:
    if first.zone == second.zone:
        return None
    if not days:  # nobody knows the day: it is wrong if it is wrong on all days
        all_year = [date(about.year, month, 15) for month in (1, 3, 7, 11)] + [date(about.year, 10, 29)]
        if any(_agree(first, second, day) for day in all_year):
            return None
        return f"'{first.words}' and '{second.words}' are never the same moment."
    if any(_agree(first, second, day) for day in days):
        return None
    day = days[0]
    there = _shown(first, day, second.zone or "UTC")
    return (
        f"'{first.words}' and '{second.words}' are not the same moment on {day:%B} {day.day}, {day.year}: "
        f"it is {there:%H:%M} there by then{_because(first.zone or 'UTC', second.zone or 'UTC', day)}."
    )


def _agree(first: SaidTime, second: SaidTime, day: date) -> bool:
    there = _shown(first, day, second.zone or "UTC")
    return (there.hour, there.minute) == (second.hour, second.minute)


def _shown(time: SaidTime, day: date, zone: str) -> datetime:
    """What the clock of ``zone`` shows at ``time``."""
    moment = datetime(day.year, day.month, day.day, time.hour, time.minute, tzinfo=ZoneInfo(time.zone or "UTC"))
    return moment.astimezone(ZoneInfo(zone))


def _beside_event(time: SaidTime, event: Event, zone: str, aside: bool) -> str | None:
    """Where a time on another clock is an hour beside the start or the end of its event. Any other distance may be
    another moment: the doors, a break. ``aside``: in brackets, as the same time on another clock is
    told."""
    if not time.zone or time.zone == zone or not isinstance(event.starts, datetime) or jump(event.starts, zone):
        return None
    moments = [one.replace(tzinfo=ZoneInfo(zone)) for one in (event.starts, event.ends) if isinstance(one, datetime)]
    there = [moment.astimezone(ZoneInfo(time.zone)) for moment in moments]
    said = time.hour * 60 + time.minute
    if any(one.hour * 60 + one.minute == said for one in there):
        return None
    start = there[0].hour * 60 + there[0].minute
    if there[0].utcoffset() == moments[0].utcoffset() or abs((said - start + 720) % 1440 - 720) != 60:
        return None
    usual = _unusual(zone, time.zone, event.starts.date()) is None
    if (
        usual and not aside and len(there) > 1 and start < said < there[1].hour * 60 + there[1].minute
    ):  # a moment within it
        return None
    return (
        f"'{time.words}' does not agree with '{event.title}', which begins at {event.starts:%H:%M} ({zone}): "
        f"it is {there[0]:%H:%M} there by then{_because(zone, time.zone, event.starts.date())}."
    )


def _because(zone: str, other: str, day: date) -> str:
    unusual = _unusual(zone, other, day)
    return ", for the two change their clocks on different days" if unusual else ""


@lru_cache(maxsize=512)
def _unusual(zone: str, other: str, day: date) -> tuple[timedelta, timedelta] | None:
    """How far two zones are apart on ``day`` and how far usually, where it differs from winter and from summer."""
    now = _apart(zone, other, day)
    seasons = {_apart(zone, other, date(day.year, month, 15)) for month in (1, 7)}
    if now in seasons:
        return None
    return now, min(seasons, key=lambda usual: abs(abs(usual) - abs(now)))


def _apart(zone: str, other: str, day: date) -> timedelta:
    noon = datetime(day.year, day.month, day.day, 12)
    there = noon.replace(tzinfo=ZoneInfo(other)).utcoffset() or timedelta()
    return (noon.replace(tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()) - there


def _hours(apart: timedelta) -> str:
    hours = abs(apart) / timedelta(hours=1)
    return f"{hours:g} hour" + ("" if hours == 1 else "s")
