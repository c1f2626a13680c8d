"""Attributes: what can be written of each type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers import attributes


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("text", " Bern ", "Bern"),
        ("number", "12", 12),
        ("number", "1,200", 1200),
        ("number", "1'200.50", 1200.5),
        ("number", "-3", -3),
        ("number", "2.0", 2),
        ("date", "2026-11-09", "2026-11-09"),
        ("date", "2026-11-09T10:00:00", "2026-11-09"),
        ("yes/no", "Yes", True),
        ("yes/no", "0", False),
        ("yes/no", "oui", True),
        (("Geneva", "New York"), "new york", "New York"),
    ],
)
def test_is_read(kind: attributes.Kind, written: str, value: attributes.Value) -> None:
    read = attributes.parse(kind, written)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("kind", "written", "words"),
    [
        ("text", "x" * 201, "201 characters"),
        ("text", "  ", "nothing is written"),
        ("number", "twelve", "is no number"),
        ("number", "1,2", "is no number"),
        ("number", "1e400", "is no number"),
        ("number", "nan", "is no number"),
        ("number", "9" * 17, "too large"),
        ("date", "09.11.2026", "year-month-day"),
        ("date", "2026-02-30", "is no date"),
        ("yes/no", "perhaps", "neither yes nor no"),
        (("Geneva", "New York"), "Genva", "did you mean 'Geneva'"),
    ],
)
def test_is_refused_with_words(kind: attributes.Kind, written: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        attributes.parse(kind, written)


@given(
    st.one_of(
        st.tuples(st.just("number"), st.integers(-(10**12), 10**12)),
        st.tuples(st.just("date"), st.dates().map(str)),
        st.tuples(st.just("yes/no"), st.booleans()),
    )
)
def test_what_is_written_is_read_back(case: tuple[str, attributes.Value]) -> None:
    kind, value = case
    assert attributes.parse(kind, attributes.written(value)) == value


@given(st.sampled_from(attributes.KINDS), st.text(max_size=300))
def test_any_text_is_a_value_or_refused(kind: str, written: str) -> None:
    try:
        attributes.parse(kind, written)
    except ValueError as error:
        assert str(error)
