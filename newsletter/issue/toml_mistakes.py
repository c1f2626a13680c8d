"""What is wrong with a line that is not TOML, in words for somebody who writes a newsletter."""

import json
import re
from calendar import month_name, monthrange
from collections.abc import Iterable
from functools import cache

from newsletter.items.describe import FieldDescription, describe_kinds
from newsletter.items.moments import meant, suggestion

_YAML = re.compile(r"\s*([A-Za-z0-9_-]+)\s*:\s*(.*)$")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?$")
_WORDS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(:\d{2})?( ?[ap]\.?m\.?| ?h| ?uhr)?")
_QUOTES = "“”„«»‘’‟″"
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@cache
def _moments() -> frozenset[str]:
    """The fields that hold a day or a time."""
    found = {"date"}  # of the front matter

    def look(fields: Iterable[FieldDescription]) -> None:
        for field in fields:
            if field.type.startswith("date"):
                found.add(field.name)
            for part in field.parts.values():
                look(part)

    for kind in describe_kinds():
        look(kind.fields)
    return frozenset(found)


def explain_line(line: str) -> tuple[str, str]:
    """Message and mend for a line that sets no field."""
    line = line.strip()
    if match := re.fullmatch(r"\[\s*([A-Za-z0-9_-]+)\s*\]", line):
        return f"'{line[:60]}' opens a single table, and there is none here", f"write [[{match[1]}]] for each entry"
    if re.match(r"[\"']?[A-Za-z0-9_-]+[\"']?\s*\.\s*[^=\s]+\s*=", line):
        return "a field's name has no dot in it", 'write the name alone, such as: title = "…"'
    if match := _YAML.match(line):
        return (
            f"'{line[:60]}' sets nothing: a field and its value stand with = between them",
            f"write: {match[1]} = {_value(match[2])}",
        )
    return (
        f"'{line[:60]}' is no field; between the marks stand only lines such as: title = \"…\"",
        "write text after the closing mark, or put # before a note",
    )


def explain_value(key: str, statement: str, error: str) -> tuple[str, str, int | None]:
    """Message, mend and column for ``statement`` (``key = value``), which ``tomllib`` refused with ``error``."""
    where = _WHERE.search(error)
    bare = statement.split("=", 1)[1].split("#", 1)[0].strip()
    message, mend = _explain(key, bare, error)
    return message, mend, int(where[2]) if where and where[1] == "1" else None


def _explain(key: str, bare: str, error: str) -> tuple[str, str]:
    if not bare:
        return f"'{key}' has no value", "write what it is after the =, or delete the line"
    if _DATE.match(bare) or (key in _moments() and bare[0] not in "\"'[{"):
        return _explain_moment(key, bare)
    if bare.casefold() in _WORDS:
        return f"'{bare}' is neither true nor false", f"write: {key} = {_WORDS[bare.casefold()]}"
    if bare[0] in "\"'":
        return _explain_quoted(key, bare, error), ""
    if bare[0] in "[{":
        return (
            f"the list in '{key}' cannot be read: {_plain(error)}",
            f'write its entries in straight quotes with commas between: {key} = ["one", "two"]',
        )
    what = "stands in typographic quotes" if bare[0] in _QUOTES else "is text without straight quotes"
    return f"the value of '{key}' {what}", f"write: {key} = {_quoted(bare)}"


def _explain_moment(key: str, bare: str) -> tuple[str, str]:
    if match := _DATE.match(bare):
        return _explain_date(key, match)
    if readings := meant(bare.strip(_QUOTES)):
        return f"'{bare[:60]}' is not written as a date is here", f"write: {suggestion(readings, key)}"
    if _CLOCK.fullmatch(bare.casefold()):
        return f"'{bare}' is a time of day without its day", f"write both, such as: {key} = 2020-11-09T14:30:00"
    return f"'{bare[:60]}' is not a date", f"write it as year-month-day, such as: {key} = 2020-11-09"


def _explain_date(key: str, match: re.Match[str]) -> tuple[str, str]:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not 1 <= month <= 12:
        return f"'{match[0]}' is no date: there is no month {month}", f"write {key} as year-month-day: 2020-11-09"
    last = monthrange(max(year, 1), month)[1]
    if not 1 <= day <= last:
        return f"'{match[0]}' is no date: {month_name[month]} {year} has {last} days", f"correct the day in {key}"
    written = f"{year:04}-{month:02}-{day:02}"
    if match[4] is None:
        return f"'{match[0]}' is not written as a date", f"write: {key} = {written}"
    hour, minute, second = int(match[4]), int(match[5]), int(match[6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return f"'{match[0]}' is no time of a day", f"hours go from 00 to 23, minutes to 59: {key} = {written}T14:30:00"
    return f"'{match[0]}' is not written as a time", f"write: {key} = {written}T{hour:02}:{minute:02}:{second:02}"


def _explain_quoted(key: str, bare: str, error: str) -> str:
    quote = bare[0]
    if "Unescaped" in error or "hex" in error:
        return f"in '{key}' a backslash stands before a letter; write \\\\ for a backslash, or use '…' around the text"
    if bare.count(quote) % 2:
        return f"the text of '{key}' has an opening quote, but no closing one; write: {key} = {_quoted(bare)}"
    return (
        f"the text of '{key}' ends before the line does; write a quote within the text as \\\" and one quote at "
        "each end"
    )


def _value(text: str) -> str:
    """``text`` as a value: a moment, true or false, or in quotes."""
    readings = meant(text)
    return suggestion(readings) if len(readings) == 1 else _WORDS.get(text.casefold()) or _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text.strip().strip("\"'" + _QUOTES).strip(), ensure_ascii=False)


def _plain(error: str) -> str:
    return _WHERE.sub("", error).lower()
