"""What templates are given: the issue's values, already worded, addressed and escaped for the part they stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from newsletter.issue.model import Issue
from newsletter.items.base import Item
from newsletter.items.kinds.event import Event
from newsletter.render import dates, markdown, text
from newsletter.render.fields import Tokens
from newsletter.render.rendering import Assets, Organisation, Part, Picture
from newsletter.render.theme import Theme
from newsletter.render.words import words_for

CONTENTS_FROM = 5
"""Items from which on a list "In this issue" helps."""

SIDES = 32
"""Left and right of the text, in CSS pixels; 16 on a phone."""


_T = TypeVar("_T")


class Link(NamedTuple):
    """A label and where it leads."""

    label: str
    url: str


@dataclass(frozen=True)
class Page:
    """One part (HTML or text) of one issue. The public methods are what templates call; see ``context``."""

    part: Part
    issue: Issue
    theme: Theme
    organisation: Organisation
    assets: Assets
    tokens: Tokens
    templates: tuple[Path, ...]
    memo: dict[Any, Any]
    """What both parts of a rendering need, worked out once: parsed text, times, links."""

    @cached_property
    def words(self) -> Any:
        """The fixed words in the issue's language."""
        return self._once("words", lambda: words_for(self.issue.language, self.templates))

    def context(self) -> dict[str, Any]:
        """The names that templates know."""
        return {
            "issue": self.issue,
            "organisation": self.organisation,
            "logo": self.logo(),
            "words": self.words,
            "language": self.issue.language,
            "date": self.issue.date and dates.long_day(self.issue.date, self.words),
            "why": self.organisation.why or self.words.why.format(organisation=self.organisation.name),
            "preheader": self.fields(self.issue.preheader or ""),
            # What an inbox shows after the preheader: nothing, instead of the first words of the mail.
            "padding": "\u2007\u034f " * max(0, 140 - len(self.issue.preheader or "")),
            "address": self.address(),
            "introduction": self.introduction(),
            "contents": self.issue.items if len(self.issue.items) >= CONTENTS_FROM else (),
            "unsubscribe_url": self.tokens.token("unsubscribe_url", "", "url"),
            "preferences_url": self.tokens.token("preferences_url", "", "url"),
            "archive_url": self.assets.archive_url,
            "forward_url": self.forward_url(),
            "rule": "-" * text.WIDTH,
        } | {
            method.__name__: method
            for method in (
                *(
                    self.fields,
                    self.body,
                    self.when,
                    self.day_and_first,
                    self.day,
                    self.day_block,
                    self.calendar_links,
                    self.share_links,
                ),
                *(
                    self.mailto,
                    self.telephone,
                    self.letter_link,
                    self.picture,
                    self.file_url,
                    self.host,
                    self.wrap,
                    self.link,
                    self.underline,
                ),
            )
        }

    def address(self) -> list[str]:
        """The lines of the foot: who sends, and from where."""
        name, lines = self.organisation.name, self.organisation.postal_address.splitlines()
        return lines if lines[:1] == [name] else [name, *lines]

    def fields(self, said: str) -> str:
        """Editors' ``said`` with tokens for its reader fields."""
        return self.tokens.replace(said, self.part)

    def introduction(self) -> str:
        """The text before the first item."""
        return self._written(self.issue.introduction, top=2)

    def body(self, item: Item) -> str:
        """The text of an item."""
        moment, default = None, ""
        if isinstance(item, Event) and "local_time" in item.body:
            clock = self._clocks(item)[0]
            moment = clock.starts if isinstance(clock.starts, datetime) else None
            default = self.when(item)[0]
        return self._written(item.body, top=3, item=item.id, moment=moment, default=default)

    def _written(
        self, source: str, *, top: int, item: str | None = None, moment: datetime | None = None, default: str = ""
    ) -> str:
        source = self.tokens.replace(source, self.part, moment, local_default=default)
        parsed = self._once((source, top), lambda: markdown.parse(source, nonce=self.tokens.nonce, top=top, item=item))
        if self.part == "text":
            return text.to_text(parsed, self.tokens.length)
        return Markup(markdown.to_xhtml(parsed, self.words.table))  # noqa: S704 - it went through the allow-list

    def _once(self, key: Any, make: Callable[[], _T]) -> _T:
        if key not in self.memo:
            self.memo[key] = make()
        found: _T = self.memo[key]
        return found

    def _clocks(self, event: Event) -> Any:
        from newsletter.issue.clock import clocks  # noqa: PLC0415 - only issues with events need it

        return clocks(event, self.issue)

    def when(self, event: Event) -> list[str]:
        """The time on each clock, the organiser's first; a day stands before it where it is another."""
        return self._once(("when", event.id), lambda: self._when(event))

    def _when(self, event: Event) -> list[str]:
        first, *others = self._clocks(event)
        lines = [self._told(first.starts, first.ends, first.zone, event.city)]
        if isinstance(first.starts, datetime) and self._in_another_year(first.starts):
            # The day stands beside it in the date block, where there is no room for a year.
            lines[0] = self.words.day_and_time.format(day=self.day(first.starts, year=True), time=lines[0])
        for clock in others:
            line = self._told(clock.starts, clock.ends, clock.zone, None)
            if _day_of(clock.starts) != _day_of(first.starts):
                day = dates.weekday_and_day(clock.starts, self.words)
                line = self.words.day_and_time.format(day=day, time=line)
            lines.append(line)
        return lines

    def day_and_first(self, event: Event) -> str:
        """The day and the organiser's time: ``Monday, November 9, 2020, 14:30 in Geneva``."""
        first = self.when(event)[0]
        if not isinstance(event.starts, datetime) or self._in_another_year(event.starts):
            return first
        return str(self.words.day_and_time.format(day=self.day(event.starts, year=True), time=first))

    def _in_another_year(self, moment: date) -> bool:
        """Not that of the issue: then the year is worth saying."""
        return self.issue.date is not None and moment.year != self.issue.date.year

    def _told(self, starts: date, ends: date | None, zone: str, city: str | None) -> str:
        words = self.words
        if not isinstance(starts, datetime):
            year = self._in_another_year(starts) or (ends or starts).year != starts.year
            day = self.day(starts, year=year)
            if ends is None or ends == starts:
                return day
            return str(words.from_to.format(start=day, end=self.day(ends, year=year)))
        told = dates.time_of_day(starts, zone, words)
        if isinstance(ends, datetime):
            end = dates.time_of_day(ends, zone, words)
            if ends.date() == starts.date():
                told = f"{told}–{end}"
            else:
                end = words.day_and_time.format(day=dates.weekday_and_day(ends, words), time=end)
                told = words.from_to.format(start=told, end=end)
        return str(words.time_in_city.format(time=told, city=city or dates.city_of(zone, words.language)))

    def day(self, moment: date, *, year: bool = False) -> str:
        """``Monday, November 9``, or with the year."""
        return (dates.full_day if year else dates.weekday_and_day)(moment, self.words)

    def day_block(self, event: Event) -> tuple[str, str, str]:
        """Month, day, weekday of an event, short."""
        return dates.day_block(event.starts, self.words)

    def calendar_links(self, event: Event) -> list[Link]:
        """Where the event can be saved: two calendars on the web, and a file for all others."""
        from newsletter.render.calendar import google_link, outlook_link  # noqa: PLC0415 - as clocks

        def make() -> list[Link]:
            file = self.assets.calendars.get(event.id, f"{event.id}.ics")
            return [
                Link("Google", google_link(event, self.issue)),
                Link("Outlook", outlook_link(event, self.issue)),
                Link(self.words.calendar_file, file),
            ]

        return self._once(("calendars", event.id), make)

    def share_links(self, action: Any) -> list[Link]:
        """A link for each network of an action."""
        from newsletter.items.sharing import share_links  # noqa: PLC0415 - only issues with actions need it

        def make() -> list[Link]:
            return [
                Link(self.words.email if link.network == "email" else link.label, link.url)
                for link in share_links(action)
            ]

        return self._once(("share", action), make)

    def letter_link(self, action: Any) -> str | None:
        """What opens the reader's mail program with the letter filled in."""
        from newsletter.items.sharing import letter_link  # noqa: PLC0415 - only issues with letters need it

        return self._once(("letter", action), lambda: letter_link(action))

    def mailto(self, address: str) -> str:
        """A link that writes to ``address`` (RFC 6068)."""
        return "mailto:" + quote(address, safe="@+'!$*")

    def telephone(self, number: str) -> str:
        """A link that calls ``number``, as RFC 3966 writes it: digits, with a plus where the country's code is told."""
        return "tel:" + "".join(char for char in number if char.isdigit() or char == "+")

    def logo(self) -> Picture | None:
        """The logo at the height of the theme."""
        logo = self.assets.logo
        if logo is None or not logo.height:
            return logo
        height = min(self.theme.logo.height, logo.height)
        return Picture(logo.url, max(1, round(logo.width * height / logo.height)), height)

    def picture(self, src: str) -> Picture:
        """The picture behind ``src``, at most as wide as the text, in whole pixels."""
        room = self.theme.width - 2 * SIDES
        found = self.assets.pictures.get(src)
        if found is None or not found.width or not found.height:
            return Picture(found.url if found else quote(src), room, 0)
        width = min(found.width, room)
        return Picture(found.url, width, max(1, round(found.height * width / found.width)))

    def file_url(self, file: str) -> str:
        """Where a file can be fetched; beside the page where no address is known."""
        return self.assets.files.get(file, quote(file))

    def host(self, url: str) -> str:
        """The host of an address, as people name it."""
        return (urlsplit(url).hostname or "").removeprefix("www.")

    def forward_url(self) -> str:
        """Opens the reader's mail program with a letter to a friend."""
        lines = [self.issue.title, *filter(None, [self.assets.archive_url])]
        return f"mailto:?subject={quote(self.issue.title)}&body={quote(chr(10).join(lines))}"

    def wrap(self, said: str, first: str = "", rest: str = "") -> str:
        """For the text part: ``said`` in lines of 72 columns."""
        return text.wrap(said, self.tokens.length, first=first, rest=rest)

    def link(self, label: str, url: str) -> str:
        """For the text part: ``label <url>``."""
        return self.wrap(text.link(label, url))

    def underline(self, title: str, mark: str = "=") -> str:
        """For the text part: a title with a line under it."""
        wrapped = self.wrap(title)
        return f"{wrapped}\n{mark * max(map(self.tokens.length, wrapped.split(chr(10))))}"


def _day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
