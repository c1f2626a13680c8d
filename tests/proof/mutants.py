"""Senders with a mistake in them. A proof that does not find it proves nothing."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from newsletter.delivery import ledger
from newsletter.delivery.stamp import Stamp


def intend_after_the_call() -> None:
    """Commit the intent only when the answer is there: what a sender that trusts its memory does. The stamp, which
    would find out too, is left alone."""
    real_intend, real_settle = ledger.intend, ledger.settle
    actors: list[str] = []

    def intend(claim: ledger.Claim, groups: Any, **more: Any) -> Any:
        with transaction.atomic():
            intents = real_intend(claim, groups, **more)
            transaction.set_rollback(True)
        actors.append(more["actor"])
        return intents

    def settle(claim: ledger.Claim, results: Any, *, now: Any) -> None:
        late = []
        for result in results:
            keys = [row.pk for row in result.intent.rows]
            (intent,) = real_intend(claim, [keys], now=now, actor=actors[-1])
            late.append(replace(result, intent=intent))
        real_settle(claim, late, now=now)

    ledger.intend, ledger.settle = intend, settle
    Stamp.write = lambda *_: None  # type: ignore[method-assign]
