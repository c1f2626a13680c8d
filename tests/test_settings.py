"""The settings of a site: where they come from, what is refused, and how a site is made and changed."""

import re
import stat
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.django_conf import django_settings
from newsletter.new_site import create_site, settings_text
from newsletter.settings import Settings
from newsletter.settings_base import ATTRIBUTE_KINDS
from newsletter.site import SiteError, find_site, load_site, setting_keys
from newsletter.site_edit import change_setting
from subscribers import attributes


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    create_site(folder)
    return folder


def write(root: Path, text: str) -> None:
    (root / "newsletter.toml").write_text(text, encoding="utf-8")


def test_a_new_site_is_private_complete_and_loads(root: Path) -> None:
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert stat.S_IMODE((root / "secrets.toml").stat().st_mode) == 0o600
    assert sorted(path.name for path in root.iterdir()) == [
        ".gitignore", "data", "issues", "newsletter.toml", "secrets.toml", "templates",
    ]  # fmt: skip
    assert "secrets.toml" in (root / ".gitignore").read_text().split()
    secrets = load_site(root, {}).settings.secrets
    assert secrets.secret_key and secrets.erasure_key
    assert len(secrets.secret_key.get_secret_value()) >= 50
    assert secrets.secret_key != secrets.erasure_key


def test_two_sites_have_different_keys(root: Path, tmp_path: Path) -> None:
    create_site(tmp_path / "other")
    assert (root / "secrets.toml").read_text() != (tmp_path / "other" / "secrets.toml").read_text()


def test_a_site_is_never_made_over_something(root: Path, tmp_path: Path) -> None:
    before = (root / "secrets.toml").read_text()
    with pytest.raises(SiteError, match="is a site already"):
        create_site(root)
    assert (root / "secrets.toml").read_text() == before
    full = tmp_path / "full"
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    with pytest.raises(SiteError, match="not empty"):
        create_site(full)
    assert [path.name for path in full.iterdir()] == ["notes.txt"]
    with pytest.raises(SiteError, match="not empty"):
        create_site(full / "notes.txt")


def test_the_written_settings_name_every_setting_and_hold_when_uncommented() -> None:
    text = settings_text({"site.name": 'The "Network"'})
    assert tomllib.loads(text)["site"] == {"name": 'The "Network"'}
    loose = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", settings_text({}), flags=re.MULTILINE))
    Settings.model_validate(loose)
    for key in setting_keys():
        section = loose
        for part in key.split(".")[:-1]:
            section = section.get(part, {})
        is_secret = key.split(".")[-1] in {"api_key", "password", "secret_key", "erasure_key"}
        assert (key.split(".")[-1] in section) is not is_secret, key


