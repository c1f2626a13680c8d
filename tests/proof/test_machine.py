"""Whatever people, providers and crashes do, in any order: nobody is mailed twice, nobody is lost, and nobody who left
is mailed. The machine is in ``tests.proof.machine``; with --hypothesis-profile=soak it runs for long."""

from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.machine.mistakes import MISTAKES
from tests.proof.machine.people import Site
from tests.proof.machine.post import KINDS
from tests.proof.machine.rules import Mailings
from tests.proof.machine.stores import Store, store_on

EXAMPLES = {"sqlite": 14, "postgresql": 5}
"""Of each kind of provider."""
STEPS = 40
"""Of an example at most."""


@pytest.fixture
def sqlite(db: None) -> Iterator[Store]:
    with store_on("sqlite") as made:
        yield made


@pytest.fixture
def postgresql(db: None) -> Iterator[Store]:
    with store_on("postgresql") as made:
        yield made


def play(store: Store, kind: str, examples: int, *phases: Phase) -> None:
    """The same examples each time, so that what is found is of the change that shows it; other ones in a soak."""
    Mailings.store, Mailings.kind = store, kind
    soaking = settings.get_current_profile_name() == "soak"
    own = settings(
        max_examples=settings.default.max_examples if soaking else examples,
        stateful_step_count=STEPS,
        derandomize=not soaking,
        database=None,
        deadline=None,
        phases=phases or (Phase.generate, Phase.shrink),
    )
    run_state_machine_as_test(Mailings, settings=own)


@pytest.mark.parametrize("kind", KINDS)
def test_any_order_of_anything_keeps_the_promise_on_sqlite(sqlite: Store, kind: str) -> None:
    play(sqlite, kind, EXAMPLES["sqlite"])


@pytest.mark.parametrize("kind", KINDS)
def test_any_order_of_anything_keeps_the_promise_on_postgresql(postgresql: Store, kind: str) -> None:
    play(postgresql, kind, EXAMPLES["postgresql"])


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_product_is_found(sqlite: Store, mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the examples that the product itself passes."""
    kind, words, make = MISTAKES[mistake]
    make(monkeypatch)
    before = Site.examples
    with pytest.raises(AssertionError, match=words):
        play(sqlite, kind, EXAMPLES["sqlite"], Phase.generate)
    print(f"FOUND {mistake} after {Site.examples - before} examples")
