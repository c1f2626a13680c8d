"""A new site: its folder, its settings with what they mean, its own keys."""

import os
import secrets
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import tomlkit

from newsletter.settings import Settings
from newsletter.site import SECRETS_FILE, SETTINGS_FILE, SiteError, is_secret, is_section

FOLDERS = ("issues", "templates", "data")
_IGNORED = "secrets.toml\ndata/\noutbox/\ntestmail/\nnotices/\n"
_EXAMPLES: dict[str, str | int] = {
    "site.name": "Example Network",
    "site.base_url": "https://news.example.org",
    "organisation.postal_address": "Example Network, 1 Example Street, 1200 Geneva, Switzerland",
    "organisation.logo": "logo.png",
    "sender.name": "Example Network",
    "sender.email": "news@example.org",
    "sender.reply_to": "answers@example.org",
    "delivery.per_second": 14,
    "delivery.per_day": 50_000,
    "delivery.notify": "editor@example.org",
    "providers.smtp.verp": "bounces@example.org",
    "providers.anymail.esp": "postmark",
    "providers.sendgrid.webhook_key": f"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{'A' * 86}==",
    "bounces.maildir": "bounces",
    "bounces.host": "imap.example.org",
    "bounces.user": "bounces@example.org",
}


def create_site(root: Path, chosen: Mapping[str, str] | None = None) -> None:
    """A site in the folder ``root``, which is made, or empty. ``chosen`` holds settings that are set from the start.

    Only the owner of the folder can read it. Raises ``SiteError`` where something is there already; then nothing is
    changed.
    """
    if (root / SETTINGS_FILE).exists():
        raise SiteError(f"{root} is a site already; nothing was changed")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise SiteError(f"{root} is there already and is not empty; choose a new folder. Nothing was changed")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    root.chmod(0o700)
    for name in FOLDERS:
        (root / name).mkdir(mode=0o700)
    keys = {"secret_key": secrets.token_urlsafe(48), "erasure_key": secrets.token_urlsafe(48)}
    _write(root / SECRETS_FILE, secrets_text(keys))
    _write(root / ".gitignore", _IGNORED)
    _write(root / SETTINGS_FILE, settings_text(chosen or {}))


def settings_text(chosen: Mapping[str, str]) -> str:
    """newsletter.toml with every setting, its meaning and its default; those in ``chosen`` are set."""
    lines = [
        "# The settings of this site. A line that begins with # is not in force: it shows the default or an example.",
        "# newsletter settings show tells what is in force and where it comes from. Secrets are in secrets.toml.",
        *_section(Settings, "", chosen),
    ]
    return "\n".join(lines) + "\n"


def secrets_text(keys: Mapping[str, str]) -> str:
    """secrets.toml with the site's own ``keys``, and where those of providers belong."""
    lines = [
        "# Only you can read this file, and it must stay so. Keep a copy of it in a safe place:",
        "# without it, old sessions end and the memory of erased addresses is lost.",
    ]
    lines += ["", "[secrets]", *(f"{name} = {_toml(value)}" for name, value in keys.items())]
    lines += ["", "# [providers.smtp]", '# password = "…"', "", "# [providers.sendgrid]", '# api_key = "…"']
    lines += ["", "# [providers.anymail]", '# api_key = "…"', "", "# [bounces]", '# password = "…"']
    lines += ["", "# [database]", '# password = "…"', "# (only with a postgresql:// address in newsletter.toml)"]
    return "\n".join(lines) + "\n"


def _section(model: Any, prefix: str, chosen: Mapping[str, str]) -> Iterator[str]:
    plain = {name: info for name, info in model.model_fields.items() if not is_section(info.annotation)}
    if not prefix:
        plain.pop("attributes")
    if prefix and plain and not all(is_secret(info.annotation) for info in plain.values()):
        yield from ("", f"[{prefix[:-1]}]")
    for name, info in plain.items():
        key = prefix + name
        if is_secret(info.annotation):
            continue
        yield f"# {info.description}"
        if key in chosen:
            yield f"{name} = {_toml(chosen[key])}"
        else:
            example = _EXAMPLES.get(key)
            yield f"# {name} = {_toml(example) if example else default_of(info.default) or _toml('…')}"
    for name, info in model.model_fields.items():
        if is_section(info.annotation):
            yield from _section(info.annotation, f"{prefix}{name}.", chosen)
    if not prefix:
        yield from ("", "[attributes]", f"# {model.model_fields['attributes'].description}", '# city = "text"')


def default_of(default: Any) -> str:
    """A default as it is written in TOML; empty where there is none."""
    if default in (None, {}, ""):
        return ""
    return _toml(written(default)) if isinstance(default, timedelta) else _toml(default)


def written(value: Any) -> str:
    """A value as it is typed, without the quotes of TOML; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        seconds = value // timedelta(seconds=1)
        unit, size = next((one for one in (("d", 86_400), ("h", 3_600), ("m", 60)) if not seconds % one[1]), ("s", 1))
        return f"{seconds // size}{unit}" if seconds else "0m"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _toml(value: Any) -> str:
    return str(tomlkit.item(value).as_string())


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
