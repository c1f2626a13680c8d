"""A site: the folder that holds settings, secrets, issues and data; how it is found and read."""

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from newsletter.settings import Settings

SETTINGS_FILE = "newsletter.toml"
SECRETS_FILE = "secrets.toml"
PREFIX = "NEWSLETTER_"
_SITE_VARIABLE = "NEWSLETTER_SITE"
_NO_SETTINGS = {_SITE_VARIABLE, "NEWSLETTER_DEBUG"}


class SiteError(Exception):
    """The site or its settings cannot be used; the message says why and how to mend it."""


@dataclass(frozen=True)
class Value:
    """One setting: its dotted ``key``, the ``raw`` value, and the ``source`` it comes from (with the line)."""

    key: str
    raw: Any
    source: str
    line: int | None = None

    @property
    def place(self) -> str:
        """``newsletter.toml:7``, or the name of the variable."""
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True)
class Site:
    """A folder with its settings. Paths of the design's "Site and settings" hang from ``root``."""

    root: Path
    settings: Settings
    values: tuple[Value, ...] = ()
    """What was set, and where; what is not here has its default."""
    versions: tuple[tuple[int, int, int], ...] = field(default=(), compare=False)
    """Which files it was read from (see ``versions_of``); nothing where it was not."""

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

    @property
    def notices(self) -> Path:
        """The Maildir of notices to editors where the provider is the outbox."""
        return self.root / "notices"


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
    versions = versions_of(root)
    values = (*_from_file(root / SETTINGS_FILE), *_from_file(_private(root / SECRETS_FILE)), *_from_environ(environ))
    return Site(root=root, settings=check_values(values), values=values, versions=versions)


def versions_of(root: Path) -> tuple[tuple[int, int, int], ...]:
    """What tells whether the settings in ``root`` were changed: of each file its number, when it was written (in
    nanoseconds since 1970), and its size."""
    found = [path.stat() for name in (SETTINGS_FILE, SECRETS_FILE) if (path := root / name).is_file()]
    return tuple((one.st_ino, one.st_mtime_ns, one.st_size) for one in found)


def check_values(values: tuple[Value, ...]) -> Settings:
    """The settings that ``values`` make, later ones winning over earlier. Raises ``SiteError`` with every mistake."""
    problems = []
    merged: dict[str, Any] = {}
    places = {}
    for value in values:
        annotation = annotation_of(value.key)
        if isinstance(annotation, str):
            problems.append(f"{value.place}: there is no setting '{value.key}'{annotation}")
        elif is_section(annotation):
            problems.append(f"{value.place}: '{value.key}' is a section; write [{value.key}] and its settings below")
        elif is_secret(annotation) and value.source == SETTINGS_FILE:
            problems.append(f"{value.place}: '{value.key}' is a secret; move it to {SECRETS_FILE}")
        else:
            section = merged
            *path, last = value.key.split(".")
            for name in path:
                section = section.setdefault(name, {})
            section[last] = value.raw
            places[value.key] = value.place
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        settings = Settings()
        for mistake in error.errors(include_url=False):
            key = ".".join(str(part) for part in mistake["loc"])
            problems.append(f"{places.get(key, SETTINGS_FILE)}: {key}: {_said(mistake)}")
    if problems:
        raise SiteError("\n".join(problems))
    return settings


def _said(mistake: ErrorDetails) -> str:
    """What is wrong with a value, in words for somebody who runs a site."""
    given, context = str(mistake["input"])[:60], mistake.get("ctx", {})
    if mistake["type"] == "literal_error":
        near = get_close_matches(given, re.findall(r"'([^']*)'", context["expected"]), n=1, cutoff=0.5)
        return f"'{given}' is not {context['expected']}" + (f"; did you mean '{near[0]}'?" if near else "")
    if mistake["type"].startswith("int_"):
        return f"'{given}' is not a whole number"
    if mistake["type"].startswith("bool_"):
        return f"'{given}' is neither true nor false"
    if mistake["type"] == "string_too_long":
        return f"it has {len(str(mistake['input']))} characters, and at most {context['max_length']} fit"
    for limit, words in (("le", "at most"), ("ge", "at least"), ("lt", "less than"), ("gt", "more than")):
        if limit in context:
            return f"{given} is out of range; it is {words} {context[limit]}"
    message = mistake["msg"].removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _private(path: Path) -> Path:
    if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SiteError(f"{path.name} can be read by others on this machine; mend it with: chmod 600 {path}")
    return path


def _from_file(path: Path) -> Iterator[Value]:
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except UnicodeDecodeError:
        raise SiteError(f"{path.name} is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SiteError(_not_toml(path.name, str(error))) from None
    lines = _lines(text)
    for key, raw in _flatten(content, ""):
        yield Value(key, raw, path.name, lines.get(key))


def _not_toml(name: str, error: str) -> str:
    reason, _, place = error.partition(" (at ")
    line = re.match(r"line (\d+)", place)
    where = f"{name}:{line[1]}" if line else name
    return f'{where}: this is no setting ({reason}); write it as key = "value", under the [section] it belongs to'


def _flatten(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flatten(value, f"{prefix}{name}.")
        elif not isinstance(value, dict):
            yield prefix + name, value


def _lines(text: str) -> dict[str, int]:
    """The line of each ``key = value``, by dotted key, as far as files are written plainly."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if table := re.match(r"\s*\[([\w.-]+)\]", line):
            section = table[1] + "."
        elif pair := re.match(r"\s*([\w.-]+)\s*=", line):
            lines.setdefault(section + pair[1], number)
    return lines


def _from_environ(environ: Mapping[str, str]) -> Iterator[Value]:
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in _NO_SETTINGS:
            key = name.removeprefix(PREFIX).lower().replace("__", ".")
            yield Value(key, value_of(key, environ[name]), f"environment {name}")


def value_of(key: str, text: str) -> Any:
    """``text`` as the type of the setting wants it: numbers and yes or no are not text in TOML."""
    annotation = annotation_of(key)
    if annotation is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    return int(text) if int in {annotation, *get_args(annotation)} and text.isdecimal() else text


def annotation_of(key: str) -> Any:
    """The type of a setting, or the end of a sentence that names the nearest one."""
    if key.startswith("attributes."):
        return str
    model: Any = Settings
    for part in key.split("."):
        fields = model.model_fields if is_section(model) else {}
        if part not in fields:
            near = get_close_matches(key, setting_keys(), n=1, cutoff=0.5)
            return f"; did you mean '{near[0]}'?" if near else ""
        model = fields[part].annotation
    return model


def is_section(annotation: Any) -> bool:
    """Whether an annotation is that of a section."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def is_secret(annotation: Any) -> bool:
    """Whether an annotation is that of a secret."""
    return annotation is SecretStr or (isinstance(annotation, UnionType) and SecretStr in get_args(annotation))


def setting_keys(model: Any = Settings, prefix: str = "") -> list[str]:
    """Every setting by its dotted key, in the order of the file."""
    keys: list[str] = []
    for name, info in model.model_fields.items():
        if is_section(info.annotation):
            keys += setting_keys(info.annotation, f"{prefix}{name}.")
        else:
            keys.append(prefix + name)
    return keys
