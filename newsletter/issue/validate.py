"""What is wrong with an issue beyond the single field: ids, reader fields, links in texts, clocks that jump, texts that
are too long for where they go.

A problem's place names item and field. Its line, where it has one, counts within the text of that field;
``newsletter.issue.parse`` turns it into a line of the file.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsletter.issue.bodies import body_mistakes
from newsletter.issue.clock import jump, zone_of
from newsletter.issue.model import Issue
from newsletter.issue.nearest import nearest
from newsletter.issue.problems import Place, Problem
from newsletter.issue.wording import spoken
from newsletter.items.base import Item
from newsletter.items.kinds.engage import Engage
from newsletter.items.kinds.event import Event
from newsletter.items.reader_fields import STANDARD, fields_in
from newsletter.items.sharing import action_mistakes


@dataclass(frozen=True)
class Known:
    """The names that a text can refer to."""

    fields: Collection[str]
    """The reader fields of the site."""
    items: Collection[str]
    """The ids of the issue's items."""


def validate(issue: Issue, known_fields: Collection[str] = tuple(STANDARD)) -> tuple[Problem, ...]:
    """Every problem of ``issue``. ``known_fields``: the reader fields of the site."""
    known = Known(known_fields, [item.id for item in issue.items])
    return (
        *_ids(issue),
        *front_problems(issue, known),
        *(problem for item in issue.items for problem in item_problems(item, issue.timezone, known)),
    )


def _ids(issue: Issue) -> Iterator[Problem]:
    seen = set()
    for item in issue.items:
        if item.id in seen:
            yield Problem(
                f"two items have the id '{item.id}'", "give one of them another", Place(item=item.id, field="id")
            )
        seen.add(item.id)


def front_problems(issue: Issue, known: Known) -> Iterator[Problem]:
    """The problems of front matter and introduction."""
    yield from field_problems(issue.model_dump(exclude={"items", "introduction", "overrides"}), None, known)
    yield from text_problems(issue.introduction, None, known)


def item_problems(item: Item, timezone: str, known: Known) -> Iterator[Problem]:
    """The problems of one item in an issue of zone ``timezone``."""
    yield from field_problems(item.model_dump(exclude={"body"}), item.id, known)
    yield from text_problems(item.body, item.id, known, no_time=_why_no_time(item))
    if isinstance(item, Event):
        yield from _clock_problems(item, timezone)
    if isinstance(item, Engage):
        for field, message, mend in action_mistakes(item):
            yield Problem(message, mend, Place(item=item.id, field=field))


_NO_EVENT = "only in the text of an event or debrief does it tell a time"


def text_problems(text: str, item: str | None, known: Known, *, no_time: str = _NO_EVENT) -> Iterator[Problem]:
    """The problems of a Markdown text: the body of ``item``, or the introduction. ``no_time`` says why
    ``{{local_time}}`` cannot stand in it."""
    field = "introduction" if item is None else "body"
    yield from field_problems({field: text}, item, known, no_time)
    for mistake in body_mistakes(text, known.items):
        yield Problem(mistake.message, mistake.mend, Place(line=mistake.line, item=item, field=field))


def _why_no_time(item: Item) -> str:
    if not isinstance(item, Event):
        return _NO_EVENT
    return "" if isinstance(item.starts, datetime) else "it tells a time, and this one lasts the whole day"


def field_problems(
    dump: Mapping[str, Any], item: str | None, known: Known, no_time: str = _NO_EVENT
) -> Iterator[Problem]:
    """Reader fields, anywhere in the values of ``dump``, that the site does not know or that cannot stand there."""
    for path, text in _texts(dump):
        for used in fields_in(text):
            line = text.count("\n", 0, used.start) + 1
            place = Place(line=line, item=item, field=spoken(path))
            if used.name == "local_time" and no_time:
                yield Problem(f"{{{{local_time}}}} cannot stand here: {no_time}", "write the time itself", place)
            elif used.name not in known.fields:
                near = nearest(used.name, known.fields)
                yield Problem(
                    f"there is no reader field '{used.name}'",
                    f"did you mean {{{{{near}}}}}?" if near else f"known are: {', '.join(sorted(known.fields))}",
                    place,
                )


def _texts(thing: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(thing, str):
        if "{{" in thing:
            yield path, thing
    elif isinstance(thing, Mapping):
        for key, part in thing.items():
            yield from _texts(part, (*path, key))
    elif isinstance(thing, tuple | list):
        for index, part in enumerate(thing):
            yield from _texts(part, (*path, index))


def _clock_problems(event: Event, timezone: str) -> Iterator[Problem]:
    zone = zone_of(event, timezone)
    for field in ("starts", "ends"):
        moment = getattr(event, field)
        if isinstance(moment, datetime) and (found := jump(moment, zone)):
            yield Problem(f"{field}: {found[0]}", found[1], Place(item=event.id, field=field))
