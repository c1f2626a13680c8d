"""Hours at which clocks are changed."""

from datetime import date, datetime

from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from tests.checks.build import Case


def _event(starts: str, zone: str | None = None, says: str = "", at: str = "starts", **fields: object) -> Case:
    moment = datetime.fromisoformat(starts)
    item = Event(id="vigil", title="Vigil", starts=moment, zone=zone, **fields)
    return Case(issue={"items": (item,)}, says=says, level="error", at=("vigil", at))


GONE, TWICE = "does not exist in", "happens twice in"

BAD = [
    _event("2021-03-28T02:30", None, f"02:30 on March 28, 2021 {GONE} Europe/Zurich"),
    _event("2021-03-28T02:00", "Europe/Paris", GONE),
    _event("2021-03-28T01:30", "Europe/London", GONE),
    _event("2021-03-14T02:30", "America/New_York", GONE),
    _event("2021-03-14T02:59", "America/Chicago", GONE),
    _event("2021-09-26T02:15", "Pacific/Auckland", GONE),
    _event("2020-10-25T02:30", None, TWICE),
    _event("2020-11-01T01:30", "America/New_York", TWICE),
    _event("2020-11-01T01:00", "America/Los_Angeles", TWICE),
    _event("2021-04-04T02:30", "Australia/Sydney", TWICE),
    _event("2021-03-27T23:00", None, GONE, "ends", ends=datetime(2021, 3, 28, 2, 30)),
    _event("2020-10-24T23:00", None, TWICE, "ends", ends=datetime(2020, 10, 25, 2, 30)),
]

NEAR = [
    *(
        _event(starts, zone)
        for starts, zone in (
            ("2021-03-28T01:59", None),
            ("2021-03-28T03:00", None),
            ("2021-03-28T14:30", None),
            ("2021-03-27T02:30", None),
            ("2021-03-29T02:30", None),
            ("2021-03-28T02:30", "UTC"),
            ("2021-03-28T02:30", "America/New_York"),
            ("2021-03-28T02:30", "Africa/Lagos"),
            ("2021-03-28T02:30", "Asia/Tokyo"),
            ("2021-03-28T02:30", "America/Bogota"),
            ("2021-03-28T00:59", "Europe/London"),
            ("2021-03-28T02:30", "Europe/London"),
            ("2021-03-14T02:30", None),
            ("2021-03-14T01:59", "America/New_York"),
            ("2021-03-14T03:00", "America/New_York"),
            ("2021-03-14T02:30", "America/Phoenix"),
            ("2020-10-25T01:59", None),
            ("2020-10-25T03:00", None),
            ("2020-10-25T02:30", "America/New_York"),
            ("2020-10-25T02:30", "UTC"),
            ("2020-11-01T00:59", "America/New_York"),
            ("2020-11-01T02:00", "America/New_York"),
            ("2020-11-01T01:30", None),
            ("2020-11-01T01:30", "America/Phoenix"),
            ("2021-04-04T03:00", "Australia/Sydney"),
            ("2021-04-04T02:30", "Australia/Brisbane"),
            ("2020-11-09T14:30", None),
            ("2025-03-30T02:30", "America/Sao_Paulo"),
        )
    ),
    _event("2021-03-27T23:00", ends=datetime(2021, 3, 28, 3, 0)),
    Case(issue={"items": (Event(id="vigil", title="Vigil", starts=date(2021, 3, 28)),)}),
    Case(issue={"items": (Debrief(id="d", title="D", starts=date(2020, 10, 25), details="to follow"),)}),
    Case(issue={"items": (Text(id="t", title="T", body="At 2:30 a.m. on March 28, 2021 clocks are changed."),)}),
]
