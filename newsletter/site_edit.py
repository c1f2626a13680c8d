"""Changing settings in newsletter.toml and secrets.toml, the rest of the files left as it is."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from newsletter.site import (
    SECRETS_FILE,
    SETTINGS_FILE,
    Site,
    SiteError,
    annotation_of,
    check_values,
    is_secret,
    is_section,
    load_site,
    value_of,
)
from newsletter.site import Value as SetValue

_NEW = "the new value"
_WHOLE = 2.0
"""Seconds: a file that is put in its place whole is dated back so far, as nobody need wait for it to be written."""


class SettingsError(SiteError):
    """Values that do not fit: what is wrong with each, by its key. Nothing was changed."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{key}: {words}" for key, words in wrong.items()))
        self.wrong = dict(wrong)


def change_setting(root: Path, key: str, text: str) -> Site:
    """Sets ``key`` to what ``text`` says, and returns the site as it is then.

    Raises ``SiteError`` for an unknown key (with the nearest one), a secret, and a value that does not fit; then the
    file is as before.
    """
    annotation = annotation_of(key)
    if isinstance(annotation, str):
        raise SiteError(f"there is no setting '{key}'{annotation}")
    if is_section(annotation) or key == "attributes":
        raise SiteError(f"'{key}' is a section; name a setting in it, such as {key}.name")
    if is_secret(annotation):
        raise SiteError(f"'{key}' is a secret and would stay in the shell's history; write it into {SECRETS_FILE}")
    try:
        return change_settings(root, {key: text})
    except SettingsError as error:
        raise SiteError(f"{_NEW}: {error}") from None


def change_settings(root: Path, changes: Mapping[str, str | None]) -> Site:
    """Sets each key to what its text says, secrets in secrets.toml; ``None`` takes it out, so that the default holds.

    Raises ``SettingsError`` with what is wrong with each value, and ``SiteError`` where the files cannot be used as
    they are; then they are as before.
    """
    values = {key: None if text is None else value_of(key, text) for key, text in changes.items()}
    if wrong := {key: words for key, value in values.items() if value is not None and (words := _wrong(key, value))}:
        raise SettingsError(wrong)
    with _alone(root):
        load_site(root)
        for name, secret in ((SETTINGS_FILE, False), (SECRETS_FILE, True)):
            if own := {key: value for key, value in values.items() if is_secret(annotation_of(key)) == secret}:
                _write(root / name, own)
        return load_site(root)


def _wrong(key: str, value: Any) -> str:
    try:
        check_values((SetValue(key, value, _NEW),))
    except SiteError as error:
        return str(error).removeprefix(f"{_NEW}: ").removeprefix(f"{key}: ")
    return ""


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Of several who change settings at the same time, one does."""
    folder = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write(path: Path, values: Mapping[str, Any]) -> None:
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise SiteError(f"{path.name} cannot be read: {error}") from None
    for key, value in values.items():
        *names, last = key.split(".")
        section: Any = document
        for name in names:
            section = section.setdefault(name, tomlkit.table())
        if value is not None:
            section[last] = value
        elif last in section:
            del section[last]
    _replace(path, tomlkit.dumps(document))


def _replace(path: Path, text: str) -> None:
    """All of the file or nothing, and only its owner can read it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        whole = time.time() - _WHOLE
        os.utime(name, (whole, whole))
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
