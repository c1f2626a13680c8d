"""Issues of any content that the types allow, with a liking for what is hard to write down."""

from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from newsletter.issue.model import Issue, Override
from newsletter.items.base import Item
from newsletter.items.kinds.button import Button
from newsletter.items.kinds.contact import Contact
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Copy, Engage, Link, Share, Write
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.image import Image
from newsletter.items.kinds.quote import Quote
from newsletter.items.kinds.recap import Recap
from newsletter.items.kinds.resources import Resource, Resources
from newsletter.items.kinds.text import Text
from newsletter.items.text import FieldLine, Line, Markdown, PlainText, Slug

NASTY_LINES = [
    "```",
    "````",
    "~~~",
    "```text",
    "```event",
    "~~~ toml",
    "    indented code",
    "\tcode after a tab",
    "## heading",
    "   ## heading",
    "    ## no heading",
    "> ## quoted",
    "- ## listed",
    "1. ## listed",
    "  ## after a list",
    "Setext",
    "---",
    "===",
    "+++",
    "### below",
    "<div>",
    "<!-- note",
    "<script>",
    "-->",
    "[ref]: https://www.example.org/a",
    "[a][ref] and [b](https://www.example.org/b)",
    "[open",
    "trailing  ",
    "trailing\\",
    "",
    "",
    "> quote",
    "- item",
    "  more",
    "a | b",
    "--|--",
    "{{first_name|friend}} says {{name}}",
    "`` ` ``",
    "ünïcödé 🏳️‍🌈 مرحبا 漢字",
    "\\## escaped",
    "##",
    "## ",
    "#hashtag",
    '"""',
    "'''",
    "\u2028",
]


def _valid(kind: Any) -> Any:
    adapter = TypeAdapter(kind)

    def usable(text: str) -> bool:
        try:
            adapter.validate_python(text)
        except ValidationError:
            return False
        return True

    return usable


_characters = st.characters(exclude_categories=("Cs",))
_nasty = st.sampled_from(
    ['"', "\\", "`", "#", " #", "##", "'", "+++", "=", "[[", "```", "{", "é", "\t", "  ", "{{name|x}}", "🙂"]
)
_words = st.lists(st.text(_characters, max_size=8) | _nasty, min_size=1, max_size=6).map("".join)

lines = _words.filter(_valid(Line))
field_lines = _words.filter(_valid(FieldLine))
plain_texts = (
    st.lists(_words | st.sampled_from(NASTY_LINES), min_size=1, max_size=6).map("\n".join).filter(_valid(PlainText))
)
markdown = st.lists(_words | st.sampled_from(NASTY_LINES), max_size=8).map("\n".join).filter(_valid(Markdown))
slugs = st.from_regex(r"\A[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}\Z").filter(_valid(Slug))
urls = st.sampled_from(["https://www.example.org/a?b=c&d=%20#e", "http://example.net", "https://münchen.example.org/ü"])
zones = st.sampled_from(["Europe/Zurich", "America/New_York", "UTC", "Asia/Kolkata"])
days = st.dates(date(1970, 1, 1), date(2199, 12, 31))
moments = st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)) | days


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _item(kind: type[Item], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Item]:
    common = {"id": slugs, "title": lines, "body": markdown, "audience": _maybe(slugs)}
    return st.builds(kind, **common, **fields)


_action = {"label": field_lines, "why": _maybe(field_lines), "deadline": _maybe(days)}
actions = st.one_of(
    st.builds(
        Share,
        **_action,
        do=st.just("share"),
        networks=st.lists(st.sampled_from(["x", "email", "mastodon"]), min_size=1, max_size=3).map(tuple),
        text=plain_texts,
        url=_maybe(urls),
    ),
    st.builds(
        Write, **_action, do=st.just("write"), to=lines, email=st.just("a@example.org"), subject=lines, text=plain_texts
    ),
    st.builds(
        Copy, **_action, do=st.just("copy"), form=st.sampled_from(["op-ed", "press statement"]), text=plain_texts
    ),
    st.builds(Link, **_action, do=st.just("link"), button=field_lines, url=urls),
)
_event = {"starts": moments, "zone": _maybe(zones), "city": _maybe(lines), "watch_url": _maybe(urls)}
items = st.one_of(
    _item(Text),
    _item(Button, label=field_lines, url=urls),
    _item(Quote, by=lines, role=_maybe(lines), source=_maybe(urls)),
    _item(Image, src=st.just("images/a b.jpg"), alt=lines, caption=_maybe(lines)),
    _item(Image, src=st.just("a.png"), decorative=st.just(True)),
    _item(Recap, met=st.lists(lines, max_size=3).map(tuple), thanks=st.lists(lines, max_size=2).map(tuple)),
    _item(Event, **_event),
    _item(Debrief, **_event, details=_maybe(st.just("to follow")), due=_maybe(days)),
    _item(Engage, deadline=_maybe(days), actions=st.lists(actions, max_size=3).map(tuple)),
    _item(
        Resources,
        links=st.lists(st.builds(Resource, label=lines, url=urls, about=_maybe(lines)), min_size=1, max_size=2).map(
            tuple
        ),
    ),
    _item(Contact, name=lines, email=_maybe(st.just("a@example.org")), phone=_maybe(st.just("+41 22 555 01 00"))),
)
overrides = st.builds(
    Override,
    check=slugs,
    item=_maybe(slugs),
    finding=st.from_regex(r"\A[0-9a-f]{8}\Z"),
    reason=lines,
)
issues = st.builds(
    Issue,
    slug=slugs,
    title=lines,
    subject=field_lines,
    preheader=_maybe(field_lines),
    language=st.sampled_from(["en", "es", "pt-BR", "ar"]),
    timezone=zones,
    zones=st.lists(zones, max_size=2).map(tuple),
    series=_maybe(lines),
    list=_maybe(slugs),
    date=_maybe(days),
    sender=_maybe(lines.filter(lambda name: not set(name) & set('<>@"'))),
    reply_to=_maybe(st.just("reply@example.org")),
    overrides=st.lists(overrides, max_size=2).map(tuple),
    introduction=markdown,
    items=st.lists(items, max_size=4, unique_by=lambda item: item.id).map(tuple),
)
