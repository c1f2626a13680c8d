"""Values that are more than text: moments, days, zones, addresses of people.

Every validator raises ``ValueError`` with what is wrong and how to mend it.
"""

from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from pkgutil import get_data
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from newsletter.items.moments import meant, suggestion
from newsletter.items.reader_fields import refuse_fields
from newsletter.items.text import check_characters, check_one_line
from newsletter.items.written import Written

_D = TypeVar("_D", bound=date)


def _check_moment(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError(
                "this time has an offset; write the time on the organiser's clock, such as 2020-11-09T14:30:00, "
                "and name the zone in zone"
            )
        return _check_year(value)
    if isinstance(value, date):
        return _check_year(value)
    meaning = suggestion(meant(value)) if isinstance(value, str) else ""
    raise ValueError(
        "this is not a date or time; write "
        + (f"{meaning}, without quotes" if meaning else "2020-11-09T14:30:00, or 2020-11-09 for a whole day, no quotes")
    )


def _check_day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return _check_year(value)
    given = meant(value) if isinstance(value, str) else (value,) if isinstance(value, date) else ()
    days = suggestion(tuple(date(one.year, one.month, one.day) for one in given))
    raise ValueError(f"this is not a date; write {days or '2020-11-09'}, without a time and without quotes")


def _check_year(value: _D) -> _D:
    if not 1970 <= value.year <= 2199:
        raise ValueError(f"the year {value.year} cannot be meant; correct it")
    return value


@cache
def zone_names() -> frozenset[str]:
    """The names of the IANA time zones, as the ``tzdata`` package lists them; abbreviations such as EST, which do
    not know daylight saving, are left out."""
    names = (get_data("tzdata", "zones") or b"").decode("ascii").split()
    return frozenset(name for name in names if "/" in name or name == "UTC")


# What people write who do not know that a zone is called after its largest city.
_CALLED = {
    "geneva": "Europe/Zurich",
    "bern": "Europe/Zurich",
    "barcelona": "Europe/Madrid",
    "milan": "Europe/Rome",
    "the_hague": "Europe/Amsterdam",
    "washington": "America/New_York",
    "boston": "America/New_York",
    "san_francisco": "America/Los_Angeles",
    "delhi": "Asia/Kolkata",
    "new_delhi": "Asia/Kolkata",
    "beijing": "Asia/Shanghai",
    "gmt": "UTC",
    "z": "UTC",
    "cet": "Europe/Zurich",
    "cest": "Europe/Zurich",
    "est": "America/New_York",
    "edt": "America/New_York",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "mst": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "bst": "Europe/London",
}


def check_zone(value: str) -> str:
    """Refuse a zone that is not in the IANA time zone database; the nearest name is in the error."""
    if value in zone_names():
        return value
    place = value.strip().replace(" ", "_").casefold()[:80]
    names = {name.casefold(): name for name in sorted(zone_names())}
    cities = {folded.rsplit("/", 1)[-1]: name for folded, name in names.items()}
    city = place.rsplit("/", 1)[-1]
    near = names.get(place) or _CALLED.get(city) or cities.get(city) or _closest(place, names) or _closest(city, cities)
    raise ValueError(
        f"'{value[:80]}' is not a time zone" + (f"; did you mean '{near}'?" if near else "; such as 'Europe/Zurich'")
    )


def _closest(word: str, names: dict[str, str]) -> str | None:
    return next((names[close] for close in get_close_matches(word, names, n=1, cutoff=0.75)), None)


def check_address(value: str) -> str:
    """Refuse what is no plain address ``name@host.tld``. Deliverability is not asked."""
    local, at, host = value.rpartition("@")
    if (
        not at
        or not local
        or "@" in local
        or "." not in host.strip(".")
        or any(char.isspace() or char in '<>()[],;:\\"' for char in value)
        or len(value) > 254
    ):
        raise ValueError(f"'{value[:80]}' is not a plain address; write it as name@example.org")
    return value


Moment = Annotated[
    datetime | date,
    BeforeValidator(_check_moment),
    Written("date and time", "2020-11-09T14:30:00 on the organiser's clock, or 2020-11-09 for a whole day; no quotes"),
]
"""A wall time (naive), or a whole day."""

Day = Annotated[date, BeforeValidator(_check_day), Written("date", "2020-11-09; no quotes")]
"""A calendar day."""

Zone = Annotated[str, AfterValidator(check_zone), Written("time zone", "a name such as Europe/Zurich")]
"""A name of the IANA time zone database."""

Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(check_characters),
    AfterValidator(check_one_line),
    AfterValidator(refuse_fields),
    AfterValidator(check_address),
    Written("mail address", "name@example.org"),
]
"""An address of a person or office, as shown to readers."""
