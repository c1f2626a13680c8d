"""Wall times on several clocks, and clocks that jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue.clock import clocks, jump
from newsletter.issue.model import Issue
from newsletter.items.kinds.event import Event


def shown(event: Event, *zones: str, timezone: str = "Europe/Zurich") -> list[tuple[str, str]]:
    issue = Issue(slug="a", title="A", subject="A", timezone=timezone, zones=zones)
    return [(clock.city, clock.starts.strftime("%b %d %H:%M")) for clock in clocks(event, issue)]


def test_the_session_of_the_seed_is_six_hours_earlier_in_new_york() -> None:
    event = Event(id="e", title="E", starts=datetime(2020, 11, 9, 14, 30), city="Geneva")
    assert shown(event, "America/New_York") == [("Geneva", "Nov 09 14:30"), ("New York", "Nov 09 08:30")]


def test_in_the_week_between_the_two_changes_it_is_five_hours() -> None:
    event = Event(id="e", title="E", starts=datetime(2020, 10, 28, 14, 30))
    assert shown(event, "America/New_York")[1] == ("New York", "Oct 28 09:30")


def test_a_zone_that_shows_the_same_time_is_left_out() -> None:
    event = Event(id="e", title="E", starts=datetime(2020, 11, 9, 14, 30))
    assert shown(event, "Europe/Berlin", "Asia/Kolkata") == [("Zurich", "Nov 09 14:30"), ("Kolkata", "Nov 09 19:00")]


def test_the_event_has_its_own_zone_before_the_issue() -> None:
    event = Event(id="e", title="E", starts=datetime(2020, 11, 9, 22, 0), zone="America/New_York")
    assert shown(event, "Europe/Zurich") == [("New York", "Nov 09 22:00"), ("Zurich", "Nov 10 04:00")]


def test_a_whole_day_has_one_clock() -> None:
    event = Event(id="e", title="E", starts=date(2020, 11, 17), ends=date(2020, 11, 18))
    issue = Issue(slug="a", title="A", subject="A", zones=("America/New_York",))
    (clock,) = clocks(event, issue)
    assert (clock.starts, clock.ends) == (date(2020, 11, 17), date(2020, 11, 18))


def test_ends_are_told_on_every_clock() -> None:
    event = Event(id="e", title="E", starts=datetime(2020, 11, 9, 14, 30), ends=datetime(2020, 11, 9, 18, 0))
    issue = Issue(slug="a", title="A", subject="A", timezone="Europe/Zurich", zones=("America/New_York",))
    assert [str(clock.ends) for clock in clocks(event, issue)] == [
        "2020-11-09 18:00:00+01:00",
        "2020-11-09 12:00:00-05:00",
    ]


@pytest.mark.parametrize(
    ("moment", "zone", "message", "mend"),
    [
        (
            datetime(2020, 3, 29, 2, 30),
            "Europe/Zurich",
            "02:30 on March 29, 2020 does not exist in Europe/Zurich: the clock goes from 02:00 straight to 03:00",
            "write a time before 02:00, or 2020-03-29T03:00:00 or later",
        ),
        (
            datetime(2021, 3, 14, 2, 0),
            "America/New_York",
            "02:00 on March 14, 2021 does not exist in America/New_York: the clock goes from 02:00 straight to 03:00",
            "write a time before 02:00, or 2021-03-14T03:00:00 or later",
        ),
        (
            datetime(2021, 10, 3, 2, 15),
            "Australia/Lord_Howe",  # half an hour
            "02:15 on October 3, 2021 does not exist in Australia/Lord_Howe: "
            "the clock goes from 02:00 straight to 02:30",
            "write a time before 02:00, or 2021-10-03T02:30:00 or later",
        ),
        (
            datetime(2020, 10, 25, 2, 30),
            "Europe/Zurich",
            "02:30 on October 25, 2020 happens twice in Europe/Zurich: the clock goes from 03:00 back to 02:00, so "
            "nobody can know which one is meant",
            'write a time before 02:00 or from 03:00 on, or give the time in zone = "UTC": 2020-10-25T00:30:00 is the '
            "first, 2020-10-25T01:30:00 the second",
        ),
    ],
)
def test_a_clock_that_jumps_is_explained(moment: datetime, zone: str, message: str, mend: str) -> None:
    assert jump(moment, zone) == (message, mend)


@pytest.mark.parametrize(
    ("moment", "zone"),
    [
        (datetime(2020, 3, 29, 1, 59, 59), "Europe/Zurich"),
        (datetime(2020, 3, 29, 3, 0), "Europe/Zurich"),
        (datetime(2020, 10, 25, 3, 0), "Europe/Zurich"),
        (datetime(2020, 10, 25, 1, 59), "Europe/Zurich"),
        (datetime(2020, 3, 29, 2, 30), "UTC"),
        (datetime(2020, 3, 29, 2, 30), "Asia/Kolkata"),
        (datetime(1970, 1, 1), "Pacific/Apia"),
        (datetime(2199, 12, 31, 23, 59), "Europe/Zurich"),
    ],
)
def test_other_times_are_one_moment(moment: datetime, zone: str) -> None:
    assert jump(moment, zone) is None


@given(
    moment=st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)),
    zone=st.sampled_from(
        ["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]
    ),
)
def test_a_time_that_is_accepted_is_exactly_one_moment(moment: datetime, zone: str) -> None:
    there = ZoneInfo(zone)
    around = [moment.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in range(-30, 31)]
    offsets = {instant.astimezone(there).utcoffset() or timedelta() for instant in around}
    instants = {(moment - offset).replace(tzinfo=UTC) for offset in offsets}
    meant = [instant for instant in instants if instant.astimezone(there).replace(tzinfo=None) == moment]
    assert (jump(moment, zone) is None) == (len(meant) == 1)
