"""The health of a site, on both stores."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.cli import shell
from newsletter.models import Account
from newsletter.new_site import create_site
from newsletter.reports import health
from newsletter.site import Site, load_site
from newsletter.store import people, second_factor
from tests.cli.conftest import Run, run  # noqa: F401 - the fixture ``run``

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    create_site(tmp_path / "site", {"site.base_url": "https://news.example.org"})
    return load_site(tmp_path / "site", {})


def test_a_sound_site(site: Site, store: str) -> None:
    found = {line.what: line for line in health.look(site, now=NOW)}
    assert found["Store"].level == "good"
    assert ("PostgreSQL" if store == "postgresql" else "SQLite") in found["Store"].said + found["Versions"].said
    assert found["Sending"].level == "good"
    if store == "postgresql":
        assert (found["Workers"].level, found["Workers"].mend) == ("bad", "Start one: newsletter worker")


def test_it_is_told_on_the_command_line(site: Site, store: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(shell, "open_site", lambda: site)
    ran = run("health")
    assert ran.code == (1 if store == "postgresql" else 0)
    assert "Last" not in ran.err and "None was made here yet" in ran.out
    rows = json.loads(run("health", "--json").out)
    assert {"what", "level", "said", "mend"} == set(rows[0])
    (site.data / "backed-up").write_text((datetime.now(UTC) - timedelta(days=1)).isoformat())
    assert "made 1 day ago" in run("health").out


def test_people_and_their_second_factor(store: str) -> None:
    """On PostgreSQL rows are held, which SQLite does by itself."""
    ana = people.first_administrator("ana@example.org", name="Ana", password="quiet mountain river", at=NOW)
    with pytest.raises(people.PeopleError, match="already"):
        people.first_administrator("eve@example.org", name="Eve", password="quiet mountain river", at=NOW)
    ben = people.add("Ben@example.org", name="Ben", roles=["administrator", "editor"], actor="Ana", at=NOW)
    people.give_roles(ana, ["editor"], actor="Ben", at=NOW)
    with pytest.raises(people.PeopleError, match="last administrator"):
        people.end_access(ben, actor="Ben", at=NOW)
    codes = second_factor.new_codes(ana)
    assert second_factor.verify(ana, codes[0]) and not second_factor.verify(ana, codes[0])
    assert second_factor.verify(ben, codes[1]) is None
    people.end_access(ana, actor="Ben", at=NOW)
    assert second_factor.codes_left(ana) == 0
    assert list(Account.objects.filter(is_active=True)) == [ben]
