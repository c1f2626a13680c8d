"""An issue as one reader would get it, without mailing it: any reader, any language, any part of the audience."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import compress

from django.db.models import Q

from newsletter.delivery.readers import language_for, reader_values
from newsletter.delivery.variants import told_by
from newsletter.issue.model import Issue
from newsletter.items.reader_fields import FIELD
from newsletter.models import Revision
from newsletter.render import FieldUse, Filled, fill, value_for
from newsletter.render.dates import long_day
from newsletter.render.rendering import Part
from newsletter.render.words import words_for
from newsletter.site import Site
from newsletter.store.previews import render_preview
from newsletter.store.rendering import issues_of
from subscribers import attributes, audience
from subscribers.models import Subscriber
from subscribers.stores import on_postgres

MOST_FOUND = 8
"""Readers that a search shows."""
_LAST = "\U0010ffff"

_LONG = {
    "first_name": "Maximiliana-Alexandrina",
    "last_name": "Wolfeschlegelstein-Featherstonehaugh",
    "name": "Maximiliana-Alexandrina Wolfeschlegelstein-Featherstonehaugh",
    "email": "maximiliana-alexandrina.wolfeschlegelstein@working-group.example.org",
    "timezone": "America/Argentina/Buenos_Aires",
}
_LONG_TEXT = "a text of sixty characters, which is longer than nearly all "
_LONG_NUMBER = "-123,456,789.25"
_LONG_DAY = date(2026, 9, 30)


@dataclass(frozen=True)
class Preview:
    """A revision as one reader gets it."""

    issue: Issue
    filled: Filled
    preheader: str
    """As this reader's inbox shows it; empty where the issue has none."""


def preview_of(
    site: Site,
    revision: Revision,
    *,
    logo_url: str,
    language: str = "",
    reader: Subscriber | None = None,
    longest: bool = False,
    segments: Collection[str] | None = None,
    base: str = "",
    parts: Collection[Part] = ("html", "text"),
) -> Preview:
    """``revision`` as ``reader`` gets it; else as somebody of whom nothing is known, or with the ``longest`` values.

    ``language`` wins over the reader's own, ``segments`` over those that the reader is in; without either all items
    are there. ``base`` stands before the addresses of pictures and documents. The reader's own links lead nowhere.
    Of ``parts`` one may be left out, which is empty then.
    Raises ``IssueError`` (it cannot be rendered) and ``SegmentError`` (an item is for a segment that is not there).
    """
    if segments is None and reader is not None:
        segments = segments_of(reader, issues_of(revision)[0])
    issues = {issue.language: issue for issue in issues_of(revision, segments=segments)}
    wanted = language or (reader.language if reader else "")
    issue = issues[language_for(wanted, issues, next(iter(issues)))]
    rendering = render_preview(site, revision, issue, logo_url=logo_url, base=base, parts=parts)
    values = _values(reader, longest, issue.language)
    own = f"{site.settings.site.base_url}/u/preview"
    filled = fill(rendering, {**values, "unsubscribe_url": own, "preferences_url": own})
    return Preview(issue, filled, _said(issue.preheader or "", values))


def segments_of(reader: Subscriber, issue: Issue) -> tuple[str, ...]:
    """Of the segments that items of ``issue`` are for, those that ``reader`` is in. Raises ``SegmentError``."""
    return tuple(compress(issue.segments, audience.held_by(reader, told_by(issue))))


def readers_like(written: str) -> list[Subscriber]:
    """Readers whose address or name begins with ``written``, those with such an address first; ``MOST_FOUND`` at
    most."""
    text = written.strip()[:200]
    if not text:
        return []
    start = text.lower()
    # On SQLite a LIKE would not go by the index; on PostgreSQL letters may not be in the order of their numbers.
    among = Q(email_norm__startswith=start) if on_postgres() else Q(email_norm__gte=start, email_norm__lt=start + _LAST)
    found = list(Subscriber.objects.filter(among).order_by("email_norm")[:MOST_FOUND])
    if len(found) < MOST_FOUND and "@" not in text:
        named = Q(name__istartswith=text)
        named |= Q(attributes__first_name__istartswith=text) | Q(attributes__last_name__istartswith=text)
        others = Subscriber.objects.filter(named).exclude(pk__in=[one.pk for one in found]).order_by("pk")
        found += others[: MOST_FOUND - len(found)]
    return found


def _values(reader: Subscriber | None, longest: bool, language: str) -> Mapping[str, str]:
    if reader is not None:
        return {**reader_values(reader, language, attributes.declared()), "language": language}
    return {**_longest(language), "language": language} if longest else {}


def _longest(language: str) -> dict[str, str]:
    """Values that are longer than those of nearly all readers, for each field there is."""
    words = words_for(language)
    of_kind = {
        "number": _LONG_NUMBER,
        "date": long_day(_LONG_DAY, words),
        "yes/no": max(words.yes, words.no, key=len),
    }
    own = {
        name: max(kind, key=len) if isinstance(kind, tuple) else of_kind.get(kind, _LONG_TEXT)
        for name, kind in attributes.declared().items()
    }
    return own | _LONG


def _said(text: str, values: Mapping[str, str]) -> str:
    """``text`` with the values of its reader fields."""
    return FIELD.sub(lambda found: value_for(FieldUse("", found[1], (found[2] or "").strip(), "subject"), values), text)
