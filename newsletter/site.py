"""A site: the folder that holds settings, secrets, issues and data; how it is found and read."""

import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from newsletter.settings import Settings

SETTINGS_FILE = "newsletter.toml"
SECRETS_FILE = "secrets.toml"
PREFIX = "NEWSLETTER_"
_SITE_VARIABLE = "NEWSLETTER_SITE"


class SiteError(Exception):
    """The site or its settings cannot be used; the message says why and how to mend it."""


@dataclass(frozen=True)
class Value:
    """One setting: its dotted ``key``, the ``raw`` value, and the ``source`` it comes from."""

    key: str
    raw: Any
    source: str


@dataclass(frozen=True)
class Site:
    """A folder with its settings. Paths of the design's "Site and settings" hang from ``root``."""

    root: Path
    settings: Settings
    values: tuple[Value, ...] = ()
    """What was set, and where; what is not here has its default."""

    @property
    def issues(self) -> Path:
        """Working copies of issue files."""
        return self.root / "issues"

    @property
    def templates(self) -> Path:
        """Templates of the site, which win over the shipped ones."""
        return self.root / "templates"

    @property
    def data(self) -> Path:
        """The store, media and locks."""
        return self.root / "data"

    @property
    def outbox(self) -> Path:
        """The Maildir of the outbox provider."""
        return self.root / "outbox"

    @property
    def testmail(self) -> Path:
        """The Maildir of test mails where the provider is the outbox."""
        return self.root / "testmail"


def find_site(named: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The site's folder: ``named``, else ``NEWSLETTER_SITE``, else the nearest parent with newsletter.toml.

    Raises ``SiteError`` where a folder is named and holds no newsletter.toml. ``None`` where there is no site.
    """
    chosen = named or (Path(environ[_SITE_VARIABLE]) if environ.get(_SITE_VARIABLE) else None)
    if chosen:
        if not (chosen / SETTINGS_FILE).is_file():
            raise SiteError(
                f"{chosen} is not a site: it holds no {SETTINGS_FILE}; make one with: newsletter init {chosen}"
            )
        return chosen.resolve()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / SETTINGS_FILE).is_file()), None)


def load_site(root: Path, environ: Mapping[str, str] = os.environ) -> Site:
    """The site in ``root``. Environment wins over secrets.toml, that over newsletter.toml, that over defaults.

    Raises ``SiteError`` with every mistake: unknown keys with the nearest name, values that do not fit, secrets in
    newsletter.toml, a secrets.toml that others can read.
    """
    values = [*_from_file(root / SETTINGS_FILE), *_from_file(_private(root / SECRETS_FILE)), *_from_environ(environ)]
    problems = []
    merged: dict[str, Any] = {}
    for value in values:
        annotation = _annotation(value.key)
        if isinstance(annotation, str):
            problems.append(f"{value.source}: there is no setting '{value.key}'{annotation}")
        elif _is_secret(annotation) and value.source == SETTINGS_FILE:
            problems.append(f"{value.source}: '{value.key}' is a secret; move it to {SECRETS_FILE}")
        else:
            section = merged
            *path, last = value.key.split(".")
            for name in path:
                section = section.setdefault(name, {})
            section[last] = value.raw
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        sources = {value.key: value.source for value in values}
        for mistake in error.errors():
            key = ".".join(str(part) for part in mistake["loc"])
            message = mistake["msg"].removeprefix("Value error, ")
            problems.append(f"{sources.get(key, SETTINGS_FILE)}: {key}: {message}")
        settings = Settings()
    if problems:
        raise SiteError("\n".join(problems))
    return Site(root=root, settings=settings, values=tuple(values))


def _private(path: Path) -> Path:
    if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SiteError(f"{path.name} can be read by others on this machine; mend it with: chmod 600 {path}")
    return path


def _from_file(path: Path) -> Iterator[Value]:
    if not path.is_file():
        return
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError(f"{path.name}: {error}") from None
    yield from _flatten(content, "", path.name)


def _flatten(table: dict[str, Any], prefix: str, source: str) -> Iterator[Value]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.", source)
        else:
            yield Value(prefix + name, value, source)


def _from_environ(environ: Mapping[str, str]) -> Iterator[Value]:
    for name in sorted(environ):
        if name.startswith(PREFIX) and name != _SITE_VARIABLE:
            yield Value(name.removeprefix(PREFIX).lower().replace("__", "."), environ[name], f"environment {name}")


def _annotation(key: str) -> Any:
    """The type of a setting, or the end of a sentence that names the nearest one."""
    if key.startswith("attributes."):
        return str
    model: Any = Settings
    for part in key.split("."):
        fields = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
        if part not in fields:
            near = get_close_matches(key, setting_keys(), n=1, cutoff=0.5)
            return f"; did you mean '{near[0]}'?" if near else ""
        model = fields[part].annotation
    return model


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or (isinstance(annotation, UnionType) and SecretStr in get_args(annotation))


def setting_keys(model: type[BaseModel] = Settings, prefix: str = "") -> list[str]:
    """Every setting by its dotted key, in the order of the file."""
    keys = []
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            keys += setting_keys(info.annotation, f"{prefix}{name}.")
        else:
            keys.append(prefix + name)
    return keys
