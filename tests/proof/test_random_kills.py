"""Senders are killed at random times, again and again, until their mailing is finished."""

from pathlib import Path

import pytest

from tests.proof.kills import Tally, kill_often
from tests.proof.trial import trial
from tests.proof.witnesses import witness


def killed(folder: Path, provider: str, kills: int, *, mutant: bool = False, readers: int = 600) -> Tally:
    with (
        witness(provider, folder, seconds=0.001, troubles=True) as other_end,
        trial(folder, other_end, readers=readers) as one,
    ):
        return kill_often(one, kills, seed=kills, mutant=mutant)


@pytest.mark.parametrize(
    ("provider", "kills", "submitting", "readers"),
    [
        ("outbox", 10, 2, 1_500),
        ("smtp", 30, 24, 1_500),
        ("sendgrid immediate", 10, 4, 3_500),
    ],
)
def test_kills_at_random_times_harm_nobody(
    tmp_path: Path, provider: str, kills: int, submitting: int, readers: int
) -> None:
    """50 kills that count, and at least 30 of them with a row under way."""
    tally = killed(tmp_path, provider, kills, readers=readers)
    assert tally.faults == []
    assert tally.kills == kills
    assert tally.submitting >= submitting
    assert tally.accepted > 0


def test_a_sender_that_writes_its_intent_after_the_call_is_found_out(tmp_path: Path) -> None:
    tally = killed(tmp_path, "smtp", 50, mutant=True)
    assert any(fault.startswith("I1") for fault in tally.faults)
