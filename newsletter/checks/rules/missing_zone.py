"""Times without a zone."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from newsletter.checks.dates_in_text import dates_in
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import Prose, line_of, paragraphs, prose_of, sentences
from newsletter.checks.times_in_text import ZONE_WORDS, SaidTime, times_in
from newsletter.issue.problems import Place
from newsletter.items.base import Item
from newsletter.items.kinds.event import Event

_CALLS = re.compile(
    r"\b(?:join|tune|register|rsvp|watch|attend|call|webinar|briefing|livestream|broadcast|starts?|begins?"
    r"|deadline|until|"
    r"will|we meet|see you|tomorrow|next (?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"únase|únete|inscríba(?:se|nse)|inscríbete|participe|participa|conéctese|conéctate|empieza|comienza|será"
    r"|tendrá lugar|"
    r"se celebrará|hasta las|transmisión|nos vemos|reunión|mañana|"
    r"rejoignez|inscrivez|participez|suivez|commence|débute|aura lieu|se tiendra|jusqu['’]à|rendez-vous"
    r"|webinaire|demain|"
    r"انضموا|شاركوا|يبدأ|تبدأ|ستعقد|سيعقد|تابعوا)\b",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"\b(?:open(?:s|ing|ed)?|office hours?|hours of|closed|weekdays|every (?:day|morning|night|week|mon|tues"
    r"|wednes|thurs|fri|"
    r"satur|sun)|daily|in person|hotline|help ?line|train|bus|flight|room|street|curfew|"
    r"abiert[oa]s?|horario de (?:atención|oficina)|de lunes a|todos los|todas las|cada|presencial|calle|sala|plaza|"
    r"ouvert(?:e|s|es)?|horaires|du lundi|tous les|toutes les|chaque|permanence|salle|rue|place|présentiel|"
    r"arrested|killed|raided|attacked|arrived|entered|detained|died|detuvieron|mataron|llegaron|arrêtés?|tués?"
    r"|entrèrent)\b",
    re.IGNORECASE,
)
_NOT_A_TIME = re.compile(
    r"(?:\b(?:article|articles|art\.?|rule|verse|psalm|genesis|isaiah|micah|amos|matthew|luke|john|sura|surah"
    r"|quran|ratio(?: of)?|"
    r"score|won|lost|beat|paragraph|para\.?|section|chapter|artículo|versículo|salmo|verset|psaume|paragraphe"
    r"|voted?|by|"
    r"minute|at minute|timestamp|from minute)\s*)$",
    re.IGNORECASE,
)


@check(
    "missing-zone",
    "warning",
    bad="Join the debrief call on November 17 at 3 pm.",
    good="Join the debrief call on November 17 at 3 pm Eastern time.",
)
def missing_zone(context: Context) -> Iterator[Finding]:
    """A time without a zone: readers elsewhere come an hour, or half a day, too late. Looked at in events, and in texts
    that announce something; the text of an event stands beside its time and zone. Opening hours, what happens in a
    room, and what is over are passed over.
    """
    issue = context.issue
    items = {item.id: item for item in issue.items}
    if issue.timezone == "UTC" and "timezone" not in issue.model_fields_set:
        for item in issue.items:
            if isinstance(item, Event) and item.zone is None and isinstance(item.starts, datetime):
                yield Finding(
                    "missing-zone",
                    "warning",
                    f"Neither '{item.title}' nor the issue names a time zone, so that {item.starts:%H:%M} is "
                    f"taken for UTC.",
                    'Name the zone of the organiser\'s clock, such as zone = "Europe/Zurich"; or zone = "UTC".',
                    Place(item=item.id, field="starts"),
                )
    today = context.now.astimezone(ZoneInfo(issue.timezone)).date()
    for prose in prose_of(context.texts):
        if _has_clock(items.get(prose.text.place.item or "")) and prose.field != "text":
            continue
        if not times_in(prose.said):
            continue
        for position, time in _announced(prose, today):
            yield Finding(
                "missing-zone",
                "warning",
                f"'{time.words}' names no time zone; readers elsewhere will take it for a time of their own.",
                "Write whose clock it is, such as 14:30 Geneva time.",
                prose.text.line(line_of(prose.text.value, position)),
            )


def _has_clock(item: Item | None) -> bool:
    """Whether the zone stands beside the text."""
    return isinstance(item, Event) and isinstance(item.starts, datetime)


def _announced(prose: Prose, today: date) -> Iterator[tuple[int, SaidTime]]:
    """The first time of each paragraph that calls readers to something and says no zone."""
    for start, paragraph in paragraphs(prose):
        times = times_in(paragraph)
        if not times or any(time.zoned for time in times) or ZONE_WORDS.search(paragraph) or _LOCAL.search(paragraph):
            continue
        if "local_time" in prose.text.value[start : start + len(paragraph)]:
            continue
        for at, sentence in sentences(paragraph):
            said = [
                time
                for time in times_in(sentence)
                if not _NOT_A_TIME.search(sentence[max(0, time.start - 40) : time.start])
            ]
            if not said:
                continue
            days = [day for one in dates_in(sentence) if (day := one.near(today))]
            if any(day >= today for day in days) or (not days and _CALLS.search(sentence)):
                yield start + at + said[0].start, said[0]
                break


def _is_no_time(sentence: str, time: SaidTime) -> bool:
    """Whether it is a verse, a result or a place in a film."""
    return bool(_NOT_A_TIME.search(sentence[max(0, time.start - 40) : time.start]))
