"""Deadlines that come too late."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.checks.dates_in_text import dates_in
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import Prose, line_of, paragraphs, prose_of, sentences
from newsletter.issue.problems import Place
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Engage, Link, Share
from newsletter.items.kinds.event import Event

_BEFORE_IT = (
    r"register|registration|rsvp|sign[- ]up|submit your questions?|send (?:us )?(?:your )?questions?|book"
    r"|reserve|apply|"
    r"inscr[ií]b[aei]\w*|inscripci[oó]n\w*|reg[ií]str\w+|confirme\w*|reserve|env[ií]e\w* sus preguntas|"
    r"inscri(?:vez|ption)\w*|réserve\w*|confirme[zr]\w*|envoyez vos questions|"
    r"سجلوا|التسجيل|سجّلوا"
)
_REGISTER = re.compile(rf"\b(?:{_BEFORE_IT})", re.I)
_UNTIL = (
    r"(?:by|before|until|till|through|closes? on|ends? on|deadline(?: is)?|due(?: by| on)?|no later than|"
    r"antes de|antes del|hasta(?: el)?|a más tardar(?: el)?|plazo\D{0,20}|cierra(?: el)?|"
    r"avant(?: le)?|jusqu['’]au|au plus tard(?: le)?|date limite\D{0,20}|d['’]ici(?: le| au)?|clôture\w*|قبل|حتى)"
)
_DEADLINE = re.compile(
    rf"\b(?:{_BEFORE_IT})\b[^.!?\n]{{0,60}}?\b{_UNTIL}[\s:,]+(?:the\s+|el\s+|le\s+|[^\W\d_]+day,?\s+)?$", re.I
)
_DEADLINE_FIRST = re.compile(rf"\b{_UNTIL}[\s:,]+(?:[^\W\d_]+,?\s+)?$", re.I)
_TAKE_PART = re.compile(
    r"\b(?:register|rsvp|sign up for the (?:call|session|event|webinar|briefing)|join (?:the|us)|attend|tune in"
    r"|watch (?:it|the|"
    r"live)|live-?tweet|inscr[ií]b\w+|únete|únase|conéct\w+|vea|mira|rejoignez|inscrivez-vous|suivez|regardez"
    r"|assistez)\b",
    re.IGNORECASE,
)
_AT_MOST = timedelta(days=60)
"""A date without a year that is later than this is one of another year."""
_AFTERWARDS = re.compile(
    r"\b(?:recording|replay|again|recap|next|grabación|enregistrement|rediffusion|prochaine?|próxim[oa])\b", re.I
)


@check(
    "deadline-order",
    "warning",
    bad="```event\nstarts = 2020-11-09T14:30:00\n```\nRegister by November 12.",
    good="```event\nstarts = 2020-11-09T14:30:00\n```\nRegister by November 6.",
)
def deadline_order(context: Context) -> Iterator[Finding]:
    """A deadline that ends after the event it is for: "register by" a day on which it is over, details that are
    promised for after the session, an action that leads to a broadcast and may be done after it.
    """
    issue = context.issue
    # An event that is over is told by "past": one mistake, one finding.
    today = context.now.astimezone(ZoneInfo(issue.timezone)).date()
    events = [item for item in issue.items if isinstance(item, Event) and _day(item.ends or item.starts) >= today]
    for item in events:
        if isinstance(item, Debrief) and item.details and item.due and item.due > _day(item.starts):
            yield _finding(
                f"The details of '{item.title}' are promised by {item.due.isoformat()}, and it is on "
                f"{_day(item.starts).isoformat()}.",
                Place(item=item.id, field="due"),
            )
    by_id = {event.id: event for event in events}
    for prose in prose_of(context.texts):
        event = by_id.get(prose.text.place.item or "")
        if event and prose.field != "title":
            yield from _in_text(prose, event)
    for engage in issue.items:
        if isinstance(engage, Engage):
            yield from _of_actions(engage, events)


def _in_text(prose: Prose, event: Event) -> Iterator[Finding]:
    over = _day(event.ends or event.starts)
    for start, paragraph in paragraphs(prose):
        if not _REGISTER.search(paragraph):
            continue
        for at, sentence in sentences(paragraph):
            for said in dates_in(sentence):
                head = sentence[max(0, said.start - 150) : said.start]
                tail = sentence[said.end : said.end + 150]
                first = _DEADLINE_FIRST.search(head) and _REGISTER.search(tail)
                if not (_DEADLINE.search(head) or first):
                    continue
                day = said.near(over)
                if day and over < day <= over + _AT_MOST:
                    yield _finding(
                        f"The deadline {day.isoformat()} is after '{event.title}', which is on {over.isoformat()}.",
                        prose.text.line(line_of(prose.text.value, start + at + said.start)),
                    )


def _of_actions(item: Engage, events: list[Event]) -> Iterator[Finding]:
    for number, action in enumerate(item.actions, 1):
        deadline = action.deadline or item.deadline
        place = Place(item=item.id, field=f"actions[{number}].deadline" if action.deadline else "deadline")
        if action.deadline and item.deadline and action.deadline > item.deadline:
            yield _finding(
                f"'{action.label}' has a deadline ({action.deadline.isoformat()}) after that of '{item.title}' "
                f"as a whole "
                f"({item.deadline.isoformat()}).",
                place,
            )
            continue
        if deadline is None:
            continue
        url = action.url if isinstance(action, Share | Link) else None
        words = " ".join([action.label, action.why or "", *([action.button] if isinstance(action, Link) else [])])
        same = [event for event in events if url and url == event.watch_url]
        if not same and _TAKE_PART.search(words) and not _AFTERWARDS.search(words) and len(events) == 1:
            same = events
        for event in same:
            over = _day(event.ends or event.starts)
            if deadline > over and not event.recording_url:
                yield _finding(
                    f"'{action.label}' can be done until {deadline.isoformat()}, and '{event.title}' is on "
                    f"{over.isoformat()}.",
                    place,
                )
                break
        else:
            continue
        if not action.deadline:
            break  # the deadline of all actions is told once


def _finding(message: str, place: Place) -> Finding:
    return Finding("deadline-order", "warning", message, "Correct the date that is wrong.", place)


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
