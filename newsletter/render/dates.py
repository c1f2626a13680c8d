"""Days and times as readers of a language write them, in the style of the place whose clock it is.

Names and patterns come from CLDR (babel); the patterns for whole sentences from the fixed words.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from newsletter.items.values import zone_names

MAX_NAME = 64
"""Longer than any name of a zone or language: more is not looked at."""


@lru_cache(maxsize=1024)
def _formatted(moment: date | datetime, pattern: str, language: str) -> str:
    from babel import Locale  # noqa: PLC0415 - costs 60 ms
    from babel.dates import format_date, format_datetime  # noqa: PLC0415 - as above

    locale = Locale.parse(language, sep="-")
    if isinstance(moment, datetime):
        return format_datetime(moment.replace(tzinfo=None), pattern, locale=locale)
    return format_date(moment, pattern, locale=locale)


def _day_of(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def full_day(moment: date | datetime, words: SimpleNamespace) -> str:
    """``Monday, November 9, 2020``."""
    return _formatted(_day_of(moment), "full", words.language)


def long_day(moment: date | datetime, words: SimpleNamespace) -> str:
    """``November 9, 2020``."""
    return _formatted(_day_of(moment), "long", words.language)


def day_in(moment: date | datetime, language: str) -> str:
    """``November 9, 2020`` in any language."""
    return _formatted(_day_of(moment), "long", language)


@lru_cache(maxsize=512)
def language_name(tag: str, said_in: str | None = None) -> str:
    """What a language calls itself: ``español``, or what it is called in the language ``said_in``; the tag where nobody
    knows."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - costs 60 ms

    try:
        return Locale.parse(tag, sep="-").get_display_name(said_in) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def number(value: float, words: SimpleNamespace) -> str:
    """``1,200.5``."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - costs 60 ms

    return str(format_decimal(value, locale=words.language.replace("-", "_")))


def weekday_and_day(moment: date | datetime, words: SimpleNamespace) -> str:
    """``Monday, November 9``: for days whose year is plain."""
    return _formatted(_day_of(moment), words.pattern_weekday_day, words.language)


def day_block(moment: date | datetime, words: SimpleNamespace) -> tuple[str, str, str]:
    """Month, day and weekday, short: ``("Nov", "9", "Mon")``."""
    day = _day_of(moment)
    month, number, weekday = (_formatted(day, part, words.language).rstrip(".") for part in ("LLL", "d", "ccc"))
    return month, number, weekday


@lru_cache(maxsize=512)
def twelve_hours(zone: str) -> bool:
    """Whether clocks of the zone's country are read with a.m. and p.m. (CLDR, by its most spoken language)."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - costs 60 ms
    from babel.core import get_global  # noqa: PLC0415 - as above

    territory = get_global("zone_territories").get(zone, "001")
    if territory == "001":  # the whole world
        return False
    try:
        pattern = Locale.parse(f"und_{territory}").time_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return False
    return "h" in pattern


def time_of_day(moment: datetime, zone: str, words: SimpleNamespace) -> str:
    """``14:30``, or ``8:30 a.m.`` where the country and the language are used to it."""
    if words.am and twelve_hours(zone):
        return f"{moment.hour % 12 or 12}:{moment.minute:02} {words.am if moment.hour < 12 else words.pm}"
    return f"{moment.hour}:{moment.minute:02}"


@lru_cache(maxsize=512)
def city_of(zone: str, language: str) -> str:
    """The city that a zone is named after, in a language: ``Nueva York``."""
    from babel import Locale  # noqa: PLC0415 - costs 60 ms
    from babel.dates import get_timezone_location  # noqa: PLC0415 - as above

    plain = zone.rsplit("/", 1)[-1].replace("_", " ")
    if "/" not in zone:
        return plain
    name = get_timezone_location(zone, locale=Locale.parse(language, sep="-"), return_city=True)
    return name or plain


def local_time(moment: datetime, zone: str, words: SimpleNamespace) -> str:
    """The moment on a reader's clock, ``8:30 a.m. in New York``; the day stands before it where it is another.

    Empty where the zone is empty or not known.
    """
    if not zone or len(zone) > MAX_NAME or zone not in zone_names():
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    told = words.time_in_city.format(time=time_of_day(local, zone, words), city=city_of(zone, words.language))
    if local.date() != moment.date():
        told = words.day_and_time.format(day=weekday_and_day(local, words), time=told)
    return str(told)
