"""Replies are the same however their bytes are cut."""

import smtplib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.delivery.providers.smtp_replies import MOST, Replies, Reply, Unreadable

lines = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=30).map(str.encode)
codes = st.integers(200, 599)
replies = st.lists(st.tuples(codes, st.lists(lines, min_size=1, max_size=4)), min_size=1, max_size=5)


def written(code: int, said: list[bytes], end: bytes) -> bytes:
    return b"".join(
        b"%d%s%s%s" % (code, b" " if place == len(said) - 1 else b"-", line, end) for place, line in enumerate(said)
    )


def pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    yield from (data[start:end] for start, end in pairwise(places))


def read(*data: bytes) -> list[Reply]:
    found, replies = [], Replies()
    for piece in data:
        replies.take(piece)
        while reply := replies.next():
            found.append(reply)
    return found


@given(replies, st.lists(st.integers(0, 10_000), max_size=20), st.sampled_from([b"\r\n", b"\n"]))
@example([(250, [b"a", b"b"]), (354, [b""])], list(range(40)), b"\r\n")
def test_replies_come_one_by_one_wherever_they_are_cut(
    said: list[tuple[int, list[bytes]]], cuts: list[int], end: bytes
) -> None:
    data = b"".join(written(code, words, end) for code, words in said)
    theirs = smtplib.SMTP()
    theirs.file = BytesIO(data)  # type: ignore[attr-defined]  # the standard library's reader of the same
    found = read(*pieces(data, cuts))
    assert found == [Reply(code, b"\n".join(words)) for code, words in said] == [theirs.getreply() for _ in said]


def test_a_reply_may_be_a_bare_code() -> None:
    assert read(b"250\r\n") == [(250, b"")]


def test_a_reply_is_given_once_its_last_line_is_whole() -> None:
    assert read(b"250 a\r\n354-b\r\n", b"354 c\r") == [(250, b"a")]


@pytest.mark.parametrize(
    "line", [b"", b"hello", b"25", b"25x no", b"2500 no", b"250_no", b"-50 no", "２５０ no".encode()]
)
def test_what_is_no_reply_is_said_to_be_none(line: bytes) -> None:
    with pytest.raises(Unreadable):
        read(b"250-one\r\n" + line + b"\r\n")


@pytest.mark.parametrize("endless", [b"2" * 1_000, b"250-and so on\r\n" * 100, b"250-" + b"x" * 1_000])
def test_a_reply_without_end_is_not_kept(endless: bytes) -> None:
    replies = Replies()
    with pytest.raises(Unreadable):
        for _ in range(2 * MOST // len(endless)):
            replies.take(endless)


@pytest.mark.parametrize("size", [1, 1_000, 65_536, 1_000_000])
def test_a_reply_that_is_too_long_is_none_however_it_is_cut(size: int) -> None:
    """Else what the server says to the next mail could end it, and pass for a yes to this one."""
    long = b"250-" + b"x" * 70_000 + b"\r\n250 to the next mail\r\n"
    replies = Replies()
    with pytest.raises(Unreadable):
        for start in range(0, len(long), size):
            replies.take(long[start : start + size])
    assert replies.next() is None
