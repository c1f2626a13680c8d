"""Deadlines before and after what they are for."""

from datetime import date, datetime

from newsletter.items.base import Item
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Engage, Link, Share, Write
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from tests.checks.build import Case

WATCH, OTHER = "https://media.example.org/upr-live", "https://www.example.org/petition"
NOVEMBER_9 = Event(id="tune-in", title="Tune in", starts=datetime(2020, 11, 9, 14, 30), watch_url=WATCH)


def _body(body: str, says: str = "", language: str = "en", **fields: object) -> Case:
    item = Event(**{"id": "tune-in", "title": "Tune in", "starts": datetime(2020, 11, 9, 14, 30)} | fields, body=body)
    return Case(issue={"items": (item,), "language": language}, says=says, at=("tune-in", "body"))


def _debrief(due: date, says: str = "", details: str | None = "to follow") -> Case:
    item = Debrief(id="debrief", title="Debrief", starts=date(2020, 11, 17), details=details, due=due)
    return Case(issue={"items": (item,)}, says=says, at=("debrief", "due"))


def _engage(
    label: str = "Watch it live",
    url: str = WATCH,
    deadline: date | None = None,
    of_action: date | None = None,
    says: str = "",
    at: str = "deadline",
    events: tuple[Item, ...] = (NOVEMBER_9,),
) -> Case:
    action = Link(do="link", label=label, button="Open the page", url=url, deadline=of_action)
    item = Engage(id="engage", title="Stay engaged", deadline=deadline, actions=(action,))
    return Case(issue={"items": (item, *events)}, says=says, at=("engage", at))


def _share(deadline: date, says: str = "") -> Case:
    share = Share(do="share", label="Share it", networks=("x",), text="Watch the review", url=WATCH)
    item = Engage(id="engage", title="Stay engaged", deadline=deadline, actions=(share,))
    return Case(issue={"items": (item, NOVEMBER_9)}, says=says, at=("engage", "deadline"))


AFTER = date(2020, 11, 12)
BEFORE = date(2020, 11, 6)
DAY = date(2020, 11, 9)
SAYS = "is after 'Tune in', which is on 2020-11-09"

BAD = [
    _body("Register by November 12.", f"The deadline 2020-11-12 {SAYS}"),
    _body("Please register until Thursday, November 12, 2020.", SAYS),
    _body("Registration closes on 12 November.", SAYS),
    _body("RSVP by Nov. 12!", SAYS),
    _body("Send us your questions by November 10.", SAYS),
    _body("Registration is open. Sign up by November 12.", SAYS),
    _body("By November 12, please register.", SAYS),
    _body("Inscríbase antes del 12 de noviembre.", SAYS, "es"),
    _body("El plazo de inscripción: hasta el 12 de noviembre.", SAYS, "es"),
    _body("Inscrivez-vous avant le 12 novembre.", SAYS, "fr"),
    _body("Inscription jusqu’au 12 novembre 2020.", SAYS, "fr"),
    _debrief(date(2020, 11, 18), "The details of 'Debrief' are promised by 2020-11-18, and it is on 2020-11-17"),
    _engage(deadline=AFTER, says="can be done until 2020-11-12, and 'Tune in' is on 2020-11-09"),
    _engage(of_action=AFTER, says="can be done until 2020-11-12", at="actions[1].deadline"),
    _engage("Register for the session", OTHER, deadline=AFTER, says="'Register for the session' can be done until"),
    _engage(
        "Petition",
        OTHER,
        BEFORE,
        DAY,
        "has a deadline (2020-11-09) after that of 'Stay engaged'",
        "actions[1].deadline",
    ),
    _share(AFTER, "'Share it' can be done until 2020-11-12"),
]

NEAR = [
    *(
        _body(text)
        for text in (
            "Register by November 6.",
            "Register by November 9.",
            "Register by November 8 to get the link.",
            "The recording is there from November 12 on.",
            "The recording is there until November 12.",
            "By November 12 we will send the minutes.",
            "Registered readers get the minutes on November 12.",
            "The next session is on November 12.",
            "We met until October 12.",
            "The report is due by November 12.",
            "Register now.",
            "Book tickets for the train until November 8.",
            "Register soon: 12 places are left. November 12 is another event.",
            "Comments can be handed in until November 20.",
        )
    ),
    _body("Inscríbase antes del 8 de noviembre.", language="es"),
    _body("El informe se publica el 12 de noviembre.", language="es"),
    _body("Inscrivez-vous avant le 8 novembre.", language="fr"),
    _body("Le rapport paraît le 12 novembre.", language="fr"),
    _body("Register by November 12.", starts=date(2020, 11, 9), ends=date(2020, 11, 13)),
    Case(issue={"items": (NOVEMBER_9, Text(id="t", title="T", body="Register for the course by November 12."))}),
    _debrief(date(2020, 11, 13)),
    _debrief(date(2020, 11, 17)),
    _debrief(date(2020, 11, 18), details=None),
    _engage(deadline=DAY),
    _engage(deadline=BEFORE),
    _engage("Sign the petition", OTHER, deadline=AFTER),
    _engage("Watch the recording again", OTHER, deadline=AFTER),
    _engage("Register for the session", OTHER, deadline=AFTER, events=()),
    _engage("Sign the petition", OTHER, DAY, DAY),
    _engage("Sign the petition", OTHER, DAY, BEFORE),
    _share(DAY),
    Case(
        issue={
            "items": (
                NOVEMBER_9,
                Engage(
                    id="e",
                    title="E",
                    deadline=AFTER,
                    actions=(
                        Write(
                            do="write",
                            label="Write to them about what was said",
                            to="Your representative",
                            email="office@example.org",
                            subject="The review",
                            text="On November 9 we watched the review.",
                        ),
                    ),
                ),
            )
        }
    ),
]
