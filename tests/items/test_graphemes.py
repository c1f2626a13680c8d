"""What a reader sees as one character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.items.graphemes import graphemes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("e\u0301", 1),
        ("\r\n", 1),
        ("\n\n", 2),
        ("👨‍👩‍👧‍👦", 1),
        ("👍🏽👍", 2),
        ("🇨🇭🇺🇸", 2),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", 1),
        ("한국", 2),
        ("\u1112\u1161\u11ab", 1),
        ("नि", 1),
        ("❤️", 1),
        ("e❤️‍🔥", 2),
    ],
)
def test_graphemes(text: str, count: int) -> None:
    assert len(graphemes(text)) == count


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    assert "".join(graphemes(text)) == text
