"""Test mails."""

from typing import Any

from newsletter.checks import People
from tests.checks.build import Case


def _case(says: str = "", own: str = "en", **people: Any) -> Case:
    crowd = People(**{"count": 100, "tested": True, **people})
    return Case(says=says, at=(None, None), issue={"language": own}, languages=(own, "fr"), people=crowd)


BAD = [
    _case("No test was sent since the last change.", tested=False),
    _case("No test was sent", own="es", tested=False),
    _case("No test was sent", tested=False, count=0),
]

NEAR = [
    Case(),
    Case(languages=("en",)),
    Case(people=People(count=10)),
    Case(people=People(count=10, tested=False)),
    Case(people=People(count=10, tested=False), languages=("fr", "en")),
    *(_case(tested=tested) for tested in (True, None)),
    *(_case(own=own, tested=tested) for own in ("es", "ar", "pt-BR", "de", "sw") for tested in (True, None)),
    *(_case(count=count) for count in (0, 1, 2, 1_000_000)),
    *(_case(last_count=count) for count in (0, 1, 2, 1_000_000)),
    *(_case(suppressed=number, unconfirmed=number) for number in (0, 1)),
    *(_case(languages={"en": number}) for number in (0, 1, 100)),
    *(_case(variants={"geneva": number}, empty_fields={"name": number}) for number in (0, 1, 100)),
]
