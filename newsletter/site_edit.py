"""Changing one setting in newsletter.toml, the rest of the file left as it is."""

import os
import tempfile
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
    value = value_of(key, text)
    check_values((SetValue(key, value, "the new value"),))
    _write(root / SETTINGS_FILE, key.split("."), value)
    return load_site(root)


def _write(path: Path, keys: list[str], value: Any) -> None:
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise SiteError(f"{path.name} cannot be read: {error}") from None
    section: Any = document
    for name in keys[:-1]:
        section = section.setdefault(name, tomlkit.table())
    section[keys[-1]] = value
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
