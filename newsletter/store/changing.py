"""Changing settings at the desk: what a person who is no operator may change there, and what must go with it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from newsletter.models import Audit
from newsletter.site import SETTINGS_FILE, Site, annotation_of, is_secret
from newsletter.site_edit import SettingsError, change_settings
from newsletter.store import samples

LOCKED = {
    "database.url": "The rows would stay behind. It is changed in newsletter.toml, with the site stopped.",
    "database.password": "It belongs to the address of the database, in secrets.toml.",
    "secrets.secret_key": "Without it, sessions end and links break. It stays in secrets.toml.",
    "secrets.erasure_key": "By it the site knows who was erased. It stays in secrets.toml.",
    "providers.sendgrid.host": "It is for tests: the key would go to that address. It is changed in newsletter.toml.",
    "providers.allow_test_addresses": "It is for tests, and is changed in newsletter.toml.",
    "bounces.maildir": "It is a folder of the machine, and is changed in newsletter.toml.",
    "site.proxies": "It says whose word is believed, and is changed in newsletter.toml.",
}
"""Settings that are not changed at the desk, and why."""
_SERVERS = {
    "providers.smtp.password": ("providers.smtp.host", "providers.smtp.port", "providers.smtp.tls"),
    "providers.anymail.api_key": ("providers.anymail.esp", "providers.anymail.api_url"),
    "providers.anymail.secret_key": ("providers.anymail.esp", "providers.anymail.api_url"),
    "bounces.password": ("bounces.host", "bounces.port", "bounces.tls"),
}
"""To whom each secret is told: whoever changes that must know the secret, or could have it told to themselves."""
_AGAIN = "type it again: it would be told to another server"


def change(
    site: Site, changes: Mapping[str, str | None], *, actor: str, at: datetime, said: Collection[str] = ()
) -> Site:
    """Set each key to what its text says (``None``: the default again), and keep in the audit what changed. Of ``said``
    also what is the default is written down: somebody chose it.

    Raises ``SettingsError`` with what is wrong with each value, and ``SiteError``; then nothing was changed.
    """
    changes = {
        key: text
        for key, text in changes.items()
        if not _same(site, key, text) or (key in said and text is not None and not source(site, key))
    }
    if not changes:
        return site
    if wrong := _refused(site, changes):
        raise SettingsError(wrong)
    now = change_settings(site.root, changes)
    detail = {
        key: "replaced" if is_secret(annotation_of(key)) else [shown(site, key), shown(now, key)] for key in changes
    }
    Audit.objects.create(
        actor=actor, action="changed settings", object=", ".join(detail)[:200], at=at, detail={"settings": detail}
    )
    return now


def value_at(site: Site, key: str) -> object:
    """What is in force."""
    value: object = site.settings
    for name in key.split("."):
        value = value.get(name) if isinstance(value, dict) else getattr(value, name)
    return value


def shown(site: Site, key: str) -> str:
    """What is in force, as it is written; nothing of a secret."""
    from newsletter.new_site import written  # noqa: PLC0415  (it makes sites, which most do not need)

    return "" if is_secret(annotation_of(key)) else written(value_at(site, key))


def source(site: Site, key: str) -> str:
    """Where a value comes from: ``newsletter.toml``, ``secrets.toml``, ``environment NAME``; nothing for a default."""
    return next((one.source for one in reversed(site.values) if one.key == key), "")


def locked(site: Site, key: str) -> str:
    """Why ``key`` cannot be changed at the desk; nothing where it can."""
    if key in LOCKED:
        return LOCKED[key]
    if (place := source(site, key)).startswith("environment"):
        return f"It is set by the {place}, which wins over the files."
    if place not in {"", SETTINGS_FILE} and not is_secret(annotation_of(key)):
        return f"It is set in {place}, which wins over newsletter.toml."
    return ""


def _same(site: Site, key: str, text: str | None) -> bool:
    if text is None:
        return not source(site, key)
    return not is_secret(annotation_of(key)) and text == shown(site, key)


def _refused(site: Site, changes: Mapping[str, str | None]) -> dict[str, str]:
    wrong = {key: words for key in changes if (words := locked(site, key))}
    for secret, servers in _SERVERS.items():
        moved = [key for key in servers if key in changes]
        if not moved or value_at(site, secret) is None or secret in changes:
            continue
        if words := locked(site, secret):
            wrong[moved[0]] = f"the password or key is not told to another server: {words}"
        else:
            wrong[secret] = _AGAIN
    real = changes.get("delivery.provider") not in {None, "outbox"}
    if real and samples.are_there():
        wrong["delivery.provider"] = "remove the sample data first: its readers are made up, and would bounce"
    return wrong
