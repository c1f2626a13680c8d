"""What follows from the theme alone: rendered once a process, not once a mail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from newsletter.render.templates import module, run
from newsletter.render.theme import Theme

Direction = Literal["ltr", "rtl"]

_CSS, _STYLES, _PARTS = "email/theme.css.j2", "email/styles.mjml.j2", "email/parts.mjml.j2"


@dataclass(frozen=True)
class Look:
    """The theme, ready for use."""

    css: str
    """To be written into the tags by the inliner."""
    names: dict[str, Any]
    """For templates: theme, colours, sides, and the parts that items are built from."""


def look_of(theme: Theme, direction: Direction, templates: tuple[Path, ...] = ()) -> Look:
    """The look of mails in a theme and a direction of writing. Raises TemplateError."""
    # A site's own files may change while the process runs; what is shipped does not.
    own = (folder / name for folder in templates for name in (_CSS, _STYLES, _PARTS))
    return _look(theme, direction, templates, tuple(file.stat().st_mtime_ns for file in own if file.is_file()))


@lru_cache(maxsize=64)
def _look(theme: Theme, direction: Direction, templates: tuple[Path, ...], _changed: tuple[int, ...]) -> Look:
    rtl = direction == "rtl"
    names: dict[str, Any] = {
        "theme": theme,
        "light": theme.light,
        "dark": theme.dark,
        "dir": direction,
        "start": "right" if rtl else "left",
        "end": "left" if rtl else "right",
    }
    css = run(templates, _CSS, names)
    # It came out of a template that escapes.
    styles = Markup(run(templates, _STYLES, names))  # noqa: S704 - as said above
    return Look(css, names | {"styles": styles, "parts": module(templates, _PARTS, names)})
