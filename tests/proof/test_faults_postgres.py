"""What becomes of workers: their connection to the store is cut, or one is killed and another takes over."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.proof.trial import LEASE_OVER, Trial, trial
from tests.proof.witnesses import ROOT, witness

READERS = 400
SOON = 45
"""Seconds after which procrastinate has forgotten a dead worker, and its batches are not given away yet."""


def until(true: Callable[[], object], *, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "this takes too long"
        time.sleep(0.05)


def test_a_worker_whose_connection_is_cut_goes_on(tmp_path: Path) -> None:
    with (
        witness("smtp", tmp_path, seconds=0.005) as other_end,
        trial(tmp_path, other_end, readers=READERS, on="postgresql", worker=True) as one,
    ):
        one.begin(tell=True)
        assert one.sends()
        until(lambda: len(other_end.mails()) > 30)
        assert one.store.cut() > 0
        until(lambda: not one.query("SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND queue_name = 'smtp'"))
        assert one.faults(ended=False) == []
        one.pass_time(LEASE_OVER)
        assert one.end() == 0, "it ends when it is asked to, once all is sent"
        assert one.faults(ended=True) == []
        assert one.states()["unknown"] <= other_end.in_doubt


def test_a_worker_that_is_killed_is_replaced_by_another_within_minutes(tmp_path: Path) -> None:
    with (
        witness("smtp", tmp_path, seconds=0.005) as other_end,
        trial(tmp_path, other_end, readers=READERS, on="postgresql") as one,
    ):
        first = _worker(one)
        until(lambda: len(other_end.mails()) > 30 and one.states()["submitting"])
        first.kill()
        first.wait()
        one.store.settle()
        left = one.under_way()
        assert left, "nothing was under way"
        one.pass_time(SOON)
        second = _worker(one)
        try:
            until(lambda: _swept(one))
            assert one.under_way() == left, "it is too early"
            one.pass_time(SOON)
            until(lambda: set(one.states()) <= {"accepted", "unknown"})
        finally:
            second.send_signal(signal.SIGTERM)
            assert second.wait(60) == 0
        assert one.faults(ended=True) == []
        assert one.states()["unknown"] == len(left)


def _worker(one: Trial) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "newsletter", "--site", str(one.site), "worker"]
    with (one.site / "moaned").open("ab") as file:
        return subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file)


def _swept(one: Trial) -> bool:
    """Whether a sweep has begun and ended since time passed."""
    begun = one.query("SELECT 1 FROM procrastinate_periodic_defers WHERE task_name = 'newsletter.sweep'")
    return bool(begun) and not one.query("SELECT 1 FROM procrastinate_jobs WHERE task_name = 'newsletter.sweep'")
