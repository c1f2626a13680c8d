"""One time on two clocks. In March 2021 America changed on the 14th, Europe on the 28th."""

from datetime import date, datetime

from newsletter.items.kinds.event import Event
from tests.checks.build import Case

APART = datetime(2021, 3, 16, 14, 30)
"""14:30 in Geneva is 9:30 in New York; 8:30 in most weeks."""


def _text(text: str, says: str = "", language: str = "en") -> Case:
    return Case(issue={"introduction": text, "language": language}, says=says, at=(None, "introduction"))


def _event(body: str, says: str = "", starts: datetime = APART, **fields: object) -> Case:
    item = Event(id="call", title="The call", starts=starts, body=body, **fields)
    return Case(issue={"items": (item,)}, says=says, at=("call", "body"))


def _note(zones: tuple[str, ...], says: str = "", starts: datetime | date = APART, zone: str | None = None) -> Case:
    item = Event(id="call", title="The call", starts=starts, zone=zone)
    return Case(issue={"items": (item,), "zones": zones}, says=says, level="note", at=("call", "starts"))


SAYS = "are not the same moment on March 16, 2021"

BAD = [
    _text("On March 16, 2021, 14:30 Geneva time (8:30 a.m. in New York)", SAYS),
    _text("On March 16, 2021, 14:30 Geneva time / 8:30 a.m. ET", "it is 09:30 there by then, for the two change"),
    _text("On March 16, 2021 at 9:30 a.m. ET (15:30 CET)", SAYS),
    _text("March 16, 2021: 14:30 CET, 13:30 GMT, 8:30 a.m. EDT", SAYS),
    _text("El 16 de marzo de 2021, 14:30 hora de Ginebra (8:30 hora de Nueva York)", SAYS, "es"),
    _text("Le 16 mars 2021, 14h30 heure de Genève (8h30 heure de New York)", SAYS, "fr"),
    _text("On October 28, 14:30 Geneva time (8:30 a.m. in New York)", "it is 09:30 there by then, for the two change"),
    _text("On November 9, 14:30 Geneva time (9:30 a.m. in New York)", "it is 08:30 there by then."),
    _text("14:30 Geneva time (11:30 a.m. in New York)", "are never the same moment"),
    _event("14:30 Geneva time (8:30 a.m. in New York)", SAYS),
    _event("That is 8:30 a.m. in New York.", "does not agree with 'The call', which begins at 14:30"),
    _event("That is 8:30 a.m. ET.", "it is 09:30 there by then, for the two change their clocks on different days"),
    _event("Watch it at 1:30 pm London time.", "does not agree", datetime(2021, 3, 16, 15, 30)),
    _note(("America/New_York",), "Zurich and New York are 5 hours apart, not 6 hours as in most weeks"),
    _note(("Africa/Lagos", "America/Los_Angeles"), "Zurich and Los Angeles are 8 hours apart"),
    _note(("Europe/Zurich",), "New York and Zurich", datetime(2020, 10, 28, 9, 30), "America/New_York"),
    _note(("Australia/Sydney",), "Zurich and Sydney are 9 hours apart", datetime(2021, 3, 30, 9, 0)),
]

NEAR = [
    *(
        _text(text)
        for text in (
            "On March 16, 2021, 14:30 Geneva time (9:30 a.m. in New York)",
            "On March 16, 2021, 14:30 Geneva time / 9:30 a.m. ET",
            "On November 9, 14:30 Geneva time (8:30 a.m. in New York)",
            "On November 9, 14:30 CET (13:30 UTC)",
            "On November 9, 14:30 CET, 8:30 a.m. EST, 5:30 a.m. PST",
            "14:30 Geneva time (8:30 a.m. in New York)",
            "14:30 Geneva time (9:30 a.m. in New York)",
            "On March 16, 2021, the calls are at 9 a.m. ET and 6 p.m. CET.",
            "On March 16, 2021, we are on from 9 a.m. ET to 6 p.m. CET.",
            "On March 16, 2021, 14:30 Geneva time. On March 30, 2021, 8:30 a.m. in New York.",
            "March 16, 2021, 14:30 Geneva time; the press call is at 8:30 a.m. in New York.",
            "March 16, 2021, 14:30 in the hall, 8:30 in the library",
            "On March 16, 14:30 (14:30 sharp) Geneva time",
            "On March 16, 2021, 14:30 Geneva time (14:30 in Paris)",
            "On March 16, 2021, 23:30 Geneva time (6:30 p.m. in New York)",
            "On March 16, 2021, 3 pm ET (noon PT)",
            "On March 16, 2021, 14:30 Geneva time (15:30 in Macondo time)",
            "Clocks change on March 28, 2021 at 2:00.",
        )
    ),
    _text("El 16 de marzo de 2021, 14:30 hora de Ginebra (9:30 hora de Nueva York)", language="es"),
    _text("Le 16 mars 2021, 14h30 heure de Genève (9h30 heure de New York)", language="fr"),
    _event("14:30 Geneva time (9:30 a.m. in New York)"),
    _event("That is 9:30 a.m. in New York."),
    _event("The press call is at 11 a.m. ET."),
    _event("Doors open at 14:00 Geneva time."),
    _event("Register by March 10: 14:30 Geneva time (9:30 a.m. in New York)"),
    _event("The call of April 16 is at 14:30 Geneva time (8:30 a.m. in New York)."),
    _event("It ends at 11:30 a.m. in New York.", ends=datetime(2021, 3, 16, 16, 30)),
    _event("That is 8:30 a.m. in New York.", starts=datetime(2020, 11, 9, 14, 30)),
    _note(("America/New_York",), starts=datetime(2020, 11, 9, 14, 30)),
    _note(("America/New_York",), starts=datetime(2021, 7, 1, 14, 30)),
    _note(("America/New_York",), starts=date(2021, 3, 16)),
    _note(("Europe/London", "Africa/Lagos", "America/Bogota", "Asia/Tokyo")),
    _note(()),
    _note(("America/Chicago",), zone="America/New_York"),
]
