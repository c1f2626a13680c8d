"""From the cells of a record to what is known of one reader."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import available_timezones

from subscribers.address import AddressError, normalise
from subscribers.attributes import Kind, Value, parse
from subscribers.importing.columns import Columns
from subscribers.importing.errors import RowError
from subscribers.importing.statuses import STATUSES, plain_word
from subscribers.importing.telling import NOTHING, TOLD, told_of
from subscribers.models import Subscription

MAX_NAME = 200
MAX_ATTRIBUTE = 200


_State = Subscription.State
_SUBSCRIBED: tuple[str, str] = (_State.ACTIVE, "")
_NO = frozenset({"", "no", "n", "false", "0", "nein", "non", "لا", "null", "none", "nan", "\\n"})
"""Also what databases write for nothing (``\\N`` is MySQL's)."""
_NO_DATE = "0000-00-00"
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}))?", re.IGNORECASE)
_FORMULA = re.compile(r"'[=+\-@\t\r]")
_GARBLED = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
"""UTF-8 that was read as Windows-1252: Ã¼ for ü."""
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#ERROR!"})
"""What spreadsheets write where a formula fails."""
_JOINERS = "\u200c\u200d"  # spelling in Persian, Indic scripts and others


class Row(NamedTuple):
    """One reader, as the file has them; texts are empty where it says nothing."""

    norm: str
    email: str
    name: str
    language: str
    timezone: str
    attributes: str
    """A JSON object; only what is not empty."""
    state: str
    """The state of a new subscription."""
    reason: str
    """Why the address is suppressed; empty where it is not."""
    told: str = ""
    """When they opted in or out, and from where, in the words of the file."""
    told_at: str = ""
    """When that was: UTC as ``2020-11-09 14:30:00``; empty where it does not say so beyond doubt."""


def row_maker(columns: Columns, kinds: Mapping[str, Kind], now: datetime) -> Callable[[Sequence[str], list[str]], Row]:
    """A function that makes a ``Row`` of the cells of a record. It raises ``RowError`` where the row cannot be taken,
    and adds to its second argument what was left out of one that is. ``kinds`` are those of the site's attributes;
    what is told to have happened after ``now`` did not."""
    email_at = columns.fields["email"]
    name_at = columns.fields.get("name")
    first_at, last_at = columns.fields.get("first_name"), columns.fields.get("last_name")
    status_at, out_at = columns.fields.get("status"), columns.fields.get("unsubscribed")
    verdict = columns.format.verdict if columns.format else None
    names = {name: at for name, at in columns.fields.items() if name in {"first_name", "last_name"}}
    texts = tuple((names | {name: at for name, at in columns.attributes.items() if _is_text(kinds, name)}).items())
    typed = tuple((name, at, kinds[name]) for name, at in columns.attributes.items() if not _is_text(kinds, name))
    tells = any(field in columns.fields for field in TOLD)

    def make(cells: Sequence[str], notes: list[str]) -> Row:
        if columns.mended:
            cells = [cell[1:] if _FORMULA.match(cell) else cell for cell in cells]
        if not _ERRORS.isdisjoint(cells):
            cells = _without_errors(cells, (status_at, out_at), notes)
        try:
            email, norm = _address(cells[email_at])
        except AddressError as error:
            raise RowError(str(error)) from None
        state, reason = _SUBSCRIBED if status_at is None else _status(cells[status_at], sure=verdict is None)
        if out_at is not None and not reason and _left(cells[out_at].strip().casefold()):
            state = _State.UNSUBSCRIBED
        if verdict:  # of what the export says and what the row says, the stricter
            state = state if state == _State.UNSUBSCRIBED else verdict[0]
            reason = reason or verdict[1]
        told = told_of(columns.fields, cells, state, now) if tells else NOTHING
        known: dict[str, Value]
        try:
            known = {name: value for name, at in texts if (value := _line(cells[at], name, MAX_ATTRIBUTE))}
            name = _line(cells[name_at], "name", MAX_NAME) if name_at is not None else ""
            if not name and (first_at is not None or last_at is not None):
                name = f"{known.get('first_name', '')} {known.get('last_name', '')}".strip()[:MAX_NAME]
        except RowError as error:
            if state == _State.UNSUBSCRIBED or reason:
                error.opt_out = Row(norm, email, "", "", "", "{}", state, reason, *told)
            raise
        if _GARBLED.search(name) and _is_garbled(name):
            notes.append("the name is garbled: it seems to be UTF-8 that was read as Windows-1252; taken as it stands")
        if typed:
            known |= dict(_typed(typed, cells, notes))
        language, timezone = _language_and_zone(columns.fields, cells, notes)
        return Row(norm, email, name, language, timezone, json.dumps(known) if known else "{}", state, reason, *told)

    return make