def test_environment_wins_over_secrets_over_file_over_default(root: Path) -> None:
    write(root, '[site]\nname = "from file"\nlanguage = "es"\n[providers.smtp]\nuser = "file"\n')
    with (root / "secrets.toml").open("a") as secrets:
        secrets.write('[providers.smtp]\nuser = "secrets"\npassword = "hush"\n')
    environ = {"NEWSLETTER_SITE__NAME": "from environment", "NEWSLETTER_PROVIDERS__SMTP__PORT": "25"}
    site = load_site(root, environ)
    assert site.settings.site.name == "from environment"
    assert site.settings.site.language == "es"
    assert site.settings.providers.smtp.user == "secrets"
    assert site.settings.providers.smtp.port == 25
    assert site.settings.site.timezone == "UTC"
    places = {value.key: value.place for value in site.values}
    assert places["site.name"] == "environment NEWSLETTER_SITE__NAME"
    assert places["site.language"] == "newsletter.toml:3"
    assert places["providers.smtp.user"].startswith("secrets.toml:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[site]\nnam = "x"\n', "newsletter.toml:2: there is no setting 'site.nam'; did you mean 'site.name'?"),
        ('[sitee]\nname = "x"\n', "newsletter.toml:2: there is no setting 'sitee.name'; did you mean 'site.name'?"),
        ('site = "x"\n', "newsletter.toml:1: 'site' is a section; write [site] and its settings below"),
        ('[secrets]\nsecret_key = "x"\n', "'secrets.secret_key' is a secret; move it to secrets.toml"),
        ('[site]\nbase_url = "ftp://x.org"\n', "newsletter.toml:2: site.base_url: 'ftp://x.org' is not an https://"),
        ('[site]\nbase_url = "https://x.org/"\n', "without a slash at the end"),
        (f'[site]\nbase_url = "https://{"a" * 43}.org"\n', "characters, and at most 50 fit"),
        ('[site]\nbase_url = "https://bücher.org"\n', "letters beyond a-z"),
        ('[site]\ntimezone = "Geneva"\n', "newsletter.toml:2: site.timezone: 'Geneva' is not a time zone"),
        ('[delivery]\nprovider = "sendgird"\n', "'smtp', 'sendgrid' or 'anymail'; did you mean 'sendgrid'?"),
        ('[delivery]\nundo = "5 minutes"\n', "write a number and s, m, h or d"),
        ('[providers.smtp]\nport = "abc"\n', "providers.smtp.port: 'abc' is not a whole number"),
        ('[site]\narchive = "perhaps"\n', "site.archive: 'perhaps' is neither true nor false"),
        ('[providers.smtp]\nport = 0\n', "providers.smtp.port: 0 is out of range; it is at least 1"),
        ('[providers.smtp]\nport = 70000\n', "providers.smtp.port: 70000 is out of range; it is at most 65535"),
        ('[sender]\nemail = "USHRN <news@example.org>"\n', "is not a plain address"),
        ('[attributes]\nemail = "text"\n', "'email' is a reader field of every site"),
        ('[attributes]\n"Home Town" = "text"\n', "'Home Town' cannot be a reader field"),
        ('[attributes]\nconsent = "date"\n', "'consent' is a reader field of every site"),
        ('[attributes]\nage = "integer"\n', "newsletter.toml:2: attributes.age: write text, number, date, yes/no, or"),
        ('[attributes]\nrole = ["member"]\n', "newsletter.toml:2: attributes.role: write text, number"),
        ("[attributes]\nrole = '[\"member\"'\n", "newsletter.toml:2: attributes.role: write text, number"),
        ('[attributes]\nrole = ["ally", "Ally"]\n', "the options of a choice must differ"),
        ('[database]\nurl = "postgres://x"\n', "newsletter.toml:2: database.url: 'postgres' is no store; write sql"),
        ('[database]\nurl = "sqlite:///"\n', "database.url: no file is named"),
        ('[database]\nurl = "postgresql://u:geheim@h/d"\n', "database.url: a password stands in it; move it"),
        ('[database]\nurl = "postgresql://u@h"\n', "database.url: no database is named"),
        ('[database]\nurl = "postgresql://u@h/d?sslmod=x"\n', "database.url: it cannot be read (invalid URI query"),
        ('[database]\npassword = "x"\n', "'database.password' is a secret; move it to secrets.toml"),
        ("[site\n", "newsletter.toml:1: this is no setting (Expected"),
        ("\xff", None),
    ],
)  # fmt: skip
def test_what_is_refused_is_named_with_its_place(root: Path, text: str, said: str | None) -> None:
    (root / "newsletter.toml").write_bytes(text.encode("latin-1" if said is None else "utf-8"))
    with pytest.raises(SiteError, match=re.escape(said or "newsletter.toml is not UTF-8 text")):
        load_site(root, {})


def test_attributes_have_types(root: Path) -> None:
    write(root, '[attributes]\nage = "number"\nsince = "date"\nrole = ["member", "ally"]\nout = "a, b"\n')
    as_typed = {"NEWSLETTER_ATTRIBUTES__KIND": '["one, or more", "two"]'}
    assert load_site(root, as_typed).settings.attributes == {
        "age": "number",
        "since": "date",
        "role": ("member", "ally"),
        "out": ("a", "b"),
        "kind": ("one, or more", "two"),
    }
    assert ATTRIBUTE_KINDS == attributes.KINDS


def test_every_mistake_is_named_at_once(root: Path) -> None:
    write(root, '[site]\nnam = "x"\ntimezone = "Mars"\n')
    with pytest.raises(SiteError) as caught:
        load_site(root, {"NEWSLETTER_SITE_NAME": "x"})
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("environment NEWSLETTER_SITE_NAME: there is no setting 'site_name'; did you mean")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644])
def test_secrets_that_others_can_read_are_refused(root: Path, mode: int) -> None:
    (root / "secrets.toml").chmod(mode)
    with pytest.raises(SiteError, match=r"secrets.toml can be read by others .* chmod 600"):
        load_site(root, {})


