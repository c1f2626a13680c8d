"""Dates as people write them are understood, so that a message can say how to write them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.items.moments import meant, suggestion

DAY, TIME = date(2026, 12, 9), datetime(2026, 12, 9, 14, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-09",
        "2026/12/9",
        "2026.12.09",
        "9.12.2026",
        "09. 12. 2026",
        "December 9, 2026",
        "Dec 9 2026",
        "Dec. 9th, 2026",
        "9 December 2026",
        "9th of December 2026",
        "9. Dec. 2026",
        "Wednesday, December 9, 2026",
        "Wed, 9 Dec 2026",
        "“2026-12-09”".strip("“”"),
        '"2026-12-09"',
        " 2026-12-09, ",
    ],
)
def test_days(text: str) -> None:
    assert meant(text) == (DAY,)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-09T14:30:00",
        "2026-12-09T14:30",
        "2026-12-09T14.30",
        "2026-12-09 14.30",
        "2026-12-09 14h30",
        "2026-12-09 2:30 pm",
        "2026-12-09 2.30PM",
        "2026-12-09, 2:30 p.m.",
        "9.12.2026 14:30 Uhr",
        "December 9, 2026, 14:30",
        "December 9, 2026 at 2:30 pm",
    ],
)
def test_times(text: str) -> None:
    assert meant(text) == (TIME,)


def test_noon_midnight_and_whole_hours() -> None:
    assert meant("2026-12-09 12 am") == (datetime(2026, 12, 9, 0, 0),)
    assert meant("2026-12-09 12 pm") == (datetime(2026, 12, 9, 12, 0),)
    assert meant("2026-12-09 2pm") == (datetime(2026, 12, 9, 14, 0),)


def test_both_orders_of_day_and_month() -> None:
    assert meant("11/09/2026") == (date(2026, 11, 9), date(2026, 9, 11))
    assert meant("11/11/2026") == (date(2026, 11, 11),)
    assert meant("13/09/2026") == meant("09/13/2026") == (date(2026, 9, 13),)
    assert (
        suggestion(meant("11/09/2026"), "due")
        == "due = 2026-11-09 for November 9, or due = 2026-09-11 for September 11"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "14:30",
        "2026-02-30",
        "30.2.2026",
        "13/13/2026",
        "2026-12-09 25:00",
        "2026-12-09 13 pm",
        "9.12.26",
        "Nov 2026",
        "2026",
        "December",
        "2026-12-09 and later",
        "1.2.3.4",
        "٩/١٢/٢٠٢٦ x",
        "²/3/2026",
        "0-0-0000",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert meant(text) == ()


@given(st.dates(date(1000, 1, 1)))
def test_each_day_is_read_in_each_shape(day: date) -> None:
    for shape in (
        f"{day:%Y/%m/%d}",
        f"{day.day}.{day.month}.{day:%Y}",
        f"{day:%B} {day.day}, {day:%Y}",
        f"{day:%A}, {day.day} {day:%b} {day:%Y}",
    ):
        assert meant(shape) == (day,)
    assert day in meant(f"{day:%m/%d/%Y}")
    assert day in meant(f"{day:%d/%m/%Y}")


@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(meant(text), tuple)
