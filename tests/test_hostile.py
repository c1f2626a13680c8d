"""Hostile inputs, a row each, through the commands that a person would use.

A row says what is tried and what must be said: a named error with its mend and nothing half written or, where the input
is harmless in itself, that it stays inert. The parts have tables of their own that go deeper.
"""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, run, site  # noqa: F401 - fixtures
from tests.hostile import issues, mails, posts, readers, web
from tests.hostile.world import Row, World

pytestmark = pytest.mark.django_db

ROWS = [*issues.ROWS, *readers.ROWS, *mails.ROWS, *posts.ROWS, *web.ROWS]


@pytest.fixture
def world(run: Run, site: Path) -> World:  # noqa: F811 - fixtures
    for key, value in {
        "organisation.postal_address": "Example Network, 1 Example Street, Geneva",
        "sender.email": "news@example.org",
    }.items():
        assert run("settings", "set", key, value).code == 0
    assert run("list", "add", "news").code == 0
    return World(run, site)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_hostile(row: Row, world: World) -> None:
    before = world.state()
    ran = row.do(world)
    said = ran.out + ran.err
    assert [words for words in row.says if words not in said] == [], said[:2_000]
    assert ran.code == row.code, said[:2_000]
    assert "Traceback" not in said
    assert len(said) < 10_000, "what was brought in is not repeated at length"
    if row.then:
        row.then(world)
    else:
        assert world.state() == before


def test_every_number_is_tried() -> None:
    assert {row.number for row in ROWS} == {*range(1, 76), 78, 79, *range(81, 89)}
