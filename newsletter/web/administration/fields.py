"""Settings as fields of a form: made from their types and meanings, so that a new setting is there by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from django.http import HttpRequest

from newsletter.items.values import zone_names
from newsletter.settings import Settings
from newsletter.site import Site, annotation_of, is_secret, is_section
from newsletter.site_edit import SettingsError
from newsletter.store import changing
from newsletter.web.access import account_of

_ADDRESSES = ("sender.email", "sender.reply_to", "delivery.notify", "providers.smtp.verp")


@dataclass(frozen=True)
class Field:
    """One setting as a field. ``kind`` chooses the control: text, email, number, span, choice, yes, secret or zone."""

    key: str
    label: str
    help: str
    kind: str
    value: str = ""
    """What is in force, as it is written, or what was typed; never a secret."""
    options: tuple[str, ...] = ()
    source: str = ""
    """Where it is set; empty while the default holds."""
    locked: str = ""
    """Why it cannot be changed here."""
    there: bool = False
    """Of a secret: whether one is kept."""
    wrong: str = ""
    lowest: int | None = None
    highest: int | None = None

    @property
    def id(self) -> str:
        """Of the control in the page."""
        return self.key.replace(".", "-")


def field_of(site: Site, key: str) -> Field:
    """The setting ``key`` as it is now."""
    info, annotation = info_of(key), annotation_of(key)
    options = _options(annotation)
    limits = {type(one).__name__: one for one in info.metadata}
    return Field(
        key=key,
        label=info.title or key.rpartition(".")[2].replace("_", " ").capitalize(),
        help=info.description or "",
        kind=_kind(key, annotation, bool(options)),
        value=changing.shown(site, key),
        options=options,
        source=changing.source(site, key),
        locked=changing.locked(site, key),
        there=is_secret(annotation) and changing.value_at(site, key) is not None,
        lowest=getattr(limits.get("Ge"), "ge", None),
        highest=getattr(limits.get("Le"), "le", None),
    )


def info_of(key: str) -> Any:
    """What the settings say of ``key``."""
    model: Any = Settings
    *sections, last = key.split(".")
    for name in sections:
        model = model.model_fields[name].annotation
    return model.model_fields[last]


def save(
    request: HttpRequest, site: Site, keys: Sequence[str], *, said: Sequence[str] = ()
) -> tuple[Site, tuple[Field, ...]]:
    """Sets what the form says of ``keys``: the site as it is then, and the fields. Where a value does not fit nothing
    is changed, and its field says so with what was typed. ``said``: see ``changing.change``."""
    fields = [field_of(site, key) for key in keys]
    changes = {
        field.key: value for field in fields if not field.locked and (value := _typed(request.POST, field)) is not ...
    }
    try:
        now = changing.change(site, changes, actor=account_of(request).name, at=datetime.now(UTC), said=said)
    except SettingsError as error:
        return site, tuple(_as_typed(field, changes, error.wrong) for field in fields)
    return now, tuple(field_of(now, key) for key in keys)


def _typed(post: Mapping[str, str], field: Field) -> Any:
    """What the form says of ``field``: a text, ``None`` for the default, ``...`` where it says nothing."""
    if field.kind == "yes":
        return "true" if post.get(field.key) == "true" else "false"
    if field.kind == "secret":
        typed = post.get(field.key, "").strip()
        return typed or (None if f"{field.key}.remove" in post else ...)
    if field.key not in post:
        return ...
    return post[field.key].strip() or None


def _as_typed(field: Field, changes: Mapping[str, Any], wrong: Mapping[str, str]) -> Field:
    words = wrong.get(field.key, "")
    said = f"{words[0].upper()}{words[1:]}." if words else ""
    typed = field.value if field.kind == "secret" or field.key not in changes else changes[field.key] or ""
    return replace(field, value=typed, wrong=said)


def _kind(key: str, annotation: Any, choice: bool) -> str:
    plain = get_origin(annotation) in {None, UnionType}
    types = {annotation, *get_args(annotation)} if plain else {annotation}
    kinds = (
        ("secret", is_secret(annotation)),
        ("choice", choice),
        ("yes", bool in types),
        ("number", int in types),
        ("span", timedelta in types),
        ("zone", key == "site.timezone"),
        ("email", key in _ADDRESSES),
    )
    return next((kind for kind, fits in kinds if fits), "text")


def _options(annotation: Any) -> tuple[str, ...]:
    return tuple(map(str, get_args(annotation))) if get_origin(annotation) is Literal else ()


def zones() -> list[str]:
    """The names of the time zones."""
    return sorted(zone_names())


def section_keys(name: str) -> list[str]:
    """The settings of the section ``name`` (``providers.smtp``), without those of sections within it."""
    model: Any = Settings
    for part in name.split("."):
        model = model.model_fields[part].annotation
    return [f"{name}.{key}" for key, info in model.model_fields.items() if not is_section(info.annotation)]
