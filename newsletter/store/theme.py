"""The colours of an organisation: which accent its theme has, and choosing another one."""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from newsletter.render import Theme
from newsletter.render.colour import READABLE, contrast, readable
from newsletter.render.theme import Palette
from newsletter.site import Site
from newsletter.store.changing import change
from newsletter.store.identity import template_folders, theme_of

OWN = "own"
"""The theme that is made for a site whose colours are chosen at the desk."""


@dataclass(frozen=True)
class Pair:
    """Two colours that stand on each other, and how well one reads: ``ratio`` by WCAG 2.2, from 1 to 21."""

    what: str
    text: str
    ground: str

    @property
    def ratio(self) -> float:
        """Their contrast."""
        return contrast(self.text, self.ground)

    @property
    def reads(self) -> bool:
        """Whether text in it can be read."""
        return self.ratio >= READABLE


def pairs(palette: Palette) -> tuple[Pair, ...]:
    """Where the accent of a theme is read, or stands behind what is read."""
    return (
        Pair("The accent as it is", palette.accent, palette.sheet),
        Pair("Links, made readable", palette.link, palette.sheet),
        Pair("Words on a button", palette.on_button, palette.button),
    )


def with_accent(theme: Theme, light: str, dark: str) -> Theme:
    """``theme`` in other colours. Raises ``ValueError`` where one is none."""
    values = theme.model_dump()
    values["light"]["accent"], values["dark"]["accent"] = light.strip(), dark.strip()
    try:
        return Theme.model_validate(values)
    except ValueError:
        raise ValueError("write a colour as #1f2328") from None


def for_dark(theme: Theme, light: str) -> str:
    """What ``light`` becomes in dark mode: the nearest shade that reads there."""
    dark = theme.dark
    return readable(light, dark.sheet, dark.tint, dark.page)


def choose_accent(site: Site, light: str, dark: str, *, actor: str, at: datetime) -> Site:
    """Write the accents into the site's own theme, and let the settings name it.

    A theme of the site keeps all else that it says; a shipped one stays as it is, and ``OWN`` is made. Raises
    ``ValueError``, ``SiteError``.
    """
    changed = with_accent(theme_of(site), light, dark)
    folder = template_folders(site)[0] / "themes"
    name = site.settings.organisation.theme
    name = name if (folder / f"{name}.toml").is_file() else OWN
    path = folder / f"{name}.toml"
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    except TOMLKitError as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from None
    for mode, palette in (("light", changed.light), ("dark", changed.dark)):
        document.setdefault(mode, tomlkit.table())["accent"] = palette.accent
    folder.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".theme.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
    Path(draft).replace(path)
    return change(site, {"organisation.theme": name}, actor=actor, at=at)
