"""``newsletter suppression``, as it is typed."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_add_show_and_lift(run: Run) -> None:
    assert run("suppression", "add", "ana@example.org", "--reason", "complained").code == 0
    shown = run("suppression", "show", "Ana@Example.org").out
    assert "is suppressed: complained, since" in shown
    assert "not suppressed" in run("suppression", "show", "bob@example.org").out
    assert run("subscriber", "lift", "ana@example.org").code == 0
    assert json.loads(run("suppression", "show", "ana@example.org", "--json").out)["suppressed"] == []
    assert run("suppression", "lift", "ana@example.org").code == 1


def test_a_domain_holds_for_its_addresses(run: Run) -> None:
    assert run("subscriber", "suppress", "@example.org").code == 0
    assert "@example.org is suppressed: manual" in run("suppression", "show", "ana@example.org").out
    assert "not suppressed" in run("suppression", "show", "ana@mail.example.org").out
    counted = json.loads(run("suppression", "show", "--json").out)
    assert counted == [{"kind": "domain", "reason": "manual", "count": 1}]


def test_import_and_export(run: Run, site: Path) -> None:
    (site / "left.csv").write_text("email,reason\nana@example.org,unsub\nno address,unsub\n")
    dry = run("suppression", "import", "left.csv", "--dry-run")
    assert (dry.code, "1 would be suppressed" in dry.err) == (4, True)
    assert "not suppressed" in run("suppression", "show", "ana@example.org").out
    done = run("suppression", "import", "left.csv")
    assert "left.csv:3: refused" in done.err and "1 suppressed, 0 were before, 1 refused" in done.err
    wrote = run("suppression", "export", "out.csv")
    assert "wrote 1 hash to" in wrote.err and "same erasure_key" in wrote.err
    assert run("suppression", "export", "out.csv").code == 1
    assert "0 suppressed, 1 were before, 0 refused" in run("suppression", "import", "out.csv").err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("add", "nobody"), 2, "no @"),
        (("add", "@"), 2, "is no domain"),
        (("import", "nothing.csv"), 1, "cannot be read"),
        (("lift", "@example.org"), 1, "not suppressed"),
    ],
)
def test_mistakes(run: Run, words: tuple[str, ...], code: int, says: str) -> None:
    ran = run("suppression", *words)
    assert (ran.code, says in ran.err) == (code, True), ran.err
