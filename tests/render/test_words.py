"""The fixed words: the same ones in every language, and a site's own win."""

import re
import tomllib
from pathlib import Path

import pytest

from newsletter.issue.problems import IssueError
from newsletter.render.templates import SHIPPED
from newsletter.render.words import direction, words_for
from tests.render.issues import html_for, issue_of, issue_with

FILES = sorted((SHIPPED / "email" / "words").glob("*.toml"))
ENGLISH = tomllib.loads((SHIPPED / "email" / "words" / "en.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_language_has_the_same_words_with_the_same_gaps(file: Path) -> None:
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    assert words.keys() == ENGLISH.keys()
    for name, said in words.items():
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", ENGLISH[name])), name


def test_every_word_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (SHIPPED / "email").rglob("*.j2"))
    code = SHIPPED.parent / "newsletter"
    files = [*(code / "render").glob("*.py"), code / "delivery" / "readers.py"]
    sources += "".join(path.read_text(encoding="utf-8") for path in files)
    assert [name for name in ENGLISH if f"words.{name}" not in sources] == []


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar"])
def test_the_shipped_languages(language: str) -> None:
    issue = issue_with("Hello\n", f'language = "{language}"\n')
    words = words_for(language)
    assert words.language == language and words.unsubscribe in html_for(issue)


def test_a_region_has_its_languages_words() -> None:
    assert words_for("es-MX").unsubscribe == words_for("es").unsubscribe
    assert words_for("es-MX").language == "es-MX"


def test_a_site_may_change_a_word_or_add_a_language(tmp_path: Path) -> None:
    folder = tmp_path / "email" / "words"
    folder.mkdir(parents=True)
    (folder / "en.toml").write_text('unsubscribe = "Leave the list"\n')
    (folder / "de.toml").write_text('unsubscribe = "Abmelden"\npattern_weekday_day = "EEEE, d. MMMM"\n')
    assert "Leave the list" in html_for(issue_with("Hello\n"), templates=(tmp_path,))
    german = words_for("de", (tmp_path,))
    assert (german.unsubscribe, german.language, german.watch) == ("Abmelden", "de", words_for("en").watch)


def test_words_that_are_no_toml_are_refused_with_their_file(tmp_path: Path) -> None:
    folder = tmp_path / "email" / "words"
    folder.mkdir(parents=True)
    (folder / "en.toml").write_text("unsubscribe = Leave\n")
    with pytest.raises(IssueError, match="not TOML") as caught:
        words_for("en", (tmp_path,))
    assert caught.value.problems[0].place.file == str(folder / "en.toml")


@pytest.mark.parametrize(
    ("language", "way"),
    [
        ("ar", "rtl"),
        ("he", "rtl"),
        ("fa", "rtl"),
        ("ur", "rtl"),
        ("ar-EG", "rtl"),
        ("en", "ltr"),
        ("ku-Arab", "rtl"),
        ("ur-Latn", "ltr"),
    ],
)
def test_direction(language: str, way: str) -> None:
    assert direction(language) == way


@pytest.mark.parametrize("language", ["ar", "he", "fa", "ur"])
def test_right_to_left_languages_turn_the_whole_mail(language: str) -> None:
    html = html_for(issue_of(f'+++\ntitle = "x"\nsubject = "x"\nlanguage = "{language}"\n+++\n\n- x\n\n> y\n'))
    assert f'<html lang="{language}" dir="rtl"' in html
    assert "padding-right:24px" in html and "border-right:3px" in html
    assert not re.search(r"text-align:left;[^>]*>\s*<(h1|p|ul)|direction:ltr|padding-left:24px", html)
