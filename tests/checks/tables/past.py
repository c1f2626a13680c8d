"""Events and deadlines before and after the moment."""

from dataclasses import replace
from datetime import UTC, date, datetime

from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Engage, Link
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from tests.checks.build import Case

DAY = date(2020, 11, 9)
START = datetime(2020, 11, 9, 14, 30)
END = datetime(2020, 11, 9, 18, 0)
BEFORE = datetime(2020, 10, 28, 12, tzinfo=UTC)
STARTED = datetime(2020, 11, 9, 13, 31, tzinfo=UTC)
"""One minute after 14:30 in Zurich."""
ENDED = datetime(2020, 11, 9, 17, 1, tzinfo=UTC)
NEXT_DAY = datetime(2020, 11, 9, 23, 0, tzinfo=UTC)
"""Midnight in Zurich."""


def _event(now: datetime, says: str = "", at: str = "starts", **fields: object) -> Case:
    item = Event(**{"id": "tune-in", "title": "Tune in", "starts": START} | fields)
    return Case(issue={"items": (item,)}, now=now, says=says, at=("tune-in", at))


def _debrief(now: datetime, says: str = "", at: str = "due", **fields: object) -> Case:
    item = Debrief(**{"id": "debrief", "title": "Debrief", "starts": date(2020, 11, 17)} | fields)
    return Case(issue={"items": (item,)}, now=now, says=says, at=("debrief", at))


def _engage(
    now: datetime, says: str = "", at: str = "deadline", of_action: date | None = None, **fields: object
) -> Case:
    action = {"do": "link", "label": "Watch", "button": "Watch on UN TV", "url": "https://media.example.org/"}
    actions = (Link(**action), Link(**action, deadline=of_action))
    item = Engage(id="engage", title="Stay engaged", actions=actions, **fields)
    return Case(issue={"items": (item,)}, now=now, says=says, at=("engage", at))


def _later(now: datetime, says: str = "", **fields: object) -> Case:
    """Written on October 26, and scheduled."""
    return replace(_event(now, says, **fields), written=datetime(2020, 10, 26, 9, tzinfo=UTC), scheduled=True)


BAD = [
    _later(BEFORE, "will be in the past when the mail leaves", starts=datetime(2020, 10, 27, 18, 0)),
    _later(
        BEFORE, "'Tune in' was on 2020-10-25 18:00 (Europe/Zurich), which is in", starts=datetime(2020, 10, 25, 18, 0)
    ),
    _engage(BEFORE, "was 2020-10-27, which is in the past", deadline=date(2020, 10, 27)),
    _event(STARTED, "'Tune in' was on 2020-11-09 14:30 (Europe/Zurich)"),
    _event(ENDED, "'Tune in' ended on 2020-11-09 18:00", "ends", ends=END),
    _event(NEXT_DAY, "'Tune in' was on 2020-11-09, which", starts=DAY),
    _event(NEXT_DAY, "ended on 2020-11-09,", "ends", starts=date(2020, 11, 8), ends=DAY),
    _event(BEFORE, "2019-11-09 14:30", starts=datetime(2019, 11, 9, 14, 30)),
    _event(BEFORE, "(Asia/Tokyo)", starts=datetime(2020, 10, 28, 20, 59), zone="Asia/Tokyo"),
    _event(BEFORE, "(Europe/Zurich)", starts=datetime(2020, 10, 28, 12, 59)),
    _debrief(datetime(2020, 11, 18, 12, tzinfo=UTC), "'Debrief' was on 2020-11-17", "starts"),
    _debrief(
        datetime(2020, 11, 14, 12, tzinfo=UTC), "promised by 2020-11-13", details="to follow", due=date(2020, 11, 13)
    ),
    _engage(NEXT_DAY, "deadline of 'Stay engaged' was 2020-11-09", deadline=DAY),
    _engage(NEXT_DAY, "was 2020-11-09", "actions[2].deadline", of_action=DAY),
]

NEAR = [
    _event(BEFORE),
    _event(datetime(2020, 11, 9, 13, 30, tzinfo=UTC)),
    _event(STARTED, ends=END),
    _event(datetime(2020, 11, 9, 17, 0, tzinfo=UTC), ends=END),
    _event(BEFORE, starts=DAY),
    _event(STARTED, starts=DAY),
    _event(datetime(2020, 11, 9, 22, 59, tzinfo=UTC), starts=DAY),
    _event(NEXT_DAY, starts=DAY, zone="America/New_York"),
    _event(NEXT_DAY, starts=date(2020, 11, 8), ends=date(2020, 11, 10)),
    _event(STARTED, zone="America/New_York"),
    _event(ENDED, recording_url="https://media.example.org/upr-recording"),
    _event(datetime(2024, 1, 1, tzinfo=UTC), ends=END, recording_url="https://media.example.org/upr-recording"),
    _event(BEFORE, starts=datetime(2020, 10, 28, 21, 0), zone="Asia/Tokyo"),
    _event(BEFORE, starts=datetime(2020, 10, 28, 13, 0)),
    _event(BEFORE, starts=datetime(2021, 1, 1, 0, 0)),
    _debrief(BEFORE),
    _debrief(BEFORE, details="to follow", due=date(2020, 11, 13)),
    _debrief(datetime(2020, 11, 13, 22, 59, tzinfo=UTC), details="to follow", due=date(2020, 11, 13)),
    _debrief(datetime(2020, 11, 14, 12, tzinfo=UTC), due=date(2020, 11, 13)),
    _engage(BEFORE, deadline=DAY, of_action=DAY),
    _engage(STARTED, deadline=DAY, of_action=DAY),
    _engage(NEXT_DAY),
    Case(issue={"items": (Text(id="a", title="A", body="On November 9, 2019, we met."),)}),
    Case(issue={"date": date(2019, 1, 1)}),
    _event(BEFORE, starts=datetime(2020, 10, 28, 13, 1)),
    _event(BEFORE, starts=date(2020, 10, 28)),
    _event(BEFORE, starts=date(2020, 10, 20), ends=date(2020, 10, 28)),
    _event(BEFORE, starts=datetime(2020, 10, 20, 9, 0), ends=datetime(2020, 10, 30, 17, 0)),
    _debrief(STARTED, details="to follow"),
    _engage(BEFORE, deadline=date(2020, 10, 28)),
    _engage(BEFORE, of_action=date(2020, 10, 28)),
    _later(BEFORE, starts=DAY),
]
