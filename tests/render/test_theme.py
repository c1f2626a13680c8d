"""Themes: partial files, clear mistakes, and an accent that can always be read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render import ThemeError, load_theme
from newsletter.render.colour import READABLE, contrast, mix, readable
from newsletter.render.theme import Palette
from tests.render.issues import html_for, issue_with, sample

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def _folder(tmp_path: Path, text: str, name: str = "mine") -> tuple[Path, ...]:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / f"{name}.toml").write_text(text)
    return (tmp_path,)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


@given(COLOURS)
def test_any_accent_gives_readable_links_and_buttons(accent: str) -> None:
    for palette in (load_theme("default").light, load_theme("default").dark):
        own = Palette(**(palette.model_dump() | {"accent": accent}))
        for ground in (own.sheet, own.tint, own.page):
            assert contrast(own.link, ground) >= READABLE
        assert contrast(own.on_button, own.button) >= READABLE
        assert contrast(own.button, own.sheet) >= 3


def test_a_readable_accent_is_left_as_it_is() -> None:
    assert readable("#0b5cad", "#ffffff", "#f4f5f7") == "#0b5cad"
    assert readable("#ffd400", "#ffffff") != "#ffd400"


def test_the_shipped_palettes_are_readable() -> None:
    for palette in (load_theme("default").light, load_theme("default").dark):
        for text in (palette.ink, palette.quiet):
            for ground in (palette.sheet, palette.page, palette.tint):
                assert contrast(text, ground) >= READABLE


def test_a_theme_need_only_say_what_differs(tmp_path: Path) -> None:
    theme = load_theme("mine", _folder(tmp_path, '[light]\naccent = "#7A1FA2"\n'))
    assert theme.light.accent == "#7a1fa2" and theme.name == "mine"
    assert theme.light.ink == load_theme("default").light.ink and theme.dark == load_theme("default").dark


def test_a_sites_theme_of_the_same_name_wins_and_shows_its_changes(tmp_path: Path) -> None:
    folders = _folder(tmp_path, '[light]\naccent = "#7a1fa2"\n', "default")
    assert load_theme("default", folders).light.accent == "#7a1fa2"
    (tmp_path / "themes" / "default.toml").write_text('[light]\naccent = "#00695c"  # another\n')
    assert load_theme("default", folders).light.accent == "#00695c"


@pytest.mark.parametrize(
    ("text", "message", "mend"),
    [
        ('[light]\naccnt = "#ffffff"\n', "'accnt' is not known here", "did you mean 'accent'?"),
        ("widht = 600\n", "'widht' is not known here", "did you mean 'width'?"),
        ('[light]\naccent = "blue"\n', "'blue' is not a colour", "#1f2328"),
        ('[light]\naccent = "#fff;}</style>"\n', "is not a colour", "#1f2328"),
        ('[fonts]\nbody = "x; } body { display: none"\n', "is not a list of fonts", "Georgia"),
        ("width = 6000\n", "700", ""),
        ("width = \n", "not TOML", ""),
        ("light = 5\n", "", ""),
    ],
)
def test_mistakes_are_named_with_file_and_field(tmp_path: Path, text: str, message: str, mend: str) -> None:
    with pytest.raises(ThemeError) as caught:
        load_theme("mine", _folder(tmp_path, text))
    (problem, *_) = caught.value.problems
    assert message in problem.message and mend in problem.mend
    assert problem.place.file == str(tmp_path / "themes" / "mine.toml")


@pytest.mark.parametrize("name", ["defualt", "../themes/default", "none at all"])
def test_a_theme_that_is_not_there(name: str) -> None:
    with pytest.raises(ThemeError, match="there is no theme") as caught:
        load_theme(name)
    assert "default" in caught.value.problems[0].mend


def test_the_theme_is_in_the_mail(tmp_path: Path) -> None:
    from newsletter.render import fill, render
    from tests.render.issues import ORGANISATION

    theme = load_theme("mine", _folder(tmp_path, 'width = 640\n[light]\naccent = "#ffd400"\n'))
    html = fill(render(sample(), theme, organisation=ORGANISATION), {}).html
    assert "max-width:640px" in html
    # Too light for text: kept for surfaces, darkened for links.
    assert "#ffd400" in html and f"color:{theme.light.link}" in html and "color:#ffd400;text-decoration" not in html
    assert theme.light.link != "#ffd400"
    assert html != html_for(issue_with("Hello\n"))
