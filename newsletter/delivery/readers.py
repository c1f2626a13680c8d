"""What of a reader goes into a mail: the language they get, and the values of reader fields."""

from collections.abc import Collection, Mapping
from datetime import date
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Protocol

from newsletter.render.dates import long_day, number
from newsletter.render.fields import SYSTEM_FIELDS
from newsletter.render.rendering import Rendering
from newsletter.render.words import words_for
from subscribers.attributes import Kind

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


def language_for(wanted: str, renderings: Mapping[str, Rendering], fallback: str) -> str:
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


def _written(value: Any, language: str) -> str:
    words = words_for(language)
    if isinstance(value, bool):
        return str(words.yes if value else words.no)
    try:
        return number(value, words) if isinstance(value, int | float) else long_day(date.fromisoformat(value), words)
    except (ValueError, TypeError, ArithmeticError):  # kept before its type was declared
        return str(value)
