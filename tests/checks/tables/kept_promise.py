"""What earlier issues promised."""

from datetime import UTC, date, datetime
from typing import Any

from newsletter.issue.promises import Promise
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.recap import Recap
from newsletter.items.kinds.text import Text
from tests.checks.build import Case

DAY = date(2020, 10, 20)
OWED = Promise("september-2020", "debrief", "Debrief of the session", DAY, None)
DUE = Promise("september-2020", "debrief", "Debrief of the session", DAY, date(2020, 10, 27))
TO_COME = Promise("september-2020", "debrief", "Debrief of the session", DAY, date(2020, 11, 30))
KEPT = Promise("september-2020", "debrief", "Debrief of the session", DAY, None, kept_by="october-2020")
OTHER = Text(id="news", title="News", body="A plain text.")


def _case(*promises: Promise, says: str = "", level: str = "warning", items: tuple[Any, ...] = (), **more: Any) -> Case:
    return Case(says=says, level=level, at=(None, None), issue={"items": items}, earlier=promises, **more)


def _held(**fields: Any) -> Debrief:
    return Debrief(**{"id": "debrief", "title": "Debrief", "starts": DAY, **fields})


BAD = [
    _case(OWED, says="promised the details of 'Debrief of the session', and"),
    _case(DUE, says="by 2020-10-27"),
    _case(DUE, says="The issue september-2020 promised", items=(OTHER,)),
    _case(TO_COME, says="by 2020-11-30", level="note"),
    _case(TO_COME, says="by 2020-11-30", now=datetime(2020, 12, 1, 12, tzinfo=UTC)),
    _case(OWED, says="promised", items=(_held(id="debrief-2", title="Debrief of the session"),)),
    _case(OWED, says="promised", items=(_held(id="debriefs"),)),
    _case(OWED, KEPT, says="'Debrief of the session'"),
    _case(Promise("a", "b", "C", date(2020, 10, 28), None), says="'C'", level="note"),  # the session is today
]

_KEEPING: list[Any] = [
    _held(),
    _held(details="to follow"),
    _held(details="to follow", due=date(2020, 11, 30)),
    _held(watch_url="https://meet.example.org/debrief"),
    _held(city="Geneva"),
    _held(title="Something else"),
    _held(body="Here are the details."),
    _held(starts=datetime(2020, 10, 20, 18)),
    Text(id="debrief", title="What came out", body="A text."),
    Event(id="debrief", title="Session", starts=DAY),
    Recap(id="debrief", title="Recap", met=("The mission",)),
]

NEAR = [
    Case(),
    _case(),
    _case(KEPT),
    _case(KEPT, items=(OTHER,)),
    *(_case(promise, items=(item,)) for promise in (OWED, DUE, TO_COME) for item in _KEEPING),
    *(_case(OWED, KEPT, items=(OTHER, item)) for item in _KEEPING),
]
