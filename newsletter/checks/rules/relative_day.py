"""Days that are counted from a day that is over when the mail leaves."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from newsletter.checks.dates_in_text import dates_in
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import Prose, line_of, paragraphs, prose_of, sentences

_DAYS = {
    "en": r"(?<!better )(?<!brighter )(?<!fairer )(?<!of )(?<!for )(?<!a )(?<!our )(?<!and )(?<!no )(?<!the )"
    r"tomorrow(?!['’]s (?:world|leaders|generations?|people|children|problems))(?! (?:belongs|people|generation|never))"
    r"|(?:the )?day after tomorrow|yesterday(?!['’]s (?:world|men))|tonight|later today|earlier today"
    r"|today(?= at \d)|this (?:morning|afternoon|evening)",
    "es": r"(?<!por la )(?<!de la )(?<!esta )(?<!la )(?<!el )(?<!un )(?<!hoy y )(?<!en la )(?<!media )(?<!del )mañana"
    r"(?! (?:mejor|mismo se|es tarde))|pasado mañana|ayer|anoche|esta (?:noche|tarde|mañana)|hoy(?= a las \d)",
    "fr": r"(?<!de )(?<!le )(?<!un )(?<!pour )(?<!d'aujourd'hui et )demain(?! (?:sera|appartient))|après-demain"
    "|hier(?! comme)"
    r"|ce (?:soir|matin)|cet après-midi|aujourd['’]hui(?= à \d)",
    "ar": r"غدًا|غداً|بعد غد|أمس|هذا المساء|الليلة",
}
_WEEKS = {
    "en": r"(?:later )?(?:this|next|last) (?:week(?:end)?|month)|(?:this coming|this past) week(?:end)?"
    r"|(?:this|next|last|this coming) (?:mon|tues|wednes|thurs|fri|satur|sun)day",
    "es": r"(?:la|esta|el|este) (?:próxima |pasada |próximo |pasado )?(?:semana|mes|fin de semana)"
    r"(?: que viene| próxima| pasada| próximo| pasado| entrante)|(?:la|el) (?:próxima|próximo|pasada|pasado) "
    r"(?:semana|mes)"
    r"|esta semana|este mes|este fin de semana|(?:este|el próximo|el pasado) "
    r"(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
    r"(?! \d)",
    "fr": r"(?:la semaine|le mois|le week-end) (?:prochaine?|derni(?:er|ère)|passée?|suivante?)|cette semaine|ce "
    "mois-ci|ce week-end"
    r"|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) (?:prochain|dernier)(?! \d)",
    "ar": r"الأسبوع (?:القادم|المقبل|الماضي)|الشهر (?:القادم|المقبل|الماضي)|هذا الأسبوع",
}
_TRIGGERS = {
    "en": ("tomorrow", "yesterday", "tonight", "today", "this ", "this\n", "next", "last ", "last\n"),
    "es": ("mañana", "ayer", "anoche", "esta ", "est", "hoy", "próxim", "pasad", "semana", "mes "),
    "fr": ("demain", "hier", "soir", "matin", "midi", "hui", "prochain", "derni", "passé", "suivant", "cette", "ce "),
    "ar": ("غد", "أمس", "المساء", "الليلة", "الأسبوع", "الشهر"),
}
"""Letters of which one stands in each of these: to look for them takes a twentieth of the time."""
_HABIT = re.compile(
    r"\b(?:every|each|usually|always|cada|todas|todos|chaque|tous|toutes|siempre|toujours|said|told|wrote|dijo|a dit"
    r"|if)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s*[*_]{0,2}[>\"“«„‘]")
_DATED = 20
"""Letters after which the date itself stands at the latest: *next Monday, on November 2*."""


@check(
    "relative-day",
    "warning",
    bad="Join us tomorrow at 14:30 Geneva time. (In a mail that leaves in three days.)",
    good="Join us on Monday, November 9, at 14:30 Geneva time.",
)
def relative_day(context: Context) -> Iterator[Finding]:
    """Words such as "tomorrow" or "next week" in a mail that leaves on another day than the one on which it was
    written: readers count from the day on which they get it. Days are looked at where the mail leaves on another day,
    weeks and months where it leaves in another week or month.
    """
    if not context.scheduled:
        return
    zone = ZoneInfo(context.issue.timezone)
    leaves = context.now.astimezone(zone).date()
    wrote = context.written.astimezone(zone).date() if context.written else None
    if wrote == leaves:
        return
    language = context.issue.language.split("-")[0]
    for prose in prose_of(context.texts):
        if prose.field == "text":  # what readers send on or copy is read on a day of their own
            continue
        pattern = _pattern(language)
        small = prose.said.casefold()
        if not any(word in small for word in _TRIGGERS.get(language, _TRIGGERS["en"])):
            continue
        for start, match in _said(prose, pattern):
            if _holds(match, wrote, leaves):
                continue
            yield Finding(
                "relative-day",
                "warning",
                f"'{match[0]}' is counted from the day of reading, and the mail leaves on {_day(leaves)}"
                + (f", not on {_day(wrote)}." if wrote else "."),
                "Name the day itself, such as Monday, November 9.",
                prose.text.line(line_of(prose.text.value, start + match.start())),
            )


def _said(prose: Prose, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Where such words stand, but for quotations, habits and days whose date is beside them."""
    for start, paragraph in paragraphs(prose):
        if _QUOTED.match(paragraph):
            continue
        for at, sentence in sentences(paragraph):
            if _HABIT.search(sentence):
                continue
            for match in pattern.finditer(sentence.replace("\n", " ")):
                if not _is_dated(sentence[match.end() : match.end() + 2 * _DATED]):
                    yield start + at, match


def _holds(match: re.Match[str], wrote: date | None, leaves: date) -> bool:
    """Whether the words mean the same on both days."""
    if match["week"] is None or wrote is None:
        return False
    if re.search(r"month|mes\b|mois|الشهر", match[0], re.IGNORECASE):
        return (wrote.year, wrote.month) == (leaves.year, leaves.month)
    return wrote - timedelta(wrote.weekday()) == leaves - timedelta(leaves.weekday())


def _is_dated(following: str) -> bool:
    return any(one.start < _DATED for one in dates_in(following))


@cache
def _pattern(language: str) -> re.Pattern[str]:
    known = language if language in _DAYS else "en"
    return re.compile(rf"(?<![\w’'-])(?:(?P<week>{_WEEKS[known]})|(?P<day>{_DAYS[known]}))(?![\w-])", re.IGNORECASE)


def _day(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}"
