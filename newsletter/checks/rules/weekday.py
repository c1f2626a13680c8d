"""Weekdays that do not fit their dates."""

from collections.abc import Iterator
from datetime import date

from newsletter.checks.dates_in_text import WeekdayDate, weekday_dates
from newsletter.checks.engine import Context, Finding, check

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NEAR = 120
"""Days from the issue's date within which a date without a year can only be of one year."""


@check(
    "weekday",
    "warning",
    bad="Watch the review on Monday, November 10, 2020.",
    good="Watch the review on Monday, November 9, 2020.",
)
def weekday(context: Context) -> Iterator[Finding]:
    """A weekday and a date that disagree: half of the readers will come on the wrong day. Understood in English,
    Spanish and French; where no year is named, it is the one nearest to the issue's date.
    """
    about = context.issue.date or context.now.date()
    for text in context.texts:
        for said in weekday_dates(text.value):
            if problem := _disagreement(said, about):
                message, mend = problem
                yield Finding("weekday", "warning", message, mend, text.line(said.line))


def _disagreement(said: WeekdayDate, about: date) -> tuple[str, str] | None:
    days = _possible(said, about)
    if not days:
        return f"'{said.words}': there is no such day in the calendar.", "Correct the date."
    if any(day.weekday() == said.weekday for day in days):
        return None
    day = days[0]
    return (
        f"'{said.words}': {day.isoformat()} is a {_NAMES[day.weekday()]}, not a {_NAMES[said.weekday]}.",
        "Look up which of the two is meant, and correct the other.",
    )


def _possible(said: WeekdayDate, about: date) -> list[date]:
    """The days that may be meant, the likeliest first."""
    years = (about.year - 1, about.year, about.year + 1)
    if said.year and abs(said.year - about.year) > 1:
        # "Monday, November 9, 2000 people marched": a number that is no year.
        years_said = [said.year] + [year for year in years if said.year % 100 == 0]
    else:
        years_said = [said.year] if said.year else list(years)
    days = sorted(_days(said, years_said), key=lambda day: abs(day - about))
    if said.year:
        return sorted(days, key=lambda day: day.year != said.year)
    return days[:1] if days and abs(days[0] - about).days <= _NEAR else days[:2]


def _days(said: WeekdayDate, years: list[int]) -> Iterator[date]:
    for year in years:
        try:
            yield date(year, said.month, said.day)
        except ValueError:  # no such day in that year
            continue
