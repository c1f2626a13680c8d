"""``newsletter init`` and ``newsletter settings``."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_init_makes_a_site_once(run: Run, tmp_path: Path) -> None:
    ran = run("init", tmp_path / "new")
    assert ran.code == 0
    assert "next:" in ran.err
    assert (tmp_path / "new" / "newsletter.toml").is_file()
    again = run("init", tmp_path / "new")
    assert again.code == 1
    assert "is a site already; nothing was changed" in again.err


def test_show_names_the_source_of_each_value_and_hides_secrets(
    run: Run, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_SITE__LANGUAGE", "es")
    monkeypatch.setenv("NEWSLETTER_PROVIDERS__SMTP__PASSWORD", "hush-hush")
    rows = {row["key"]: row for row in json.loads(run("settings", "show", "--json").out)}
    assert rows["site.name"]["value"] == "USHRN"
    assert rows["site.name"]["source"].startswith("newsletter.toml:")
    assert rows["site.language"] == {
        "key": "site.language",
        "value": "es",
        "source": "environment NEWSLETTER_SITE__LANGUAGE",
    }
    assert rows["site.timezone"]["source"] == "default"
    assert rows["delivery.undo"]["value"] == "5m"
    assert rows["providers.smtp.password"]["value"] == "(hidden)"
    assert rows["secrets.secret_key"]["value"] == "(hidden)"
    key = (site / "secrets.toml").read_text().split('secret_key = "')[1].split('"')[0]
    for ran in (run("settings", "show"), run("settings", "show", "--json")):
        assert "hush-hush" not in ran.out + ran.err
        assert key not in ran.out + ran.err
        assert "site.name" in ran.out


def test_set_changes_the_file_and_says_when_the_environment_wins(
    run: Run, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("settings", "set", "site.name", "New name").code == 0
    assert 'name = "New name"' in (site / "newsletter.toml").read_text()
    monkeypatch.setenv("NEWSLETTER_SITE__NAME", "Other")
    ran = run("settings", "set", "site.name", "Newer")
    assert "environment NEWSLETTER_SITE__NAME wins: Other stays in force" in ran.err


def test_a_wrong_setting_is_refused_with_the_nearest_name(run: Run, site: Path) -> None:
    ran = run("settings", "set", "site.nmae", "x")
    assert ran.code == 2
    assert "did you mean 'site.name'?" in ran.err
    (site / "newsletter.toml").write_text('[delivery]\nprovidr = "smtp"\n')
    ran = run("settings", "show")
    assert ran.code == 2
    assert "newsletter.toml:2: there is no setting 'delivery.providr'; did you mean 'delivery.provider'?" in ran.err
