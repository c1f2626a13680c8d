"""Dates and times as people write them, read for the sake of a message: what was meant is suggested, never taken."""

import re
from calendar import month_name
from collections.abc import Iterator
from datetime import date, datetime, time

_MONTHS = {name.casefold()[:3]: number for number, name in enumerate(month_name) if name}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>\d{4})"
_DATES = (
    rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})",
    rf"(?P<first>\d{{1,2}})[-/](?P<second>\d{{1,2}})[-/]{_YEAR}",
    rf"(?P<day>\d{{1,2}})\. ?(?P<month>\d{{1,2}})\. ?{_YEAR}",
    rf"{_MONTH} {_DAY},? {_YEAR}",
    rf"{_DAY} (?:of )?{_MONTH},? {_YEAR}",
)
_TIME = r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?::(?P<second_of>\d{2}))?)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
_WHOLE = tuple(
    re.compile(rf"{_WEEKDAY}{shape}(?:(?:,? (?:at )?|t){_TIME} ?(?P<half>[ap]\.?m\.?)?(?: ?(?:h|uhr|hrs?))?)?")
    for shape in _DATES
)


def meant(text: str) -> tuple[date, ...]:
    """What ``text`` can mean: days, or times where it names one; both ``11/09/2026`` of November and of September."""
    words = " ".join(text.casefold().strip(" \t\"',;").split())[:60]
    return tuple(dict.fromkeys(found for shape in _WHOLE for found in _read(shape.fullmatch(words))))


def suggestion(readings: tuple[date, ...], field: str = "") -> str:
    """How ``readings`` are written, as values or as lines of ``field``; where there are two, with what each means."""
    lines = [(f"{field} = " if field else "") + reading.isoformat() for reading in readings]
    if len(readings) == 1:
        return lines[0]
    return ", or ".join(f"{line} for {when:%B} {when.day}" for line, when in zip(lines, readings, strict=True))


def _read(match: re.Match[str] | None) -> Iterator[date]:
    if match is None:
        return
    found = match.groupdict()
    for month, day in _month_and_day(found):
        try:
            when = date(int(found["year"]), month, day)
            yield datetime.combine(when, _time(found)) if found["hour"] else when
        except ValueError:
            continue


def _month_and_day(found: dict[str, str]) -> Iterator[tuple[int, int]]:
    if "first" in found:
        yield int(found["first"]), int(found["second"])
        yield int(found["second"]), int(found["first"])
    else:
        month = found["month"]
        yield (int(month) if month.isdecimal() else _MONTHS[month[:3]]), int(found["day"])


def _time(found: dict[str, str]) -> time:
    hour = int(found["hour"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + 12 * half.startswith("p")
    return time(hour, int(found["minute"] or 0), int(found["second_of"] or 0))
