"""Contexts for checks: a sound mail, and what a case changes of it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from newsletter.checks import Context, People, Picture, Spam, Visit
from newsletter.issue.model import Issue
from newsletter.issue.promises import Promise
from newsletter.items.reader_fields import FIELD
from newsletter.render.rendering import FieldUse, Organisation, Rendering
from newsletter.render.theme import Fonts, Logo, Palette, Theme
from newsletter.render.words import direction

ADDRESS = "USHRN, 250 Georgia Avenue SE, Atlanta, GA 30312, USA"
TOKEN = "f7q2unsubscribeurl"
HTML = (
    '<!DOCTYPE html><html lang="en" dir="ltr"><head><title>October 2020 UPR Updates</title>'
    '<style>p{margin:0}</style></head><body><div lang="en" dir="ltr">{body}'
    f'<p>{ADDRESS}</p><p><a href="{TOKEN}">Unsubscribe</a></p></div></body></html>'
)
TEXT = f"{{body}}\n\n{ADDRESS}\nUnsubscribe <{TOKEN}>\n"
LIGHT = {
    "page": "#f4f5f7",
    "sheet": "#ffffff",
    "tint": "#f6f8fa",
    "line": "#d0d7de",
    "ink": "#1f2328",
    "quiet": "#57606a",
    "accent": "#0b57d0",
}
DARK = {
    "page": "#15181c",
    "sheet": "#1d2126",
    "tint": "#262b31",
    "line": "#3d444d",
    "ink": "#e6e8eb",
    "quiet": "#a8b0b9",
    "accent": "#6ea8fe",
}
UNSUBSCRIBE = FieldUse(token=TOKEN, name="unsubscribe_url", default="", where="url")


@dataclass(frozen=True)
class Case:
    """What differs from a sound mail. ``says``, ``level`` and ``at`` (item id, field) are what a finding must have."""

    says: str = ""
    level: str = "warning"
    at: tuple[str | None, str | None] | None = None
    issue: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    html: str | None = None
    text: str | None = None
    fields: tuple[FieldUse, ...] = ()
    address: str = ADDRESS
    now: datetime = datetime(2020, 10, 28, 12, tzinfo=UTC)
    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    written: datetime | None = None
    scheduled: bool = False
    earlier: tuple[Promise, ...] = ()
    others: tuple[str, ...] = ()
    pictures: dict[str, Picture] = field(default_factory=dict)
    largest: int | None = None
    message: bytes | None = None
    templates: dict[str, str] = field(default_factory=dict)
    untranslated: dict[str, str] = field(default_factory=dict)
    behind: dict[str, dict[str, bool]] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    people: People | None = None
    visits: dict[str, Visit] = field(default_factory=dict)
    spam: Spam | None = None


def context(case: Case) -> Context:
    """The context of ``case``."""
    values = {
        "slug": "october-2020",
        "title": "October 2020 UPR Updates",
        "subject": "October 2020 UPR Updates: watch the review on November 9",
        "preheader": "Lobbying is done. Help every eye follow the review.",
        "timezone": "Europe/Zurich",
        "introduction": "A plain text.",
        "date": date(2020, 10, 28),
    }
    issue = Issue.model_validate(values | case.issue)
    html = HTML.replace("{body}", case.body) if case.html is None else case.html
    if case.html is None:
        html = html.replace('lang="en" dir="ltr"', f'lang="{issue.language}" dir="{direction(issue.language)}"')
    return Context(
        issue=issue,
        rendering=Rendering(
            language=issue.language,
            subject=FIELD.sub(r"f7q2\1", issue.subject),
            preheader=FIELD.sub(r"f7q2\1", issue.preheader or ""),
            html=html,
            text=TEXT.replace("{body}", "A plain text.") if case.text is None else case.text,
            fields=(UNSUBSCRIBE, *case.fields),
        ),
        theme=Theme(
            name="default",
            width=600,
            radius=8,
            fonts=Fonts(body="Arial, sans-serif", code="monospace"),
            logo=Logo(height=40),
            light=Palette(**LIGHT | case.light),
            dark=Palette(**DARK | case.dark),
        ),
        organisation=Organisation(name="USHRN", postal_address=case.address, domain="news.example.org"),
        now=case.now,
        written=case.written,
        scheduled=case.scheduled,
        earlier=case.earlier,
        others=case.others,
        pictures=case.pictures,
        largest=case.largest,
        message=case.message,
        templates=case.templates,
        untranslated=case.untranslated,
        behind=case.behind,
        languages=case.languages,
        people=case.people,
        visits=case.visits,
        spam=case.spam,
    )


def changed(base: Context, **changes: Any) -> Context:
    """``base`` with other values, at the top or in the rendering."""
    own = {name: value for name, value in changes.items() if name in Context.__dataclass_fields__}
    rendering = {name: value for name, value in changes.items() if name not in own}
    return replace(base, rendering=replace(base.rendering, **rendering), **own)
