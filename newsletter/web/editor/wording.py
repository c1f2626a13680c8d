"""What the answers of the editor have in common: which revision, where they lead, what is wrong in words, times on the
site's clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404
from django.urls import reverse

from newsletter.issue.pieces import cut
from newsletter.issue.toml import Path
from newsletter.items.describe import FieldDescription
from newsletter.models import Revision
from newsletter.render.dates import language_name
from newsletter.store.draft import FRONT, INTRODUCTION
from newsletter.store.revisions import UnknownIssue, newest
from newsletter.store.uploads import uploaded
from newsletter.web.editor import forms
from newsletter.web.pages import this_site

FIXED = {FRONT: "Subject and sender", INTRODUCTION: "Introduction"}
"""What is edited beside the items, as it is called."""


def revision_or_404(slug: str) -> Revision:
    """The newest revision of the issue ``slug``."""
    try:
        return newest(slug)
    except UnknownIssue:
        raise Http404 from None


def address_of(slug: str, key: str = "") -> str:
    """The page of the issue, with the item ``key`` chosen."""
    return reverse("issue", kwargs={"slug": slug}) + (f"?{urlencode({'item': key})}" if key else "")


def uploads_in(raw: forms.Raw) -> dict[str, str]:
    """The files that were put in and that a form names: path -> public id of the asset."""
    return uploaded(text for texts in raw.values() for text in texts)


def wrong_in(wrong: Mapping[Path, str], raw: forms.Raw, fields: Iterable[FieldDescription]) -> dict[str, str]:
    """What is wrong, by the name of the input that it stands beside."""
    needed = {one.name for one in fields if one.required}
    said = {}
    for path, words in wrong.items():
        name = forms.input_of(path, raw)
        blank = not any(raw.get(name, [])) and not any(raw.get(f"{name}.day", []))
        said[name] = "This is needed." if blank and name in needed else words
    return said


def called(language: str) -> str:
    """``language`` as it is called in English: ``German``."""
    return language_name(language, "en")


def clock(at: datetime | None) -> str:
    """``at`` as hours and minutes on the site's clock."""
    return f"{at.astimezone(ZoneInfo(this_site().settings.site.timezone)):%H:%M}" if at else ""


def number_in(text: str) -> int:
    """A number of a revision, or a place, as a form tells it; 404 for anything else."""
    if not text.isdecimal() or len(text) > 9:
        raise Http404
    return int(text)


def titles_of(slug: str) -> dict[str, str]:
    """What is edited in the issue ``slug``, as it is called."""
    return {**FIXED, **{piece.id: piece.title for piece in cut(newest(slug).source).items}}
