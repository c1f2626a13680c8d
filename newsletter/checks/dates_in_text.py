"""Dates, and weekdays with dates, in running text in English, Spanish, French and Arabic: where they stand, what they
say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_WEEKDAYS = (
    ("Monday", "Mon", "lunes", "lundi", "الاثنين", "الإثنين"),
    ("Tuesday", "Tues", "Tue", "martes", "mardi", "الثلاثاء"),
    ("Wednesday", "Weds", "Wed", "miércoles", "miercoles", "mercredi", "الأربعاء", "الاربعاء"),
    ("Thursday", "Thurs", "Thur", "Thu", "jueves", "jeudi", "الخميس"),
    ("Friday", "Fri", "viernes", "vendredi", "الجمعة"),
    ("Saturday", "Sat", "sábado", "sabado", "samedi", "السبت"),
    ("Sunday", "Sun", "domingo", "dimanche", "الأحد", "الاحد"),
)
_MONTHS = (
    ("January", "Jan", "enero", "janvier", "يناير", "كانون الثاني"),
    ("February", "Feb", "febrero", "février", "fevrier", "فبراير", "شباط"),
    ("March", "Mar", "marzo", "mars", "مارس", "آذار"),
    ("April", "Apr", "abril", "avril", "أبريل", "إبريل", "نيسان"),
    ("May", "mayo", "mai", "مايو", "أيار"),
    ("June", "Jun", "junio", "juin", "يونيو", "حزيران"),
    ("July", "Jul", "julio", "juillet", "يوليو", "تموز"),
    ("August", "Aug", "agosto", "août", "aout", "أغسطس", "آب"),
    ("September", "Sept", "Sep", "septiembre", "setiembre", "septembre", "سبتمبر", "أيلول"),
    ("October", "Oct", "octubre", "octobre", "أكتوبر", "تشرين الأول"),
    ("November", "Nov", "noviembre", "novembre", "نوفمبر", "تشرين الثاني"),
    ("December", "Dec", "diciembre", "décembre", "decembre", "ديسمبر", "كانون الأول"),
)
WEEKDAY = {word.casefold(): number for number, words in enumerate(_WEEKDAYS) for word in words}
"""0 is Monday, as in ``date.weekday``."""
MONTH = {word.casefold(): number for number, words in enumerate(_MONTHS, 1) for word in words}


def _one_of(words: dict[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|°|ª)?(?!\d|:\d)"
_YEAR = r"(?:(?:,?\s+|\s+del?\s+)(?P<year>(?:19|20)\d\d)(?!\d|:\d))?"
_MONTH_WORD = rf"(?P<month>{_one_of(MONTH)})\b\.?"
_DATES = (
    rf"{_MONTH_WORD}\s+(?:the\s+)?{_DAY}{_YEAR}",  # November 10th, 2020
    rf"(?:the\s+|el\s+|le\s+)?{_DAY}\s+(?:of\s+|de\s+|d['’]\s?)?{_MONTH_WORD}{_YEAR}",  # 10 de noviembre de 2020
    r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",  # 2020-11-10
)
_WEEKDAY_WORD = rf"\b(?P<weekday>{_one_of(WEEKDAY)})\b\.?"
_TIME = r"(?:(?:\s+(?:at|a\s+las?|à)|,)?\s+\d{1,2}(?:[:h.]\d\d|\s?[ap]\.?m\.?|h)(?:\s?[ap]\.?m\.?)?)?"
_BETWEEN = r"(?:\s*[,،]\s*|\s*[–—-]\s*|\s*\(\s*|\s+)(?:on\s+)?"
_AFTER = tuple(re.compile(_WEEKDAY_WORD + _TIME + _BETWEEN + shape, re.IGNORECASE) for shape in _DATES)
_BEFORE = tuple(re.compile(rf"\b{shape}\s*\(\s*{_WEEKDAY_WORD}\s*[,)]", re.IGNORECASE) for shape in _DATES)
_REACH = 40
"""Characters that a date takes at most before its weekday in brackets."""
# "Monday to Friday, November 9-13", "Monday and Tuesday, November 9 and 10": which day belongs to which is open.
_SEVERAL = re.compile(
    rf"\b(?:{_one_of(WEEKDAY)})\b\.?\s*(?:[,/&–—-]|\b(?:to|through|thru|until|till|and|or|y|e|o|a|al|et|ou|au|à)\b)"
    r"\s*(?:(?:or|and|y|et|the|el|le|on)\s+)?$",
    re.IGNORECASE,
)
_SMALL = {
    "mon",
    "tue",
    "wed",
    "fri",
    "sat",
    "sun",
    "may",
    "mar",
    "march",
    "jan",
    "jun",
    "dec",
    "nov",
    "sep",
    "thu",
    "apr",
}
_NAMED = re.compile(r"\b(?:bloody|black|good|easter|palm|giving|ash|shrove|maundy|cyber|super|holy|fat|red)\s+$", re.I)


@dataclass(frozen=True)
class WeekdayDate:
    """``Monday, November 10`` in a text."""

    words: str
    weekday: int
    month: int
    day: int
    year: int | None
    """``None`` where the text names none."""
    line: int
    """The line of the text, from 1."""


def weekday_dates(text: str) -> Iterator[WeekdayDate]:
    """Each weekday of ``text`` that stands beside a date. Ranges of days, and days that are names (Black Friday) of no
    named year, are passed over."""
    if WEEKDAY.keys().isdisjoint(re.findall(r"[^\W\d_]+", text.casefold())):
        return
    plain = re.sub(r"\]\([^)]*\)|[*_`~\[\]]", "", text)
    for found in re.finditer(r"[^\W\d_]+", plain):
        if found[0].casefold() not in WEEKDAY:
            continue
        matches = [pattern.match(plain, found.start()) for pattern in _AFTER]
        if plain[: found.start()].rstrip().endswith("("):
            start = max(0, found.start() - _REACH)
            matches += [pattern.search(plain, start, found.end() + 2) for pattern in _BEFORE]
        for match in filter(None, matches):
            before = plain[max(0, match.start("weekday") - 30) : match.start("weekday")]
            year = int(match["year"]) if match["year"] else None
            if _SEVERAL.search(before) or (year is None and _NAMED.search(before)) or _is_other_word(match):
                continue
            month = match["month"]
            words = " ".join(match[0].split()).strip(" ,.")
            yield WeekdayDate(
                words + ")" * (words.count("(") - words.count(")")),
                WEEKDAY[match["weekday"].casefold()],
                int(month) if month.isdigit() else MONTH[month.casefold()],
                int(match["day"]),
                year,
                plain.count("\n", 0, match.start()) + 1,
            )


def _is_other_word(match: re.Match[str]) -> bool:
    """Whether a word is no day or month (*we sat*, *this may*), or the weekday is the end of a sentence."""
    day = match["weekday"]
    ends = match.string[match.end("weekday") :].startswith(".") and len(day) > len("Thurs")
    return ends or any(word in _SMALL for word in (day, match["month"]))


@dataclass(frozen=True)
class SaidDate:
    """``November 10th, 2020`` in a text, from ``start`` to ``end``."""

    month: int
    day: int
    year: int | None
    start: int
    end: int

    def near(self, about: date) -> date | None:
        """The day that is meant: of the named year, else the one nearest to ``about``; ``None`` where the calendar has
        no such day."""
        days = []
        for year in (self.year,) if self.year else (about.year - 1, about.year, about.year + 1):
            try:
                days.append(date(year, self.month, self.day))
            except ValueError:
                continue
        return min(days, key=lambda day: abs(day - about), default=None)


_ANY = tuple(re.compile(rf"(?<![\w/.-]){shape}", re.IGNORECASE) for shape in (_DATES[2], _DATES[1], _DATES[0]))
"""Of these the first wins: "9 November 2020" is no "November 20"."""
_WORD = re.compile(r"[^\W\d_]+")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH_WORDS = {word.split()[0] for word in MONTH}
_ROOM = 24
"""Letters that a date has at most before and after the word of its month."""


@lru_cache(maxsize=4096)
def dates_in(text: str) -> tuple[SaidDate, ...]:
    """Each date of ``text`` in order. Small words that are also months (*we may 5 times*) are none."""
    found: list[SaidDate] = []
    # Whole patterns are tried around the words of months only: over a whole text they take a hundred times longer.
    near = [(word.start(), word.end()) for word in _WORD.finditer(text) if word[0].casefold() in _MONTH_WORDS]
    near += [(match.start(), match.end()) for match in _ISO.finditer(text)]
    for first, last in near:
        for pattern in _ANY:
            for match in pattern.finditer(text, max(0, first - _ROOM), last + _ROOM):
                month = match["month"]
                if month in _SMALL or any(one.start < match.end() and match.start() < one.end for one in found):
                    continue
                number = int(month) if month.isdigit() else MONTH[month.casefold()]
                year = int(match["year"]) if match["year"] else None
                if 1 <= number <= 12 and 1 <= int(match["day"]) <= 31:
                    found.append(SaidDate(number, int(match["day"]), year, match.start(), match.end()))
    return tuple(sorted(found, key=lambda one: one.start))
