"""From the cells of a record to what is known of one reader."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import available_timezones

from subscribers.address import AddressError, normalise
from subscribers.importing.columns import Columns
from subscribers.importing.reading import RowError
from subscribers.models import Subscription, Suppression

MAX_NAME = 200
MAX_ATTRIBUTE = 200

_State = Subscription.State
_Reason = Suppression.Reason

_WORDS = {
    (_State.ACTIVE, ""): "active subscribed confirmed enabled optedin optin yes y true 1 x",
    (_State.PENDING, ""): "pending unconfirmed notconfirmed",
    (_State.UNSUBSCRIBED, ""): "unsubscribed inactive disabled optedout optout no n false 0 left",
    (_State.ACTIVE, _Reason.BOUNCED): "bounced bounce hardbounce hardbounced cleaned undeliverable invalid",
    (_State.UNSUBSCRIBED, _Reason.COMPLAINED): "complained complaint spam spamcomplaint abuse",
    (_State.UNSUBSCRIBED, _Reason.MANUAL): "suppressed blocked blocklisted blacklisted donotmail donotcontact",
}
STATUSES = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
"""What a status means: the state of a new subscription, and why the address is suppressed."""

_SUBSCRIBED: tuple[str, str] = (_State.ACTIVE, "")
_NO = frozenset({"", "no", "n", "false", "0"})
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}))?", re.IGNORECASE)
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


def row_maker(columns: Columns) -> Callable[[Sequence[str], list[str]], Row]:
    """A function that makes a ``Row`` of the cells of a record. It raises ``RowError`` where the row cannot be taken,
    and adds to its second argument what was left out of one that is."""
    email_at = columns.fields["email"]
    name_at = columns.fields.get("name")
    first_at, last_at = columns.fields.get("first_name"), columns.fields.get("last_name")
    language_at, timezone_at = columns.fields.get("language"), columns.fields.get("timezone")
    status_at, out_at = columns.fields.get("status"), columns.fields.get("unsubscribed")
    names = {name: at for name, at in columns.fields.items() if name in {"first_name", "last_name"}}
    texts = tuple((names | columns.attributes).items())

    def make(cells: Sequence[str], notes: list[str]) -> Row:
        try:
            email, norm = _address(cells[email_at])
        except AddressError as error:
            raise RowError(str(error)) from None
        state, reason = _SUBSCRIBED if status_at is None else _status(cells[status_at])
        if out_at is not None and not reason and cells[out_at].strip().casefold() not in _NO:
            state = _State.UNSUBSCRIBED
        try:
            known = {name: value for name, at in texts if (value := _line(cells[at], name, MAX_ATTRIBUTE))}
            name = _line(cells[name_at], "name", MAX_NAME) if name_at is not None else ""
            if not name and (first_at is not None or last_at is not None):
                name = f"{known.get('first_name', '')} {known.get('last_name', '')}".strip()[:MAX_NAME]
        except RowError as error:
            if state == _State.UNSUBSCRIBED or reason:
                error.opt_out = Row(norm, email, "", "", "", "{}", state, reason)
            raise
        language = timezone = ""
        if language_at is not None and (written := cells[language_at].strip()):
            language = language_of(written)
            if not language:
                notes.append("the language was left empty: it is no tag such as en, es or pt-BR")
        if timezone_at is not None and (written := cells[timezone_at].strip()):
            timezone = _zones().get(written.casefold(), "")
            if not timezone:
                notes.append("the time zone was left empty: it is not one such as Europe/Zurich")
        return Row(norm, email, name, language, timezone, json.dumps(known) if known else "{}", state, reason)

    return make


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
            raise RowError(f"the {what} is not readable as UTF-8; save the file as 'CSV UTF-8'")
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
def _status(written: str) -> tuple[str, str]:
    word = re.sub(r"(?<=\w)[\W_]+", "", written.strip()).casefold()
    if not word:
        return _SUBSCRIBED
    if word not in STATUSES:
        raise RowError(
            f"the status '{written.strip()[:40]}' is not known; "
            "write subscribed, pending, unsubscribed, bounced, complained or suppressed"
        )
    return STATUSES[word]
