"""A sender is killed at every point there is, and started again: nobody is mailed twice, nobody is lost."""

from collections import Counter
from pathlib import Path

import pytest

from tests.proof.crashes import die_everywhere, points_of
from tests.proof.stores import STORES
from tests.proof.trial import trial
from tests.proof.witnesses import witness

READERS = 130
"""More groups than SMTP has connections."""
STEPS = {
    "outbox": {"after COMMIT", "before link", "after link", "before unlink"},
    "smtp": {"before COMMIT", "after COMMIT", "before send", "after send", "before receive", "after receive"},
    "sendgrid": {"before COMMIT", "after COMMIT", "before send", "after send", "before receive"},
}
"""Of what the points must at least consist."""
WRITES = {"INSERT newsletter_attempt", *(f"UPDATE newsletter_{table}" for table in ("attempt", "batch", "delivery"))}


@pytest.mark.parametrize(
    ("on", "provider"),
    [
        *(("sqlite", provider) for provider in ("outbox", "smtp", "sendgrid immediate", "sendgrid fenced")),
        *(("postgresql", provider) for provider in ("smtp", "sendgrid immediate")),
    ],
    ids=lambda words: words.replace(" ", "-"),
)
def test_a_death_at_any_point_harms_nobody(tmp_path: Path, on: str, provider: str) -> None:
    """On PostgreSQL it is a worker that dies, and a worker that takes over."""
    with (
        witness(provider, tmp_path) as other_end,
        trial(tmp_path, other_end, readers=READERS, on=on, worker=on == "postgresql") as one,
    ):
        points = points_of(one)
        assert {point.partition(": ")[2] for point in points} >= STEPS[provider.partition(" ")[0]]
        for step in WRITES:
            assert any(point.endswith(f"after {step}") for point in points)
        one.again()
        each_time = points.keys() & points_of(one).keys()  # not what a clock brings about, such as a round of the sweep
        deaths = die_everywhere(one, points)
        assert deaths.faults == []
        missed = each_time - deaths.hit.keys()
        assert len(missed) <= 0.1 * len(each_time), missed  # threads do not come by everywhere each time


@pytest.mark.parametrize("on", STORES)
def test_a_death_after_the_call_shows_an_intent_that_comes_too_late(tmp_path: Path, on: str) -> None:
    with (
        witness("smtp", tmp_path) as other_end,
        trial(tmp_path, other_end, readers=READERS, on=on, worker=on == "postgresql") as one,
    ):
        points = points_of(one)
        late = Counter({point: 1 for point in points if point.endswith("after UPDATE newsletter_attempt")})
        deaths = die_everywhere(one, late, mutant=True)
    assert any(fault.startswith("I1") for fault in deaths.faults)
