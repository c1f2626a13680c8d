"""Senders are killed at random times, again and again, until their mailing is finished."""

from collections import Counter
from pathlib import Path

import pytest

from tests.proof.kills import Tally, kill_often
from tests.proof.stores import STORES
from tests.proof.trial import trial
from tests.proof.witnesses import SendGridWitness, witness

FIELDS = {"outbox": (6, 1_500), "smtp": (34, 1_500), "sendgrid immediate": (6, 8_500), "sendgrid fenced": (4, 6_000)}
"""Kills and readers for each provider: 50 kills, and more calls than kills could leave `unknown`."""
BY_COMMAND = "sendgrid immediate"
"""On PostgreSQL workers send; with this provider the command does, beside nobody."""


def killed(folder: Path, provider: str, store: str, kills: int, *, mutant: bool = False, readers: int = 600) -> Tally:
    worker = store == "postgresql" and provider != BY_COMMAND
    folder.mkdir()
    with (
        witness(provider, folder, seconds=0.001, troubles=True) as other_end,
        trial(folder, other_end, readers=readers, on=store, worker=worker) as one,
    ):
        tally = kill_often(one, kills, seed=kills, mutant=mutant)
        if isinstance(other_end, SendGridWitness) and other_end.late:
            assert not other_end.stub.cancelled
            assert max(Counter(mail.delivery for mail in other_end.mails()).values()) == 1
        return tally


@pytest.mark.parametrize("on", STORES)
def test_kills_at_random_times_harm_nobody(tmp_path: Path, on: str) -> None:
    """50 kills that count, and at least 30 of them with a row under way."""
    tallies = {
        provider: killed(tmp_path / provider, provider, on, kills, readers=readers)
        for provider, (kills, readers) in FIELDS.items()
    }
    assert {provider: tally.faults for provider, tally in tallies.items() if tally.faults} == {}
    assert sum(tally.kills for tally in tallies.values()) == 50
    assert sum(tally.submitting for tally in tallies.values()) >= 30
    assert [provider for provider, tally in tallies.items() if not tally.accepted] == []
    assert tallies["sendgrid fenced"].unknown == 0


@pytest.mark.parametrize("on", STORES)
def test_fenced_calls_that_are_found_too_late_are_unknown_and_never_made_again(tmp_path: Path, on: str) -> None:
    tally = killed(tmp_path / "late", "sendgrid fenced late", on, 3, readers=6_000)
    assert tally.faults == [] and tally.unknown > 0


@pytest.mark.parametrize("on", STORES)
def test_a_sender_that_writes_its_intent_after_the_call_is_found_out(tmp_path: Path, on: str) -> None:
    tally = killed(tmp_path / "mutant", "smtp", on, 50, mutant=True)
    assert any(fault.startswith("I1") for fault in tally.faults)
