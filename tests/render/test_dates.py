"""Times in the style of the place, days in the language."""

from datetime import date, datetime

import pytest

from newsletter.render.dates import city_of, day_block, full_day, time_of_day, twelve_hours, weekday_and_day
from newsletter.render.words import words_for
from tests.render.issues import html_for, issue_with, text_for, tree

DAY = date(2020, 11, 9)


@pytest.mark.parametrize(
    ("zone", "twelve"),
    [
        ("America/New_York", True),
        ("America/Los_Angeles", True),
        ("America/Toronto", True),
        ("Australia/Sydney", True),
        ("Asia/Kolkata", True),
        ("Africa/Cairo", True),
        ("Europe/Zurich", False),
        ("Europe/London", False),
        ("Europe/Paris", False),
        ("Asia/Tokyo", False),
        ("UTC", False),
    ],
)
def test_the_country_of_a_zone_decides_how_its_clock_is_read(zone: str, twelve: bool) -> None:
    assert twelve_hours(zone) is twelve


@pytest.mark.parametrize(
    ("hour", "told"), [(0, "12:30 a.m."), (8, "8:30 a.m."), (12, "12:30 p.m."), (23, "11:30 p.m.")]
)
def test_twelve_hours(hour: int, told: str) -> None:
    moment = datetime(2020, 11, 9, hour, 30)
    assert time_of_day(moment, "America/New_York", words_for("en")) == told
    assert time_of_day(moment, "Europe/Zurich", words_for("en")) == f"{hour}:30"


def test_french_has_twenty_four_hours_everywhere() -> None:
    assert time_of_day(datetime(2020, 11, 9, 20, 5), "America/New_York", words_for("fr")) == "20:05"


@pytest.mark.parametrize(
    ("language", "full", "short"),
    [
        ("en", "Monday, November 9, 2020", "Monday, November 9"),
        ("es", "lunes, 9 de noviembre de 2020", "lunes, 9 de noviembre"),
        ("fr", "lundi 9 novembre 2020", "lundi 9 novembre"),
        ("ar", "الاثنين، 9 نوفمبر 2020", "الاثنين، 9 نوفمبر"),
        ("tlh", "Monday, November 9, 2020", "Monday, November 9"),
    ],
)
def test_days(language: str, full: str, short: str) -> None:
    words = words_for(language)
    assert (full_day(DAY, words), weekday_and_day(DAY, words)) == (full, short)


def test_the_date_block_is_short_in_every_language() -> None:
    assert day_block(DAY, words_for("en")) == ("Nov", "9", "Mon")
    assert day_block(datetime(2020, 11, 9, 14), words_for("fr")) == ("nov", "9", "lun")


def test_cities_are_named_in_the_language() -> None:
    assert city_of("America/New_York", "es") == "Nueva York"
    assert city_of("UTC", "en") == "UTC"


EVENT = "## Tune in\n```event\nstarts = {starts}\n{more}\n```\n"


def _both(starts: str, more: str = "", zones: str = "") -> tuple[str, str]:
    issue = issue_with(EVENT.format(starts=starts, more=more))
    if zones:
        issue = issue.model_copy(update={"zones": tuple(zones.split())})
    return " ".join(tree(html_for(issue)).text_content().split()), text_for(issue)


def test_the_organisers_time_and_the_other_zones() -> None:
    html, text = _both("2020-11-09T14:30:00", 'city = "Geneva"')
    assert "Nov9Mon" in html.replace(" ", "") and "14:30 in Geneva" in html and "8:30 a.m. in New York" in html
    assert "Monday, November 9, 2020, 14:30 in Geneva\n8:30 a.m. in New York\n" in text


def test_the_day_is_named_where_it_is_another() -> None:
    html, text = _both("2020-11-09T22:00:00", "", "Asia/Tokyo America/New_York")
    for part in (html, text):
        assert "Tuesday, November 10, 6:00 in Tokyo" in part
        assert "Monday, November 9, 4:00 p.m. in New York" not in part and "4:00 p.m. in New York" in part


def test_ends_on_the_same_day_and_on_another() -> None:
    html, _ = _both("2020-11-09T14:30:00", "ends = 2020-11-09T18:00:00")
    assert "14:30–18:00 in Zurich" in html and "8:30 a.m.–12:00 p.m. in New York" in html
    html, _ = _both("2020-11-09T14:30:00", "ends = 2020-11-10T18:00:00")
    assert "14:30 to Tuesday, November 10, 18:00 in Zurich" in html


def test_whole_days_have_no_time() -> None:
    html, text = _both("2020-11-17")
    assert "Tuesday, November 17" in html and "Tuesday, November 17" in text and " in Zurich" not in html
    html, _ = _both("2020-12-31", "ends = 2021-01-02")
    assert "Thursday, December 31, 2020 to Saturday, January 2, 2021" in html
    html, _ = _both("2020-11-17", "ends = 2020-11-19")
    assert "Tuesday, November 17 to Thursday, November 19" in html


def test_the_year_is_told_where_it_is_not_the_issues() -> None:
    html, text = _both("2021-01-11T14:30:00")
    assert "Monday, January 11, 2021, 14:30 in Zurich" in html
    assert text.count("Monday, January 11, 2021, 14:30 in Zurich\n8:30 a.m. in New York") == 1
    assert "2020, 14:30" not in _both("2020-11-09T14:30:00")[0]
