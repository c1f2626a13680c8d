"""What is kept of a provider's words."""

from datetime import UTC, datetime

import pytest

from newsletter.delivery.claims import Row
from newsletter.delivery.providers.base import Ambiguous, Barred, Outcome, Postponed, Refused, Resubmit, Unreachable
from newsletter.delivery.verdicts import judge

NOW = datetime(2020, 11, 1, tzinfo=UTC)
SAID = "550 <anna@xn--bcher-kva.example>: no mailbox, ask carla@example.org"
KEPT = "550 <address>: no mailbox, ask <address>"


@pytest.mark.parametrize("kind", [Ambiguous, Barred, Postponed, Refused, Resubmit, Unreachable])
def test_no_address_is_kept_however_it_is_written_and_whoever_it_is(kind: type[Outcome]) -> None:
    rows = [Row(key, key, str(key), "Anna@Bücher.example", "Anna", "token", {}, 0) for key in (1, 2)]
    settled, after = judge(rows, {1: kind(SAID), 2: kind(SAID)}, actor="a", now=NOW, jitter=1.0)
    assert KEPT in settled[1].reason
    told = after.reason + after.pause
    assert "@" not in told + settled[1].reason + settled[2].reason
    assert "550 <address>" in told
