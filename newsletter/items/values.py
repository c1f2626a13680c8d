"""Values that are more than text: moments, days, zones, addresses of people.

Every validator raises ``ValueError`` with what is wrong and how to mend it.
"""

from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from newsletter.items.reader_fields import refuse_fields
from newsletter.items.text import check_characters, check_one_line


def _check_moment(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError(
                "this time has an offset; write the time on the organiser's clock, such as 2020-11-09T14:30:00, "
                "and name the zone in zone"
            )
        return value
    if isinstance(value, date):
        return value
    raise ValueError("this is not a date or time; write 2020-11-09T14:30:00, or 2020-11-09 for a whole day, no quotes")


def _check_day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("this is not a date; write 2020-11-09, without a time and without quotes")


@cache
def zone_names() -> frozenset[str]:
    """The names of the time zones that this machine and the ``tzdata`` package know."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def check_zone(value: str) -> str:
    """Refuse a zone that is not in the IANA time zone database; the nearest name is in the error."""
    if value not in zone_names():
        place = value.strip().replace(" ", "_").casefold()
        names = {name.casefold(): name for name in sorted(zone_names())}
        cities = {folded.rsplit("/", 1)[-1]: name for folded, name in names.items()}
        near = cities.get(place.rsplit("/", 1)[-1]) or next(
            (names[close] for close in get_close_matches(place, names, n=1, cutoff=0.6)), None
        )
        raise ValueError(
            f"'{value}' is not a time zone" + (f"; did you mean '{near}'?" if near else "; such as 'Europe/Zurich'")
        )
    return value


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


Moment = Annotated[datetime | date, BeforeValidator(_check_moment)]
"""A wall time (naive), or a whole day."""

Day = Annotated[date, BeforeValidator(_check_day)]
"""A calendar day."""

Zone = Annotated[str, AfterValidator(check_zone)]
"""A name of the IANA time zone database."""

Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(check_characters),
    AfterValidator(check_one_line),
    AfterValidator(refuse_fields),
    AfterValidator(check_address),
]
"""An address of a person or office, as shown to readers."""
