"""Rows are moved by ranges of their ids, and nobody who stands between is moved with them."""

from collections.abc import Collection
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery import ledger, rows
from newsletter.delivery.claims import Intent, Result, Settled
from newsletter.models import Attempt, Delivery
from tests.delivery.worlds import NOW, make_mailing, states

KEYS = st.sets(st.integers(1, 40), max_size=30)
YES = Settled("accepted", "250 yes", "provider x")
NO = Settled("refused", "550 no", "provider x")
LATER = Settled("pending", "450 later", "provider x", tried=True)


@given(KEYS)
def test_ranges_hold_exactly_the_keys(keys: set[int]) -> None:
    runs = list(rows._runs(keys))
    held = [key for first, last in runs for key in range(first, last + 1)]
    assert held == sorted(keys)
    assert all(after[0] - before[1] > 1 for before, after in pairwise(runs))


@given(st.dictionaries(st.integers(1, 20), st.sampled_from([YES, NO, LATER, Settled(*YES)])))
def test_all_that_become_the_same_are_written_together(settled: dict[int, Settled]) -> None:
    found = {key: become for become, keys in rows._alike(settled) for key in keys}
    assert found == settled
    result = Result(Intent(1, (), 0), settled)
    assert sum(result.states.values()) == len(settled)
    for state, number in result.states.items():
        assert number == sum(one.state == state for one in settled.values())


@pytest.mark.usefixtures("store")
@pytest.mark.django_db
class TestOnAStore:
    """A batch of nine readers."""

    @pytest.mark.parametrize("chosen", [(0, 1, 2), (0, 8), (1, 3, 5, 7), (4,), tuple(range(9))])
    def test_who_stands_between_is_left_alone(self, chosen: Collection[int]) -> None:
        mailing = make_mailing(9)
        claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
        assert claim
        assert claim.pending == tuple(Delivery.objects.order_by("pk").values_list("pk", flat=True))
        keys = [claim.pending[place] for place in chosen]
        (intent,) = ledger.intend(claim, [keys], now=NOW, actor="x")
        assert set(
            Delivery.objects.filter(state="submitting", attempt=intent.attempt).values_list("pk", flat=True)
        ) == set(keys)
        become = dict(zip(keys, [YES, NO, LATER] * 3, strict=False))
        ledger.settle(claim, [Result(intent, become, "mixed")], now=NOW)
        for key in claim.pending:
            row = Delivery.objects.get(pk=key)
            wanted = become.get(key, Settled("pending", "", "ed"))
            assert (row.state, row.reason, row.actor, row.tries) == (*wanted[:3], int(wanted.tried))
        assert rows.pending_ids(claim.batch) == tuple(
            Delivery.objects.filter(state="pending").order_by("pk").values_list("pk", flat=True)
        )

    def test_who_is_not_submitting_any_more_keeps_their_state(self) -> None:
        mailing = make_mailing(5)
        claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
        assert claim
        first, second = ledger.intend(claim, [claim.pending[:2], claim.pending[2:]], now=NOW, actor="x")
        assert Attempt.objects.count() == 2
        Delivery.objects.filter(pk=claim.pending[1]).update(state="unknown")
        ledger.settle(claim, [Result(first, dict.fromkeys(claim.pending, YES), "accepted")], now=NOW)
        assert states(mailing) == {"accepted": 1, "unknown": 1, "submitting": 3}
        ledger.settle(claim, [Result(second, dict.fromkeys(claim.pending[2:], NO), "refused")], now=NOW)
        assert states(mailing) == {"accepted": 1, "unknown": 1, "refused": 3}
