"""Events for calendars: a file that every calendar program reads (RFC 5545), and links for two on the web.

An event without an end is one hour long there, a whole day without an end is one day: calendars want an end.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newsletter.issue.clock import zone_of
from newsletter.issue.model import Issue
from newsletter.items.kinds.event import Event
from newsletter.render.rendering import Assets, Calendar, Organisation

if TYPE_CHECKING:
    import icalendar

DEFAULT_LENGTH = timedelta(hours=1)


def calendars(issue: Issue, organisation: Organisation, assets: Assets) -> tuple[Calendar, ...]:
    """The file of each event of ``issue``, in the order of the mail."""
    return tuple(
        calendar_file(
            event, issue, organisation, sequence=assets.sequences.get(event.id, 0), changed_at=assets.changed_at
        )
        for event in issue.items
        if isinstance(event, Event)
    )


def calendar_file(
    event: Event, issue: Issue, organisation: Organisation, *, sequence: int, changed_at: datetime
) -> Calendar:
    """``<item>.ics``. The same event has the same UID in every issue file and mail, so that a calendar replaces what it
    holds when ``sequence`` grows (section 3.8.7.4). ``changed_at`` is its DTSTAMP: no clock is asked.
    """
    import icalendar  # noqa: PLC0415 - costs 170 ms

    starts, ends = _in_utc(event, issue)
    zone = zone_of(event, issue.timezone)
    calendar = _calendar(organisation)
    if isinstance(starts, datetime) and isinstance(ends, datetime):
        starts, ends = starts.astimezone(ZoneInfo(zone)), ends.astimezone(ZoneInfo(zone))
        if zone != "UTC":
            first, last = date(starts.year, 1, 1), date(ends.year + 1, 1, 1)
            calendar.add_component(icalendar.Timezone.from_tzinfo(ZoneInfo(zone), zone, first, last))
    uid = _uid(event, issue, organisation)
    calendar.add_component(_entry(event, uid, starts, ends, sequence=sequence, changed_at=changed_at))
    return Calendar(event.id, f"{event.id}.ics", calendar.to_ical())


def feed_of(entries: Iterable[tuple[Event, Issue, int, datetime]], organisation: Organisation, *, title: str) -> bytes:
    """One calendar of many events, each with its issue, SEQUENCE and the moment it was changed, their times in UTC; of
    several with one UID the first counts. ``title`` is what calendar programs call it (RFC 7986, section 5.1)."""
    calendar = _calendar(organisation)
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    made: dict[str, Any] = {}
    for event, issue, sequence, changed_at in entries:
        uid = _uid(event, issue, organisation)
        if uid not in made:
            made[uid] = _entry(event, uid, *_in_utc(event, issue), sequence=sequence, changed_at=changed_at)
    for entry in made.values():
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _calendar(organisation: Organisation) -> "icalendar.Calendar":
    import icalendar  # noqa: PLC0415 - as above

    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{organisation.domain}//newsletter//EN")
    calendar.add("version", "2.0")
    return calendar


def _uid(event: Event, issue: Issue, organisation: Organisation) -> str:
    return f"{issue.slug}.{event.id}@{organisation.domain}"


def _entry(
    event: Event, uid: str, starts: date, ends: date, *, sequence: int, changed_at: datetime
) -> "icalendar.Event":
    import icalendar  # noqa: PLC0415 - as above

    entry = icalendar.Event()
    entry.add("uid", uid)
    entry.add("dtstamp", changed_at.astimezone(UTC).replace(microsecond=0))
    entry.add("sequence", sequence)
    entry.add("summary", event.title)
    entry.add("dtstart", starts)
    entry.add("dtend", ends)
    if location := _location(event):
        entry.add("location", location)
    if event.watch_url:
        entry.add("url", event.watch_url)
    if details := _details(event):
        entry.add("description", details)
    return entry


def google_link(event: Event, issue: Issue) -> str:
    """Opens Google Calendar with the event filled in."""
    starts, ends = _in_utc(event, issue)
    shape = "%Y%m%dT%H%M%SZ" if isinstance(starts, datetime) else "%Y%m%d"
    return _link(
        "https://calendar.google.com/calendar/render",
        {
            "action": "TEMPLATE",
            "text": event.title,
            "dates": f"{starts:{shape}}/{ends:{shape}}",
            "ctz": zone_of(event, issue.timezone) if isinstance(starts, datetime) else "",
            "details": _details(event),
            "location": _location(event),
        },
    )


def outlook_link(event: Event, issue: Issue) -> str:
    """Opens the calendar of outlook.live.com with the event filled in."""
    starts, ends = _in_utc(event, issue)
    shape = "%Y-%m-%dT%H:%M:%SZ" if isinstance(starts, datetime) else "%Y-%m-%d"
    return _link(
        "https://outlook.live.com/calendar/0/deeplink/compose",
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": event.title,
            "startdt": f"{starts:{shape}}",
            "enddt": f"{ends:{shape}}",
            "allday": "" if isinstance(starts, datetime) else "true",
            "body": _details(event),
            "location": _location(event),
        },
    )


def _link(address: str, parameters: dict[str, str]) -> str:
    # Outlook shows a + as a plus sign: spaces are %20.
    return f"{address}?" + "&".join(f"{key}={quote(value, safe='')}" for key, value in parameters.items() if value)


def _in_utc(event: Event, issue: Issue) -> tuple[datetime | date, datetime | date]:
    """Start and end as calendars count them: moments in UTC, or days, of which the last one is no longer part of the
    event (RFC 5545, section 3.6.1)."""
    starts, ends = event.starts, event.ends
    if not isinstance(starts, datetime):
        return starts, (ends or starts) + timedelta(days=1)
    zone = ZoneInfo(zone_of(event, issue.timezone))
    begin = starts.replace(tzinfo=zone).astimezone(UTC)
    if not isinstance(ends, datetime) or ends <= starts:
        return begin, begin + DEFAULT_LENGTH
    return begin, ends.replace(tzinfo=zone).astimezone(UTC)


def _location(event: Event) -> str:
    return event.place or event.watch_url or ""


def _details(event: Event) -> str:
    return "\n".join(part for part in (event.watch_url, event.recording_url) if part)
