"""The theme: colours for light and dark, fonts, widths, logo. One TOML file each, in ``templates/themes``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from newsletter.issue.problems import IssueError, Place, Problem
from newsletter.render.colour import READABLE, VISIBLE, contrast, readable
from newsletter.render.templates import SHIPPED

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$", to_lower=True)]
_Fonts = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ,'-]{1,300}$")]


_ON_BUTTON = ("#ffffff", "#15181c")


class ThemeError(IssueError):
    """A theme that cannot be used: every mistake with its file."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Palette(_Part):
    """The colours of one mode. ``link``, ``button`` and ``on_button`` are computed from the accent."""

    page: Colour = Field(description="Around the sheet.")
    sheet: Colour = Field(description="Behind the text.")
    tint: Colour = Field(description="Behind boxes on the sheet.")
    line: Colour = Field(description="Frames and rules.")
    ink: Colour = Field(description="Text.")
    quiet: Colour = Field(description="What is said in passing: dates, captions, the foot.")
    accent: Colour = Field(description="The organisation's colour: links, buttons, the edge of cards.")

    @cached_property
    def link(self) -> str:
        """The accent, darkened or lightened as far as text in it needs on sheet, tint and page."""
        return readable(self.accent, self.sheet, self.tint, self.page)

    @cached_property
    def button(self) -> str:
        """The ground of a button: the accent, unless it hardly differs from the sheet or carries no text."""
        ground = self.accent if contrast(self.accent, self.sheet) >= VISIBLE else self.link
        if any(contrast(text, ground) >= READABLE for text in _ON_BUTTON):
            return ground
        return readable(ground, _ON_BUTTON[0])

    @cached_property
    def on_button(self) -> str:
        """White where it reads on the button, else nearly black."""
        return next((text for text in _ON_BUTTON if contrast(text, self.button) >= READABLE), _ON_BUTTON[0])


class Fonts(_Part):
    """Fonts that readers have: nothing is loaded."""

    body: _Fonts
    code: _Fonts


class Logo(_Part):
    """How the logo of the organisation stands in the head."""

    height: int = Field(ge=16, le=120, description="In CSS pixels; the width follows.")


class Theme(_Part):
    """What an organisation may choose of the look."""

    name: str
    width: int = Field(ge=480, le=700, description="Of the sheet, in CSS pixels.")
    radius: int = Field(ge=0, le=24, description="Of the corners of cards, in CSS pixels.")
    fonts: Fonts
    logo: Logo
    light: Palette
    dark: Palette


def load_theme(name: str, folders: Sequence[Path] = ()) -> Theme:
    """The theme ``name``: the first ``themes/<name>.toml`` in ``folders``, else the shipped one.

    A file need only say what differs from the shipped ``default.toml``. Raises ThemeError with the file and every
    mistake in it, or the nearest name where there is no such theme.
    """
    places = [*folders, SHIPPED]
    for folder in places:
        file = folder / "themes" / f"{name}.toml"
        if "/" not in name and file.is_file():
            stat = file.stat()
            return _load(name, file, stat.st_mtime_ns, stat.st_size)
    known = sorted({path.stem for folder in places for path in (folder / "themes").glob("*.toml")})
    near = get_close_matches(name, known, 1)
    mend = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}"
    raise ThemeError((Problem(f"there is no theme '{name}'", mend),))


@lru_cache(maxsize=32)
def _load(name: str, file: Path, _changed: int, _size: int) -> Theme:
    values = _read(SHIPPED / "themes" / "default.toml")
    for key, value in _read(file).items():
        values[key] = values[key] | value if isinstance(value, dict) and isinstance(values.get(key), dict) else value
    try:
        return Theme.model_validate(values | {"name": name})
    except ValidationError as error:
        raise ThemeError(tuple(_problem(file, details) for details in error.errors())) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThemeError((Problem(f"the theme is not TOML: {error}", place=Place(str(file))),)) from None


def _problem(file: Path, details: Any) -> Problem:
    path = [str(part) for part in details["loc"]]
    mend = ""
    message: str = details["msg"]
    if details["type"] == "extra_forbidden":
        fields: dict[str, Any] = dict(Theme.model_fields)
        for part in path[:-1]:
            fields = dict(fields[part].annotation.model_fields)
        near = get_close_matches(path[-1], fields, 1)
        message = f"'{path[-1]}' is not known here"
        mend = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(fields)}"
    elif details["type"] == "string_pattern_mismatch":
        colour = path[0] in {"light", "dark"}
        message = f"'{details['input']}' is not a {'colour' if colour else 'list of fonts'}"
        mend = "write it as #1f2328" if colour else "write the names with commas between, such as Georgia, serif"
    return Problem(message, mend, Place(str(file), field=".".join(path)))
