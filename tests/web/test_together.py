"""What is asked for at the same time is done together, and each is told how it went."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from newsletter.web.together import Together


def test_whoever_waits_shares_the_next() -> None:
    asked: list[list[int]] = []
    go, began = Event(), Event()

    def do(items) -> None:
        asked.append(list(items))
        began.set()
        assert go.wait(10)

    together = Together(do)
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(together.call, 0)
        assert began.wait(10)
        others = [pool.submit(together.call, number) for number in range(1, 20)]
        while len(together._waiting) < 19:
            pass
        go.set()
        for one in (first, *others):
            one.result(10)
    assert asked[0] == [0]
    assert len(asked) == 2
    assert sorted(asked[1]) == list(range(1, 20))


def test_each_is_told_of_a_fault_and_the_next_is_not() -> None:
    def do(items) -> None:
        if "bad" in items:
            raise OSError("the disk is full")

    together = Together(do)
    with pytest.raises(OSError, match="full"):
        together.call("bad")
    together.call("good")


def test_nothing_is_lost_or_done_twice() -> None:
    done: list[int] = []
    together = Together(done.extend)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(together.call, range(5_000)))
    assert sorted(done) == list(range(5_000))
