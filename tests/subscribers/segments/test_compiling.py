"""Conditions as a query: on both stores it finds exactly those whom plain Python finds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subscribers import consent, segments
from subscribers.address import normalise
from subscribers.models import Consent, MailingList, Segment, Subscriber, Subscription, Topic, TopicChoice
from subscribers.segments import Condition, Conditions, SegmentError, fields

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
TYPES = {"country": "text", "age": "number", "since": "date", "press": "yes/no", "role": ("member", "ally")}
PEOPLE: list[dict[str, Any]] = [
    {"name": "Ann", "language": "en", "attributes": {"country": "CH", "age": 40, "since": "2020-01-31", "press": True}},
    {"name": "Zoë", "language": "es-MX", "attributes": {"country": "MX", "age": 17, "role": "ally", "press": False}},
    {"name": "Bea", "language": "es", "attributes": {"country": "", "since": "2024-02-29", "role": "member"}},
    {"name": "", "language": "", "attributes": {}},
    {"name": "100% CH_X", "language": "fr", "attributes": {"country": "ch", "age": -1.5}},
    {"name": "Old", "language": "en", "attributes": {"country": None, "age": "40", "since": 2020, "press": "true"}},
]
"""The last was kept before the types of the attributes were changed."""


@pytest.fixture(autouse=True)
def _types(settings: Any) -> None:
    settings.SUBSCRIBER_ATTRIBUTES = TYPES


@pytest.fixture
def people() -> list[Subscriber]:
    return Subscriber.objects.bulk_create(
        Subscriber(email=f"r{at}@mail{at % 2}.example.org", email_norm=f"r{at}@mail{at % 2}.example.org", **one)
        for at, one in enumerate(PEOPLE)
    )


def found(where: str | Conditions) -> list[int]:
    """The numbers of the people."""
    conditions = segments.parse(where) if isinstance(where, str) else where
    rows = Subscriber.objects.filter(segments.compiled(conditions)).order_by("pk")
    return [int(norm[1]) for norm in rows.values_list("email_norm", flat=True)]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ("country = CH", [0]),
        ("country != CH", [1, 2, 3, 4, 5]),
        ("country is empty", [2, 3, 5]),
        ("country is not empty", [0, 1, 4]),
        ("country in (CH, MX)", [0, 1]),
        ("country not in (CH, MX)", [2, 3, 4, 5]),
        ("country contains H", [0]),
        ("age >= 18", [0]),
        ("age < 18", [1, 4]),
        ("not age < 18", [0, 2, 3, 5]),
        ("age = 40", [0]),
        ("since < 2024-02-29", [0]),
        ("since >= 2020-01-31", [0, 2]),
        ("press = yes", [0]),
        ("press = no", [1]),
        ("press != yes", [1, 2, 3, 4, 5]),
        ("role = ally", [1]),
        ("role is empty", [0, 3, 4, 5]),
        ("name = Zoë", [1]),
        ("name contains %", [4]),
        ("name contains H_X", [4]),
        ("name starts with A", [0]),
        ("name is empty", [3]),
        ("language = es", [1, 2]),
        ("language = es-MX", [1]),
        ("language != es", [0, 3, 4, 5]),
        ("domain = mail1.example.org", [1, 3, 5]),
        ("domain = MAIL1.example.ORG", [1, 3, 5]),
        ("domain contains mail0", [0, 2, 4]),
        ("country = CH and age > 50", []),
        ("country = CH or age < 18", [0, 1, 4]),
        ('country = "CH\' OR 1=1 --"', []),
    ],
)
def test_finds(where: str, numbers: list[int]) -> None:
    assert found(where) == numbers


def test_no_conditions_hold_for_everybody(people: list[Subscriber]) -> None:
    assert len(found(Conditions())) == len(people)
    assert len(found(Conditions(match="any"))) == len(people)


def test_lists_and_topics(people: list[Subscriber]) -> None:
    upr, treaty = (MailingList.objects.create(slug=slug, name=slug) for slug in ("upr", "treaty"))
    Subscription.objects.create(subscriber=people[0], list=upr, state="active")
    Subscription.objects.create(subscriber=people[0], list=treaty, state="active")
    Subscription.objects.create(subscriber=people[1], list=upr, state="unsubscribed")
    TopicChoice.objects.create(subscriber=people[2], topic=Topic.objects.create(slug="housing", name="Housing"))
    assert found("list = upr") == [0]
    assert found("list = upr and list = treaty") == [0]
    assert found("not list = upr") == [1, 2, 3, 4, 5]
    assert found("topic = housing") == [2]
    assert found("topic != housing") == [0, 1, 3, 4, 5]
    with pytest.raises(SegmentError, match="there is no list 'uprr'; did you mean 'upr'"):
        found("list = uprr")
    with pytest.raises(SegmentError, match="there is no topic 'x'; there is: housing"):
        found("topic = x")


def test_the_day_of_the_latest_yes() -> None:
    upr = MailingList.objects.create(slug="upr", name="UPR", double_opt_in=False)
    for at, day in enumerate((1, 2, 3)):
        consent.subscribe(
            normalise(f"r{at}@example.org"), upr, at=datetime(2024, 1, day, 23, 59, tzinfo=UTC), source="form"
        )
    again = Subscription.objects.get(subscriber__email_norm="r0@example.org")
    consent.record(again, Consent.Action.CONFIRMED, at=datetime(2024, 1, 3, tzinfo=UTC), source="form")
    Subscriber.objects.create(email="r3@example.org", email_norm="r3@example.org")
    assert found("consent = 2024-01-03") == [0, 2]
    assert found("consent < 2024-01-03") == [1]
    assert found("consent <= 2024-01-03") == [0, 1, 2]
    assert found("consent > 2024-01-02") == [0, 2]
    assert found("consent >= 2024-01-02") == [0, 1, 2]
    assert found("consent is empty") == [3]
    assert found("not consent < 2024-01-03") == [0, 2, 3]


@pytest.fixture
def _liked() -> Iterator[None]:
    segments.register("liked", lambda name: Q(name=name))
    yield
    fields._REGISTERED.pop("liked")


@pytest.mark.usefixtures("people", "_liked")
def test_others_add_what_they_alone_can_tell() -> None:
    assert found("liked = Ann") == [0]
    assert found("liked != Ann") == [1, 2, 3, 4, 5]


def test_a_saved_segment_is_found_by_name() -> None:
    Segment.objects.create(slug="swiss", name="Swiss", conditions=segments.parse("country = CH").as_json())
    assert segments.saved("swiss") == segments.parse("country = CH")
    with pytest.raises(SegmentError, match="did you mean 'swiss'"):
        segments.saved("swis")


def _holds(one: Condition, person: dict[str, Any]) -> bool:
    """The same question in plain Python."""
    value = person[one.field] if one.field in {"name", "language"} else person["attributes"].get(one.field)
    if one.op == "empty":
        return (value in (None, "")) != one.negated
    kind = TYPES.get(one.field, "text")
    right = {"number": (int, float), "yes/no": bool}.get(kind if isinstance(kind, str) else "text", str)
    fits = isinstance(value, right) and not (kind == "number" and isinstance(value, bool))
    asked = one.value if isinstance(one.value, tuple) else (one.value,)
    return (fits and any(_answer(one, value, each) for each in asked)) != one.negated


def _answer(one: Condition, value: Any, asked: Any) -> bool:
    if one.field == "language" and one.op in {"equals", "one of"}:
        return bool(value == asked or value.startswith(f"{asked}-"))
    answers = {
        "equals": lambda: value == asked,
        "one of": lambda: value == asked,
        "contains": lambda: asked in value,
        "starts with": lambda: value.startswith(asked),
        "less": lambda: value < asked,
        "at most": lambda: value <= asked,
        "more": lambda: value > asked,
        "at least": lambda: value >= asked,
    }
    return bool(answers[one.op]())


_TEXTS = st.sampled_from(["CH", "ch", "MX", "H", "Zoë", "es", "es-MX", "en", "%", "_", "'", '"', "\\", "é", "{}", "%s"])
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "age": st.sampled_from([-1.5, 17, 18, 40, 0]),
    "since": st.sampled_from(["2020-01-31", "2024-02-29", "2022-01-01"]),
    "press": st.booleans(),
    "role": st.sampled_from(["member", "ally"]),
}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from(["country", "name", "language", *_VALUES]))
    op = draw(st.sampled_from(fields.ops_of(fields.kind_of(field))))
    values = _VALUES.get(field, _TEXTS)
    one_of = draw(st.lists(values, min_size=1, max_size=3).map(tuple)) if op == "one of" else None
    value = None if op == "empty" else one_of or draw(values)
    return Condition(field, op, value, draw(st.booleans()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing is changed
@given(st.data())
def test_finds_whom_plain_python_finds(people: list[Subscriber], data: st.DataObject) -> None:
    asked = Conditions(
        tuple(data.draw(st.lists(conditions(), min_size=1, max_size=4))), data.draw(st.sampled_from(["all", "any"]))
    )
    together = all if asked.match == "all" else any
    expected = [at for at, one in enumerate(PEOPLE) if together(_holds(each, one) for each in asked.conditions)]
    assert found(segments.checked(asked)) == expected
