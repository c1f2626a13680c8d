"""Who sends for weeks goes by the settings as they are now."""

import json
import os
from pathlib import Path

import pytest

from newsletter.delivery.current import Current
from newsletter.site import Site, load_site
from tests.delivery.worlds import make_site

SECRET = "SG.secret-of-the-site"


@pytest.fixture
def loaded(tmp_path: Path) -> Site:
    write(tmp_path, "newsletter.toml", "")
    write(tmp_path, "secrets.toml", key("SG.old"))
    return load_site(tmp_path)


def key(word: str) -> str:
    return f'[providers.sendgrid]\napi_key = "{word}"\n'


def write(root: Path, name: str, text: str, *, age: float = 60) -> None:
    file = root / name
    file.write_text(text)
    file.chmod(0o600)
    at = file.stat().st_mtime - age
    os.utime(file, (at, at))


def key_of(site: Site) -> str:
    found = site.settings.providers.sendgrid.api_key
    return found.get_secret_value() if found else ""


def test_a_key_that_was_changed_holds_from_then_on(loaded: Site) -> None:
    current = Current(loaded)
    assert current() is loaded and current() is loaded
    write(loaded.root, "secrets.toml", key("SG.new"), age=50)
    assert key_of(current()) == "SG.new" and current() is current()


def test_a_change_between_the_start_and_the_first_question_counts(loaded: Site) -> None:
    write(loaded.root, "secrets.toml", key("SG.new"), age=50)
    assert key_of(Current(loaded)()) == "SG.new"


@pytest.mark.parametrize("wrong", [key(SECRET) + "x = 1\n", f"[providers.sendgrid]\napi_key = {SECRET}"])
def test_a_mistake_leaves_it_as_it_was_until_it_is_mended(
    loaded: Site, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    current = Current(loaded)
    write(loaded.root, "secrets.toml", wrong, age=50)
    assert current() is loaded and current() is loaded
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and json.loads(lines[0])["event"] == "settings" and SECRET not in lines[0]
    write(loaded.root, "secrets.toml", key("SG.new"), age=40)
    assert key_of(current()) == "SG.new"


def test_what_is_being_written_is_left_alone(loaded: Site) -> None:
    current = Current(loaded)
    write(loaded.root, "secrets.toml", "", age=-60)
    assert current() is loaded


def test_a_site_that_was_read_from_no_file_stays(tmp_path: Path) -> None:
    made = make_site(tmp_path)
    write(tmp_path, "newsletter.toml", '[site]\nname = "other"\n')
    assert Current(made)() is made