def test_a_yes_or_no_from_the_environment(root: Path) -> None:
    assert load_site(root, {"NEWSLETTER_SITE__ARCHIVE": "true"}).settings.site.archive is True
    with pytest.raises(SiteError, match="environment NEWSLETTER_SITE__ARCHIVE"):
        load_site(root, {"NEWSLETTER_SITE__ARCHIVE": "perhaps"})


@pytest.mark.parametrize(("text", "span"), [("30s", 30), ("5m", 300), ("2h", 7200), ("1d", 86400), ("0s", 0)])
def test_spans_of_time(root: Path, text: str, span: int) -> None:
    write(root, f'[delivery]\nundo = "{text}"\n')
    assert load_site(root, {}).settings.delivery.undo == timedelta(seconds=span)


def test_a_site_is_found_by_name_then_variable_then_nearest_folder(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_site(tmp_path / "other")
    monkeypatch.chdir(root / "issues")
    assert find_site(None, {}) == root
    assert find_site(None, {"NEWSLETTER_SITE": str(tmp_path / "other")}) == tmp_path / "other"
    assert find_site(root, {"NEWSLETTER_SITE": str(tmp_path / "other")}) == root
    monkeypatch.chdir(tmp_path)
    assert find_site(None, {}) is None
    with pytest.raises(SiteError, match="is not a site"):
        find_site(tmp_path, {})


def test_changing_a_setting_leaves_the_rest_of_the_file(root: Path) -> None:
    before = (root / "newsletter.toml").read_text()
    site = change_setting(root, "site.name", 'Red "and" black')
    assert site.settings.site.name == 'Red "and" black'
    assert change_setting(root, "providers.smtp.port", "465").settings.providers.smtp.port == 465
    assert change_setting(root, "site.archive", "true").settings.site.archive is True
    change_setting(root, "attributes.city", "text")
    after = (root / "newsletter.toml").read_text()
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert list(root.glob(".newsletter*")) == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("site.nam", "x", "there is no setting 'site.nam'; did you mean 'site.name'?"),
        ("site", "x", "'site' is a section"),
        ("providers.smtp.password", "x", "is a secret"),
        ("site.timezone", "Geneva", "'Geneva' is not a time zone"),
        ("site.base_url", "x", "is not an https:// address"),
    ],
)
def test_a_wrong_change_changes_nothing(root: Path, key: str, value: str, said: str) -> None:
    before = (root / "newsletter.toml").read_bytes()
    with pytest.raises(SiteError, match=re.escape(said)):
        change_setting(root, key, value)
    assert (root / "newsletter.toml").read_bytes() == before


def test_the_scheme_of_the_url_chooses_the_store_and_the_password_is_a_secret(root: Path) -> None:
    plain = django_settings(load_site(root, {}))
    assert plain["DATABASES"]["default"]["NAME"] == root / "data" / "newsletter.sqlite3"
    assert "procrastinate.contrib.django" not in plain["INSTALLED_APPS"]
    write(root, '[database]\nurl = "postgresql://desk@db.example.org:6543/news?sslmode=verify-full"\n')
    site = load_site(root, {"NEWSLETTER_DATABASE__PASSWORD": "geheim"})
    made = django_settings(site)
    assert "procrastinate.contrib.django" in made["INSTALLED_APPS"]
    store = made["DATABASES"]["default"]
    assert store["ENGINE"] == "django.db.backends.postgresql"
    assert [store[key] for key in ("USER", "HOST", "PORT", "NAME")] == ["desk", "db.example.org", "6543", "news"]
    assert store["PASSWORD"] == "geheim" and store["OPTIONS"]["sslmode"] == "verify-full"


def test_the_password_is_in_no_message_about_the_url(root: Path) -> None:
    write(root, '[database]\nurl = "postgresql://desk:geheim@h/news?x=%"\n')
    with pytest.raises(SiteError) as caught:
        load_site(root, {})
    assert "geheim" not in str(caught.value)
