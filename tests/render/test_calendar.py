"""Events as calendar files and as links to calendars on the web."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue.model import Issue
from newsletter.items.kinds.event import Event
from newsletter.render.calendar import calendar_file, google_link, outlook_link
from newsletter.render.rendering import Organisation

ORGANISATION = Organisation(name="USHRN", postal_address="1 Example Street", domain="news.example.org")
ISSUE = Issue(slug="october-2020", title="October", subject="October", timezone="Europe/Zurich")
CHANGED = datetime(2020, 10, 28, 9, 30, 15, 123456, tzinfo=UTC)
SESSION = Event(
    id="tune-in",
    title="Tune in",
    starts=datetime(2020, 11, 9, 14, 30),
    ends=datetime(2020, 11, 9, 18, 0),
    watch_url="https://media.example.org/upr-live",
)
DAY = Event(id="debrief", title="Debrief", starts=date(2020, 11, 17))


def content(event: Event, issue: Issue = ISSUE, sequence: int = 0) -> bytes:
    return calendar_file(event, issue, ORGANISATION, sequence=sequence, changed_at=CHANGED).content


def entry(event: Event, issue: Issue = ISSUE, sequence: int = 0) -> Any:
    (found,) = icalendar.Calendar.from_ical(content(event, issue, sequence)).walk("VEVENT")
    return found


def carried(url: str) -> dict[str, str]:
    return {key: value for key, (value,) in parse_qs(urlsplit(url).query).items()}


def test_a_calendar_reads_the_session_of_the_seed() -> None:
    made = calendar_file(SESSION, ISSUE, ORGANISATION, sequence=2, changed_at=CHANGED)
    assert (made.item, made.filename) == ("tune-in", "tune-in.ics")
    found = entry(SESSION, sequence=2)
    assert found["uid"] == "october-2020.tune-in@news.example.org"
    assert found["sequence"] == 2
    assert found["summary"] == "Tune in"
    assert found["url"] == "https://media.example.org/upr-live"
    assert found["dtstart"].dt.astimezone(UTC) == datetime(2020, 11, 9, 13, 30, tzinfo=UTC)
    assert found["dtend"].dt.astimezone(UTC) == datetime(2020, 11, 9, 17, 0, tzinfo=UTC)
    assert b"DTSTART;TZID=Europe/Zurich:20201109T143000\r\n" in made.content
    assert b"DTSTAMP:20201028T093015Z\r\n" in made.content


def test_the_zone_stands_in_the_file() -> None:
    (zone,) = icalendar.Calendar.from_ical(content(SESSION)).walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/Zurich"
    offsets = {observance["tzoffsetto"].td for observance in zone.walk() if "tzoffsetto" in observance}
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}
    assert b"VTIMEZONE" not in content(SESSION.model_copy(update={"zone": "UTC"}))
    assert b"DTSTART:20201109T143000Z\r\n" in content(SESSION.model_copy(update={"zone": "UTC"}))


def test_the_same_event_gives_the_same_bytes() -> None:
    assert content(SESSION) == content(SESSION)
    assert content(SESSION) != content(SESSION, sequence=1)


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    long = SESSION.model_copy(update={"title": "Überprüfung, " * 15, "place": "Room XX; Palais\\Geneva, Switzerland"})
    written = content(long)
    assert written.count(b"\n") == written.count(b"\r\n")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    found = entry(long)
    assert found["summary"] == "Überprüfung, " * 15
    assert found["location"] == "Room XX; Palais\\Geneva, Switzerland"


def test_a_whole_day_ends_with_the_next() -> None:
    assert (entry(DAY)["dtstart"].dt, entry(DAY)["dtend"].dt) == (date(2020, 11, 17), date(2020, 11, 18))
    three = DAY.model_copy(update={"ends": date(2020, 11, 19)})
    assert entry(three)["dtend"].dt == date(2020, 11, 20)
    assert b"VTIMEZONE" not in content(DAY)
    assert b"DTSTART;VALUE=DATE:20201117\r\n" in content(DAY)


def test_an_event_without_an_end_is_an_hour_long() -> None:
    without = SESSION.model_copy(update={"ends": None})
    assert entry(without)["dtend"].dt - entry(without)["dtstart"].dt == timedelta(hours=1)
    assert carried(google_link(without, ISSUE))["dates"] == "20201109T133000Z/20201109T143000Z"


def test_the_hour_is_an_hour_where_the_clock_jumps() -> None:
    late = Event(id="e", title="E", starts=datetime(2020, 3, 29, 1, 30))
    assert entry(late)["dtend"].dt.astimezone(UTC) == datetime(2020, 3, 29, 1, 30, tzinfo=UTC)


def test_google_gets_moments_and_whole_days() -> None:
    link = google_link(SESSION, ISSUE)
    assert link.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&")
    assert carried(link) == {
        "action": "TEMPLATE",
        "text": "Tune in",
        "dates": "20201109T133000Z/20201109T170000Z",
        "ctz": "Europe/Zurich",
        "details": "https://media.example.org/upr-live",
        "location": "https://media.example.org/upr-live",
    }
    assert carried(google_link(DAY, ISSUE)) == {
        "action": "TEMPLATE",
        "text": "Debrief",
        "dates": "20201117/20201118",
    }


def test_outlook_gets_moments_and_whole_days() -> None:
    link = outlook_link(SESSION, ISSUE)
    assert link.startswith("https://outlook.live.com/calendar/0/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&")
    found = carried(link)
    assert (found["startdt"], found["enddt"]) == ("2020-11-09T13:30:00Z", "2020-11-09T17:00:00Z")
    assert (found["rru"], found["subject"]) == ("addevent", "Tune in")
    assert "allday" not in found
    day = carried(outlook_link(DAY, ISSUE))
    assert (day["startdt"], day["enddt"], day["allday"]) == ("2020-11-17", "2020-11-18", "true")


@pytest.mark.parametrize("link", [google_link, outlook_link])
def test_links_hold_any_title(link: Any) -> None:
    event = SESSION.model_copy(update={"title": "Q & A + 100% #1 – café", "place": "a=b&c"})
    made = link(event, ISSUE)
    assert "+" not in made  # Outlook would show it
    assert "Q & A + 100% #1 – café" in carried(made).values()
    assert carried(made)["location"] == "a=b&c"


@given(
    starts=st.datetimes(datetime(1971, 1, 1), datetime(2198, 12, 31)),
    zone=st.sampled_from(["Europe/Zurich", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
    title=st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=80),
)
def test_any_event_reads_the_same_again(starts: datetime, zone: str, title: str) -> None:
    event = SESSION.model_copy(update={"starts": starts, "ends": None, "zone": zone, "title": title})
    found = entry(event)
    assert found["summary"] == title
    moments = carried(google_link(event, ISSUE))["dates"].split("/")
    for name, moment in zip(("dtstart", "dtend"), moments, strict=True):
        assert f"{found[name].dt.astimezone(UTC):%Y%m%dT%H%M%SZ}".zfill(16) == moment.zfill(16)
