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
    yield b""


def read(*data: bytes) -> Replies:
    left = iter((*data, b""))
    return Replies(lambda _: next(left))


@given(replies, st.lists(st.integers(0, 10_000), max_size=20), st.sampled_from([b"\r\n", b"\n"]))
@example([(250, [b"a", b"b"]), (354, [b""])], list(range(40)), b"\r\n")
def test_replies_come_one_by_one_wherever_they_are_cut(
    said: list[tuple[int, list[bytes]]], cuts: list[int], end: bytes
) -> None:
    data = b"".join(written(code, words, end) for code, words in said)
    found = read(*pieces(data, cuts))
    theirs = smtplib.SMTP()
    theirs.file = BytesIO(data)  # type: ignore[attr-defined]  # the standard library's reader of the same
    for code, words in said:
        reply = found.next()
        assert reply == Reply(code, b"\n".join(words)) == theirs.getreply()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        found.next()


def test_a_reply_may_be_a_bare_code() -> None:
    assert read(b"250\r\n").next() == (250, b"")


def test_what_is_asked_for_is_read_and_no_more() -> None:
    asked: list[int] = []

    def receive(size: int) -> bytes:
        asked.append(size)
        return b"250 a\r\n354 b\r\n2"

    found = Replies(receive)
    assert (found.next().code, found.next().code, len(asked)) == (250, 354, 1)


@pytest.mark.parametrize(
    "line", [b"", b"hello", b"25", b"25x no", b"2500 no", b"250_no", b"-50 no", "２５０ no".encode()]
)
def test_what_is_no_reply_is_said_to_be_none(line: bytes) -> None:
    with pytest.raises(Unreadable):
        read(b"250-one\r\n" + line + b"\r\n").next()


@pytest.mark.parametrize("endless", [b"2" * 1_000, b"250-and so on\r\n" * 100, b"250-" + b"x" * 1_000])
def test_a_reply_without_end_is_not_kept(endless: bytes) -> None:
    taken = 0

    def receive(_: int) -> bytes:
        nonlocal taken
        taken += len(endless)
        return endless

    with pytest.raises(Unreadable):
        Replies(receive).next()
    assert taken < 2 * MOST
