"""Times without a zone. Checked as on October 28, 2020."""

from datetime import date, datetime

from newsletter.items.kinds.engage import Engage, Share
from newsletter.items.kinds.event import Event
from tests.checks.build import Case


def _text(text: str, says: str = "", language: str = "en") -> Case:
    return Case(issue={"introduction": text, "language": language}, says=says, at=(None, "introduction"))


def _event(says: str = "", at: str = "body", **fields: object) -> Case:
    item = Event(**{"id": "tune-in", "title": "Tune in", "starts": datetime(2020, 11, 9, 14, 30)} | fields)
    return Case(issue={"items": (item,)}, says=says, at=("tune-in", at))


def _share(text: str, says: str = "") -> Case:
    share = Share(do="share", label="Share", networks=("x",), text=text)
    return Case(issue={"items": (Engage(id="e", title="E", actions=(share,)),)}, says=says, at=("e", "actions[1].text"))


BAD = [
    _text("Join the call on November 17 at 3 pm.", "'3 pm' names no time zone"),
    _text("Join the call on November 17 at 15:00.", "'15:00' names no time zone"),
    _text("On November 9, 14:30, you can watch the review.", "'14:30' names no time zone"),
    _text("On 2020-11-09 at 14:30 the review begins.", "'14:30'"),
    _text("Register for the webinar at 8:30 a.m. and bring questions.", "'8:30 a.m.'"),
    _text("The deadline is Friday at 5 p.m.", "'5 p.m.'"),
    _text("Tune in tomorrow at 3pm!", "'3pm'"),
    _text("- The call starts at 10:00\n- Bring questions", "'10:00'"),
    _text("Únase a la llamada el 17 de noviembre a las 15:00.", "'15:00'", "es"),
    _text("La sesión comienza a las 9:30 a. m.", "names no time zone", "es"),
    _text("Rejoignez l’appel le 17 novembre à 15 h 30.", "'15 h 30'", "fr"),
    _text("La séance aura lieu à 14h30.", "'14h30'", "fr"),
    _text("يبدأ البث الساعة 14:30 يوم 9 نوفمبر.", "'14:30'", "ar"),
    _share("Watch the review with me on November 9 at 14:30!", "'14:30'"),
    _event("'18:00' names no time zone", starts=date(2020, 11, 9), body="Join us at 18:00 on November 9."),
    Case(issue={"subject": "Join the debrief on November 17 at 3 pm"}, says="'3 pm'", at=(None, "subject")),
]

NEAR = [
    *(
        _text(text)
        for text in (
            "Join the call on November 17 at 3 pm ET.",
            "Join the call on November 17 at 3 pm Eastern Time.",
            "Join the call on November 17 at 3 pm (New York).",
            "Join the call on November 17 at 15:00 UTC.",
            "Join the call on November 17 at 15:00 CET / 9:00 ET.",
            "On November 9, 14:30 Geneva time, you can watch the review.",
            "Join the call at 3 pm your local time.",
            "All times are in Geneva time. The call starts at 15:00.",
            "Join the call on November 17.",
            "Our office will be open from 9:00 to 17:00.",
            "The help line is there every day until 10 pm.",
            "At 4 a.m. on October 12, officers entered the camp.",
            "At 4 a.m. officers entered the camp.",
            "Article 14:30 will follow.",
            "Join us in reading Isaiah 10:12 together.",
            "The motion was carried by 27:13; we will watch on.",
            "Join the 24/7 vigil.",
            "We will ask for a ratio of 3:10 at least.",
            "The video runs 1:30:00, watch it.",
            "Watch from minute 14:30 on.",
            "It will cost $3.50 pm.",
            "We marched on October 10 at 3 pm.",
            "Join us in person at 3 pm, room 12.",
            "The curfew begins at 8 pm.",
            "`join at 14:30`",
            "[Watch](https://www.example.org/14:30)",
        )
    ),
    _text("Únase a la llamada el 17 de noviembre a las 15:00, hora de Ginebra.", language="es"),
    _text("Únase a la llamada a las 15:00 (hora del Este).", language="es"),
    _text("La oficina está abierta hasta las 17:00.", language="es"),
    _text("Rejoignez l’appel le 17 novembre à 15 h 30, heure de Genève.", language="fr"),
    _text("La séance aura lieu à 14h30 (heure de Paris).", language="fr"),
    _text("يبدأ البث الساعة 14:30 بتوقيت جنيف.", language="ar"),
    _share("Watch the review with me on November 9 at 14:30 Geneva time!"),
    _event(body="Join us at 14:30."),
    _event(body="Doors will open at 14:00."),
    _event(body="Join us at {{local_time}}, 14:30 for us."),
    Case(
        issue={
            "items": (Event(id="a", title="A", starts=datetime(2020, 11, 9, 14, 30), zone="UTC"),),
            "timezone": "UTC",
        }
    ),
    Case(issue={"items": (Event(id="a", title="A", starts=datetime(2020, 11, 9, 14, 30)),), "timezone": "UTC"}),
]
