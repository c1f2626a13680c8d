"""Conditions as text: what people write, and what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers import segments
from subscribers.segments import Condition, Conditions, SegmentError

TYPES = {"country": "text", "age": "number", "since": "date", "press": "yes/no", "role": ("member", "ally")}


@pytest.fixture(autouse=True)
def _types(settings: object) -> None:
    settings.SUBSCRIBER_ATTRIBUTES = TYPES


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("country = CH", (Condition("country", "equals", "CH"),)),
        ("country=CH", (Condition("country", "equals", "CH"),)),
        ("country != CH", (Condition("country", "equals", "CH", negated=True),)),
        ("not country = CH", (Condition("country", "equals", "CH", negated=True),)),
        ("not country != CH", (Condition("country", "equals", "CH"),)),
        ("name = Ann Example", (Condition("name", "equals", "Ann Example"),)),
        ('name = "Ann and Zoë"', (Condition("name", "equals", "Ann and Zoë"),)),
        ("name = 'a \"b\"'", (Condition("name", "equals", 'a "b"'),)),
        ("country = Côte d'Ivoire", (Condition("country", "equals", "Côte d'Ivoire"),)),
        ("age >= 18", (Condition("age", "at least", 18),)),
        ("since < 2024-01-01", (Condition("since", "less", "2024-01-01"),)),
        ("press = yes", (Condition("press", "equals", True),)),
        ("role = Ally", (Condition("role", "equals", "ally"),)),
        ("country in (CH, 'New Zealand')", (Condition("country", "one of", ("CH", "New Zealand")),)),
        ("country not in (CH)", (Condition("country", "one of", ("CH",), negated=True),)),
        ("country is empty", (Condition("country", "empty"),)),
        ("country IS NOT EMPTY", (Condition("country", "empty", negated=True),)),
        ("name starts with Dr", (Condition("name", "starts with", "Dr"),)),
        (
            "list = upr AND consent > 2024-01-01",
            (Condition("list", "equals", "upr"), Condition("consent", "more", "2024-01-01")),
        ),
    ],
)
def test_is_understood(text: str, conditions: tuple[Condition, ...]) -> None:
    parsed = segments.parse(text)
    assert parsed == Conditions(conditions)
    assert segments.parse(segments.words(parsed)) == parsed
    assert segments.of_json(parsed.as_json()) == parsed


def test_or_means_any() -> None:
    parsed = segments.parse("country = CH or country = FR")
    assert parsed.match == "any"
    assert segments.words(parsed) == "country = CH or country = FR"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no condition is written"),
        ('country = ""', "no value of 'country' is written; to ask whether it is left empty: country is empty"),
        ("country in (CH, ' ')", "no value of 'country' is written"),
        ('country = "CH', 'a quotation mark is not closed: "CH'),
        ("contry = CH", "did you mean 'country'"),
        ("country", "after 'country' should stand"),
        ("country =", "a value is missing"),
        ("country = CH country = FR", "'and' or 'or' is missing|stand"),
        ("country = CH and", "a field is missing"),
        ("country = CH and age > 3 or age < 2", "'and' and 'or' stand together"),
        ("country > CH", "cannot be asked 'more'"),
        ("age = twelve", "is no number"),
        ("since = 9.11.2026", "is no date"),
        ("consent = yesterday", "year-month-day"),
        ("role = enemy", "is none of"),
        ("country in (CH, FR", r"'\)' is missing"),
        ("country in ()", "where a value should"),
        ("list contains x", "cannot be asked"),
        ("country ! CH", "not understood"),
        ("country = CH; DROP TABLE x", "cannot|missing|no list|."),
        ("x" * 10_001, "10,000 are the most"),
    ],
)
def test_is_refused_with_words(text: str, words: str) -> None:
    if "DROP" in text:  # a value like any other
        assert segments.parse(text).conditions[0].value == "CH; DROP TABLE x"
        return
    with pytest.raises(SegmentError, match=words):
        segments.parse(text)


def test_several_texts_hold_together() -> None:
    assert len(segments.both(["country = CH", "age > 18 and press = yes"]).conditions) == 3
    with pytest.raises(SegmentError, match="'or' stands in one of several"):
        segments.both(["country = CH or country = FR", "age > 18"])


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"match": "all"},
        {"match": "none", "conditions": []},
        {"match": "all", "conditions": [{"field": "country", "op": "sql", "value": "x", "negated": False}]},
        {"match": "all", "conditions": [{"field": "gone", "op": "equals", "value": "x", "negated": False}]},
        {"match": "all", "conditions": [{"field": "country", "op": "equals", "value": None, "negated": False}]},
        {"match": "all", "conditions": [{"field": ["country"], "op": "equals", "value": "x", "negated": False}]},
        {"match": "all", "conditions": [{"field": "country", "op": ["equals"], "value": "x", "negated": False}]},
        {"match": ["all"], "conditions": []},
        {"match": "all", "conditions": [{"field": "country", "op": "one of", "value": [], "negated": False}]},
        {"match": "all", "conditions": [{"field": "country", "op": "equals", "value": {"a": 1}, "negated": False}]},
        {"match": "all", "conditions": [{"field": "name", "op": "empty", "value": None, "negated": False}] * 51},
    ],
)
def test_data_that_is_no_segment_is_refused(data: object) -> None:
    with pytest.raises(SegmentError):
        segments.of_json(data)


@given(st.text(max_size=80))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        parsed = segments.parse(text)
    except SegmentError as error:
        assert str(error)
    else:
        assert segments.parse(segments.words(parsed)) == parsed


_VALUE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20).filter(
    lambda value: value.strip() == value
)


@given(st.sampled_from(["country", "name"]), st.lists(_VALUE, min_size=1, max_size=4), st.booleans())
def test_any_value_can_be_written_and_read_back(field: str, values: list[str], negated: bool) -> None:
    asked = Conditions((Condition(field, "one of", tuple(values), negated), Condition(field, "equals", values[0])))
    assert segments.parse(segments.words(asked)) == asked
