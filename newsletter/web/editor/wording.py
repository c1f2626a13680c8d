"""What the answers of the editor have in common: where they lead, what is wrong in words, times on the site's clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from newsletter.issue.toml import Path
from newsletter.items.describe import FieldDescription
from newsletter.web.editor import forms
from newsletter.web.pages import this_site

_ASSET = "asset:"
"""Begins the name of an input that tells the public id of a file that was uploaded; its path follows."""


def address_of(slug: str, key: str = "") -> str:
    """The page of the issue, with the item ``key`` chosen."""
    return reverse("issue", kwargs={"slug": slug}) + (f"?{urlencode({'item': key})}" if key else "")


def uploads_in(raw: forms.Raw) -> dict[str, str]:
    """The files that were uploaded for a form: path -> public id of the asset."""
    return {name.removeprefix(_ASSET): keys[0] for name, keys in raw.items() if name.startswith(_ASSET)}


def wrong_in(wrong: Mapping[Path, str], raw: forms.Raw, fields: Iterable[FieldDescription]) -> dict[str, str]:
    """What is wrong, by the name of the input that it stands beside."""
    needed = {one.name for one in fields if one.required}
    said = {}
    for path, words in wrong.items():
        name = forms.input_of(path, raw)
        blank = not any(raw.get(name, [])) and not any(raw.get(f"{name}.day", []))
        said[name] = "This is needed." if blank and name in needed else words
    return said


def clock(at: datetime | None) -> str:
    """``at`` as hours and minutes on the site's clock."""
    return f"{at.astimezone(ZoneInfo(this_site().settings.site.timezone)):%H:%M}" if at else ""


def spoken(value: Any) -> str:
    """``value`` as somebody reads it who compares."""
    if isinstance(value, tuple | list):
        return "\n".join(spoken(one) for one in value)
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {spoken(one)}" for name, one in value.items() if one)
    return "" if value is None else str(value)
