"""What of a reader goes into a mail: the language they get, and the values of reader fields."""

from collections.abc import Collection, Container, Mapping
from datetime import date
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Protocol

from newsletter.render.dates import long_day, number
from newsletter.render.fields import SYSTEM_FIELDS
from newsletter.render.rendering import Rendering
from newsletter.render.words import words_for
from subscribers.attributes import Kind
from subscribers.stores import json_object, json_text, without_nulls

_SYSTEM = {"name", "email", "timezone", "language"}


class Known(Protocol):
    """A subscriber, as a row or out of an audience."""

    @property
    def email(self) -> str:
        """Where mail goes."""

    @property
    def name(self) -> str:
        """The whole name, if it is known."""

    @property
    def language(self) -> str:
        """A language tag, or nothing."""

    @property
    def timezone(self) -> str:
        """The name of a zone, or nothing."""

    @property
    def attributes(self) -> dict[str, Any]:
        """``first_name``, ``last_name`` and what the site declares."""


def language_for(wanted: str, renderings: Container[str], fallback: str) -> str:
    """The language of ``renderings`` that a reader gets: theirs, else theirs without its region, else ``fallback``."""
    return next((one for one in (wanted, wanted.partition("-")[0]) if one in renderings), fallback)


def used_names(rendering: Rendering) -> frozenset[str]:
    """What of a reader the rendering shows, or needs in order to tell the time."""
    names = {use.name for use in rendering.fields} - SYSTEM_FIELDS
    return frozenset(names | {"timezone", "language"} if "local_time" in names else names)


def reader_values(reader: Known, language: str, kinds: Mapping[str, Kind]) -> dict[str, str]:
    """What is known of a reader, by the names of reader fields; numbers, dates, yes and no as ``language`` writes them.
    ``kinds``: the types of the attributes."""
    values = {
        name: value if isinstance(value, str) and kinds.get(name) != "date" else _written(value, language)
        for name, value in reader.attributes.items()
        if value is not None
    }
    system = {
        "name": whole_name(reader),
        "email": reader.email,
        "timezone": reader.timezone,
        "language": reader.language,
    }
    return {**values, **system}


def whole_name(reader: Known) -> str:
    """The name as it is known, or made of its parts."""
    return reader.name or " ".join(filter(None, map(reader.attributes.get, ("first_name", "last_name"))))


def whole_name_sql() -> str:
    """The same as SQL over the table ``reader`` of subscribers."""
    first, last = (f"nullif({json_text('reader.attributes', name)}, '')" for name in ("first_name", "last_name"))
    return f"coalesce(nullif(reader.name, ''), {first} || ' ' || {last}, {first}, {last}, '')"


class Values:
    """What a rendering shows of a reader, as JSON: the same as ``reader_values``, but made a million times."""

    def __init__(self, names: Collection[str], language: str, kinds: Mapping[str, Kind]) -> None:
        self._language = language
        self._own = [(name, f'"{name}": ', kinds.get(name) == "date") for name in sorted(set(names) - _SYSTEM)]
        self._name, self._email = "name" in names, "email" in names
        self._zone = "timezone" in names

    def __call__(self, reader: Known, whole: str) -> str:
        """``whole``: their whole name."""
        shown = []
        for name, key, dated in self._own:
            value = reader.attributes.get(name)
            if value is None or value == "":
                continue
            written = _written(value, self._language) if dated or not isinstance(value, str) else value
            shown.append(key + quoted(written))
        if self._name and whole:
            shown.append(f'"name": {quoted(whole)}')
        if self._email:
            shown.append(f'"email": {quoted(reader.email)}')
        if self._zone:
            if reader.timezone:
                shown.append(f'"timezone": {quoted(reader.timezone)}')
            shown.append(f'"language": "{self._language}"')
        return f"{{{', '.join(shown)}}}"

    @property
    def texts(self) -> frozenset[str]:
        """The attributes that are shown as they are kept, where they are kept as text."""
        return frozenset(name for name, _, dated in self._own if not dated)

    @property
    def dates(self) -> frozenset[str]:
        """The attributes that are put into words first."""
        return frozenset(name for name, _, dated in self._own if dated)

    @property
    def sql(self) -> str:
        """The same as SQL over the table ``reader`` of subscribers; for those who have no ``dates``, and nothing but
        text in ``texts``."""
        shown = [(name, json_text("reader.attributes", name)) for name in sorted(self.texts)]
        shown += [("name", whole_name_sql())] if self._name else []
        shown += [("email", "reader.email")] if self._email else []
        shown += [("timezone", "reader.timezone"), ("language", f"'{self._language}'")] if self._zone else []
        return without_nulls(json_object(*((name, f"nullif({value}, '')") for name, value in shown)))


def _written(value: Any, language: str) -> str:
    words = words_for(language)
    if isinstance(value, bool):
        return str(words.yes if value else words.no)
    try:
        return number(value, words) if isinstance(value, int | float) else long_day(date.fromisoformat(value), words)
    except (ValueError, TypeError, ArithmeticError):  # kept before its type was declared
        return str(value)
