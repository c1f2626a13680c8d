"""How many would get the mail."""

from typing import Any

from newsletter.checks import People
from tests.checks.build import Case


def _case(says: str = "", level: str = "warning", **people: Any) -> Case:
    crowd = People(**{"count": 1_000, **people})
    return Case(says=says, level=level, at=(None, "list"), languages=("en", "es"), people=crowd)


def _sizes(count: int, last: int | None) -> Case:
    return _case(count=count, last_count=last)


BAD = [
    _case("Nobody would get it.", "error", count=0),
    _case(
        "of the people of the list, 2 paused, 3 unsubscribed.",
        "error",
        count=0,
        left_out={"unsubscribed": 3, "paused": 2},
    ),
    _case("Nobody would get it", "error", count=0, last_count=300),
    _case("many more readers than the last mailing to them: 12,480, and not 1,204.", count=12_480, last_count=1_204),
    _case("many more readers", count=1_500, last_count=1_000),
    _case("many more readers", count=31, last_count=20),
    _case("far fewer readers", count=1_000, last_count=1_500),
    _case("far fewer readers", count=1, last_count=12),
    _case("1 reader must not be mailed", "error", suppressed=1),
    _case("2,100 readers must not be mailed", "error", count=9_000, suppressed=2_100),
    _case("1 reader never confirmed", unconfirmed=1),
    _case("40 readers never confirmed", unconfirmed=40),
]

NEAR = [
    Case(),
    Case(languages=("en",)),
    Case(people=People(count=0)),  # it is not known in which language it would be told
    Case(people=People(count=0, suppressed=1), languages=("es", "en")),  # told with the issue in its own language
    Case(people=People(count=0), languages=("es", "en")),
    _case(),
    _case(left_out={"unsubscribed": 400, "suppressed: bounced": 12}),
    _case(languages={"es": 1_000}),
    _case(empty_fields={"first_name": 1_000}),
    _case(variants={"geneva": 0}),
    _case(tested=False),
    *(_sizes(1_000, last) for last in (None, 0, 990, 1_000, 1_010, 1_400, 1_499, 700, 680, 667)),
    *(_sizes(count, count) for count in (1, 2, 10, 1_000_000)),
    *(_sizes(count, last) for count, last in ((1, 2), (2, 1), (1, 10), (11, 1), (10, 20), (20, 10), (3, 1), (12, 22))),
    *(_sizes(count, 1_204) for count in (1_204, 1_217, 1_190, 1_700, 1_805, 803)),
]
