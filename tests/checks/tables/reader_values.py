"""Reader fields that are empty for many."""

from datetime import datetime
from typing import Any

from newsletter.checks import People
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from tests.checks.build import Case

HELLO = "Dear {{first_name|friend}},"


def _case(
    says: str = "",
    at: Any = (None, "introduction"),
    text: str = HELLO,
    issue: Any = None,
    count: int = 1_000,
    **empty: int,
) -> Case:
    crowd = People(count=count, empty_fields=empty)
    return Case(says=says, at=at, issue={"introduction": text, **(issue or {})}, languages=("en",), people=crowd)


EVENT = Event(id="tune-in", title="Tune in", starts=datetime(2020, 11, 9, 14, 30), body="At {{local_time|14:30}}.")

BAD = [
    _case("For 812 of 1,000 readers nothing is known that could stand in the place of {{first_name}}.", first_name=812),
    _case("For all 1,000 readers", first_name=1_000),
    _case("For 251 of 1,000 readers", first_name=251),
    _case("{{name}}", text="Dear {{name|friend}},", name=900),
    _case("{{first_name}}", (None, "subject"), "Hello", {"subject": "News for {{first_name|you}}"}, first_name=600),
    _case(
        "{{city}}",
        ("a", "body"),
        "Hello",
        {"items": (Text(id="a", title="A", body="Those in {{city|your city}}."),)},
        city=999,
    ),
    _case("{{first_name}}", (None, None), "Hello", first_name=600),  # from a template
    _case("{{local_time}}", ("tune-in", "body"), "Hello", {"items": (EVENT,)}, timezone=600),
    _case("{{timezone}}", (None, "introduction"), "You are in {{timezone|a zone}}.", timezone=600),
    _case("For 1 of 1 readers", count=1, first_name=1),
]

NEAR = [
    Case(),
    Case(issue={"introduction": HELLO}),
    Case(issue={"introduction": HELLO}, languages=("en",)),
    Case(issue={"introduction": HELLO}, people=People(count=10, empty_fields={"first_name": 10})),
    Case(issue={"introduction": HELLO}, languages=("es", "en"), people=People(count=9, empty_fields={"first_name": 9})),
    _case(),
    *(_case(first_name=number) for number in (0, 1, 10, 40, 100, 200, 249, 250)),
    *(_case(count=count, first_name=0) for count in (0, 1, 2, 3)),
    *(_case(count=count, first_name=count // 4) for count in (4, 8, 40, 400, 4_000)),
    *(_case(text="Dear {{name|friend}},", name=number) for number in (0, 100, 250)),
    *(_case(text="Hello", timezone=number) for number in (0, 100, 250)),
    *(_case(text="Hello", city=number, first_name=number) for number in (0, 100, 250)),
    Case(
        issue={"introduction": HELLO},
        languages=("en",),
        people=People(
            count=90, empty_fields={"first_name": 100}, languages={"en": 400, "": 100}
        ),  # some are suppressed
    ),
]