def _left(written: str) -> bool:
    return written not in _NO and not written.startswith(_NO_DATE)


def _without_errors(cells: Sequence[str], decisive: Sequence[int | None], notes: list[str]) -> list[str]:
    """What cannot be read subscribes nobody, and is nobody's name."""
    for at in decisive:
        if at is not None and cells[at] in _ERRORS:
            raise RowError(f"whether they are subscribed cannot be read: the cell holds an error ({cells[at]})")
    notes.append("a cell was left empty: it holds an error of the sheet, such as #N/A")
    return ["" if cell in _ERRORS else cell for cell in cells]


def _typed(
    columns: Sequence[tuple[str, int, Kind]], cells: Sequence[str], notes: list[str]
) -> Iterator[tuple[str, Value]]:
    for name, at, kind in columns:
        if written := cells[at].strip():
            try:
                yield name, parse(kind, written)
            except ValueError as error:
                notes.append(f"the {name.replace('_', ' ')} was left empty: {error}")


def _language_and_zone(fields: Mapping[str, int], cells: Sequence[str], notes: list[str]) -> tuple[str, str]:
    language = timezone = ""
    if "language" in fields and (written := cells[fields["language"]].strip()):
        language = language_of(written)
        if not language:
            notes.append("the language was left empty: it is no tag such as en, es or pt-BR")
    if "timezone" in fields and (written := cells[fields["timezone"]].strip()):
        timezone = _zones().get(written.casefold(), "")
        if not timezone:
            notes.append("the time zone was left empty: it is not one such as Europe/Zurich")
    return language, timezone


def _is_text(kinds: Mapping[str, Kind], name: str) -> bool:
    return kinds.get(name, "text") == "text"


def _is_garbled(text: str) -> bool:
    try:
        text.encode("cp1252").decode()
    except UnicodeError:
        return False
    return True


def _address(cell: str) -> tuple[str, str]:
    address = normalise(cell)
    return address.email, address.norm


def _line(cell: str, what: str, limit: int) -> str:
    cell = cell.strip()
    if not cell.isprintable():
        cell = _cleaned(cell, what.replace("_", " "))
    if len(cell) > limit:
        raise RowError(f"the {what.replace('_', ' ')} has {len(cell):,} characters; {limit} are the most")
    return cell


def _cleaned(cell: str, what: str) -> str:
    """Without hidden marks, with plain spaces."""
    if "\n" in cell or "\r" in cell:
        raise RowError(f"the {what} runs over several lines; is a quote opened and not closed?")
    kept = []
    for char in cell:
        category = unicodedata.category(char)
        if category == "Cs":
            raise RowError(f"the {what} is not readable in the encoding of the file; save it as 'CSV UTF-8'")
        if category == "Cc" and char != "\t":
            raise RowError(f"the {what} holds a control character (U+{ord(char):04X}); delete it")
        if category[0] == "Z" or char == "\t":
            kept.append(" ")
        elif category != "Cf" or char in _JOINERS:
            kept.append(char)
    return "".join(kept).strip()


@lru_cache(maxsize=1_000)
def language_of(written: str) -> str:
    """``es``, ``pt-BR``, ``zh-Hant`` however the case and the hyphen are; empty where it is no language tag."""
    match = _LANGUAGE.fullmatch(written.replace("_", "-"))
    if not match:
        return ""
    language, script, region = match.groups("")
    return "-".join(filter(None, (language.lower(), script.title(), region.upper())))


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if "/" in name or name == "UTC"}


@lru_cache(maxsize=1_000)
def _status(written: str, *, sure: bool) -> tuple[str, str]:
    """What a status means; one that is not known is refused, where ``sure`` asks for that."""
    word = plain_word(written)
    if not word or (word not in STATUSES and not sure):
        return _SUBSCRIBED
    if word not in STATUSES:
        raise RowError(
            f"the status '{written.strip()[:40]}' is not known; "
            "write subscribed, pending, unsubscribed, bounced, complained or suppressed"
        )
    return STATUSES[word]
