"""Details that are owed."""

from datetime import date, datetime

from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from tests.checks.build import Case

DAY = date(2020, 11, 17)


def _debrief(says: str = "", **fields: object) -> Case:
    item = Debrief(**{"id": "debrief", "title": "Debrief", "starts": DAY} | fields)
    return Case(issue={"items": (item,)}, says=says, level="note", at=("debrief", "details"))


def _words(text: str) -> list[Case]:
    return [
        Case(issue={"introduction": text}),
        Case(issue={"items": (Text(id="a", title="A", body=text),)}),
        Case(issue={"items": (Event(id="a", title="A", starts=DAY, body=text),)}),
        _debrief(body=text),
    ]


BAD = [
    _debrief("'Debrief' promises details.", details="to follow"),
    _debrief("promises details by 2020-11-13.", details="to follow", due=date(2020, 11, 13)),
    _debrief("'Look back'", details="to follow", title="Look back", starts=datetime(2020, 11, 17, 18)),
]

NEAR = [
    Case(),
    _debrief(),
    _debrief(watch_url="https://meet.example.org/debrief"),
    _debrief(due=date(2020, 11, 13)),
    *_words("Details to follow."),
    *_words("We will share details in our upcoming newsletter."),
    *_words('details = "to follow"'),
    *_words("The rest is to follow next week."),
    *_words("`to follow`"),
    *_words("**Details** to follow by November 13, 2020"),
    _debrief(city="Geneva"),
    _debrief(recording_url="https://media.example.org/debrief"),
]
