"""Weekdays beside dates, in three languages. November 9, 2020 was a Monday."""

from datetime import UTC, date, datetime

from newsletter.items.kinds.event import Event
from tests.checks.build import Case


def _text(text: str, says: str = "", issued: date | None = date(2020, 10, 28)) -> Case:
    return Case(issue={"introduction": text, "date": issued}, says=says, at=(None, "introduction"))


TUESDAY = "2020-11-10 is a Tuesday, not a Monday"

BAD = [
    _text("Watch it on Monday, November 10.", f"'Monday, November 10': {TUESDAY}"),
    _text("Watch it on Monday, November 10, 2020.", TUESDAY),
    _text("Monday November 10", TUESDAY),
    _text("Monday 10 November", TUESDAY),
    _text("Monday, 10th of November 2020", TUESDAY),
    _text("Monday, the 10th of November", TUESDAY),
    _text("Mon, Nov 10", TUESDAY),
    _text("Mon. Nov. 10th, 14:30", TUESDAY),
    _text("**Monday**, November 10", TUESDAY),
    _text("[Monday](https://www.example.org), *November 10*", TUESDAY),
    _text("Monday\nNovember 10", TUESDAY),
    _text("Monday, November 10: the review", TUESDAY),
    _text("Monday (November 10)", "'Monday (November 10)'"),
    _text("November 10 (Monday)", TUESDAY),
    _text("November 10 (Monday, 14:30)", TUESDAY),
    _text("Monday – November 10", TUESDAY),
    _text("Monday, 2020-11-10", TUESDAY),
    _text("Monday at 14:30, November 10", TUESDAY),
    _text("Monday at 8:30 a.m. on November 10", TUESDAY),
    _text("monday, november 10", TUESDAY),
    _text("MONDAY, NOVEMBER 10", TUESDAY),
    _text("From Monday, November 10 to Friday, November 13", TUESDAY),
    _text("From Monday, November 9 to Friday, November 14", "2020-11-14 is a Saturday, not a Friday"),
    _text("el lunes 10 de noviembre", TUESDAY),
    _text("lunes, 10 de noviembre de 2020", TUESDAY),
    _text("el lunes 10 de noviembre.", "'lunes 10 de noviembre': 2020-11-10"),
    _text("Miércoles 12 de noviembre", "2020-11-12 is a Thursday, not a Wednesday"),
    _text("sabado 15 de noviembre del 2020", "Sunday, not a Saturday"),
    _text("le lundi 10 novembre à 14h30", TUESDAY),
    _text("Mardi 1er décembre 2021", "2021-12-01 is a Wednesday, not a Tuesday"),
    _text("dimanche 14 février 2022", "Monday, not a Sunday"),
    _text("يوم الاثنين 10 نوفمبر 2020", TUESDAY),
    _text("الاثنين، ١٠ نوفمبر", TUESDAY),
    _text("الأحد 17 تشرين الثاني 2020", "2020-11-17 is a Tuesday, not a Sunday"),
    _text("Monday, November 31", "no such day"),
    _text("Sunday, February 29, 2021", "no such day"),
    _text("Monday, January 5", "2021-01-05 is a Tuesday"),
    _text("Friday, March 4", "2021-03-04 is a Thursday", date(2021, 2, 20)),
    _text("Monday, November 10", TUESDAY, None),
    _text("Monday, December 10, 1948", "1948-12-10 is a Friday"),
    Case(
        issue={"items": (Event(id="tune-in", title="Monday, November 10", starts=date(2020, 11, 9)),)},
        says=TUESDAY,
        at=("tune-in", "title"),
    ),
    Case(issue={"subject": "Watch it on Monday, November 10"}, says=TUESDAY, at=(None, "subject")),
]

NEAR = [
    *(
        _text(text)
        for text in (
            "Watch it on Monday, November 9.",
            "On November 9, 14:30 Geneva time",
            "Tuesday, November 10, 2020",
            "Mon., Nov. 9",
            "Monday 9 November",
            "Monday, 9th of November",
            "November 9 (Monday)",
            "Monday, 2020-11-09",
            "lunes 9 de noviembre de 2020",
            "El martes 10 de noviembre",
            "lundi 9 novembre",
            "mardi 1er décembre 2020",
            "Monday to Friday, November 9-13",
            "Monday–Friday, November 9–13",
            "Monday through Thursday, November 9 to 12",
            "Monday and Tuesday, November 9 and 10",
            "Monday, Tuesday and Wednesday, November 9 to 11",
            "Monday or Tuesday, November 9 or 10",
            "Monday/Tuesday, November 9/10",
            "de lunes a viernes, 9 a 13 de noviembre",
            "du lundi au vendredi 9-13 novembre",
            "lundi et mardi, 9 et 10 novembre",
            "On November 10, Monday's talks were published.",
            "We met on Monday. November 10 is the day of the review.",
            "Black Friday, November 9",
            "the memorial of Bloody Sunday, January 30",
            "Good Friday, April 3",
            "Bloody Sunday, January 30, 1972",
            "we sat May 5 people down",
            "On Monday, November 9, 2000 people watched.",
            "Monday, January 4",
            "Saturday, February 29",
            "Sunday, February 29, 2032",
            "Every Monday in November",
            "Monday at 10 in November",
            "the Monday club, founded on 10 November",
            "Sunday school, 10 May Street",
            "Friday 13: a film",
            "Wed 11 Nov",
            "Thursday, Dec 10, 2020 (Human Rights Day)",
            "Monday, 9 November 14:30",
            "see https://www.example.org/monday-november-10",
            "الثلاثاء 10 نوفمبر 2020",
            "الاثنين والثلاثاء 9 و10 نوفمبر",
            "كل يوم اثنين في نوفمبر",
        )
    ),
    _text("Friday, March 5", issued=date(2021, 2, 20)),
    _text("Wednesday, May 5", issued=date(2020, 11, 9)),
    Case(issue={"introduction": "Monday, November 9", "date": None}, now=datetime(2020, 12, 1, tzinfo=UTC)),
    Case(issue={"introduction": "Tuesday, November 9", "date": None}, now=datetime(2021, 10, 1, tzinfo=UTC)),
]
