"""Mistakes put into the product, one at a time. A machine that does not find them proves nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from newsletter.delivery import fencing, ledger, origin, rows
from newsletter.delivery.stamp import Stamp
from subscribers import audience, optouts
from tests.proof.mutants import intend_after_the_call

Patch = pytest.MonkeyPatch


def _intent_after_the_call(patch: Patch) -> None:
    for name in ("intend", "settle"):
        patch.setattr(ledger, name, getattr(ledger, name))  # so that they are put back
    patch.setattr(Stamp, "write", Stamp.write)
    intend_after_the_call()


def _consent_not_read_again(patch: Patch) -> None:
    patch.setattr(audience, "no_longer", lambda *_, **__: {})


def _settling_without_the_fence(patch: Patch) -> None:
    def settle(claim: Any, results: Any, *, now: Any) -> None:
        for result in results:
            rows.move(claim.batch, result.settled, now=now)
        rows.settle(claim.batch, results, now=now)  # the ends of the attempts

    patch.setattr(ledger, "settle", settle)


def _opt_outs_not_done_again(patch: Patch) -> None:
    patch.setattr(optouts, "replay", lambda **_: 0)


def _restore_not_noticed(patch: Patch) -> None:
    patch.setattr(origin, "_reason", lambda *_: "")


def _called_back_though_nobody_confirmed(patch: Patch) -> None:
    real = fencing.revoked
    patch.setattr(fencing, "revoked", lambda *args, **more: real(*args, **more) or True)


MISTAKES: dict[str, tuple[str, str, Callable[[Patch], None]]] = {
    function.__name__.strip("_").replace("_", " "): (kind, words, function)
    for kind, words, function in (
        ("plain", "I1|in circles", _intent_after_the_call),
        ("plain", "I3", _consent_not_read_again),
        ("plain", "by itself|I1|I2|lost", _settling_without_the_fence),
        ("plain", "I5|I3", _opt_outs_not_done_again),
        ("plain", "I1", _restore_not_noticed),
        ("fenced", "I1|lost", _called_back_though_nobody_confirmed),
    )
}
"""Each with the kind of provider where it matters most, and what is then said of it."""
