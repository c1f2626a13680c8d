"""Words that stand for a text still to be written."""

from datetime import date

from newsletter.items.kinds.engage import Copy, Engage
from newsletter.items.kinds.event import Event
from tests.checks.build import Case


def _text(text: str, says: str = "", language: str = "en") -> Case:
    return Case(issue={"introduction": text, "language": language}, says=says, at=(None, "introduction"))


def _copy(text: str, says: str = "") -> Case:
    copy = Copy(do="copy", label="Press", form="press statement", text=text)
    return Case(issue={"items": (Engage(id="e", title="E", actions=(copy,)),)}, says=says, at=("e", "actions[1].text"))


MISSING, DUMMY = "looks as if something is missing here", "is dummy text"

BAD = [
    _text("The session is chaired by TK.", f"'TK' {MISSING}"),
    _text("The session is chaired by TKTK, at 14:30.", "'TKTK'"),
    _text("The session (TK) is in Geneva.", "'TK'"),
    _text("TK TK", "'TK"),
    _text("Lorem ipsum dolor sit amet", f"'Lorem ipsum' {DUMMY}"),
    _text("Consectetur adipiscing elit", DUMMY),
    _text("Call XXX for details.", f"'XXX' {MISSING}"),
    _text("Call +41 22 XXX XX XX for details.", "'XXX'"),
    _text("The report has XXXX pages.", "'XXXX'"),
    _text("It begins at XX:XX Geneva time.", "'XX:XX'"),
    _text("It is on xx/xx/xx.", "'xx/xx/xx'"),
    _text("There were xxx people.", "'xxx'"),
    _text("TODO: add the names.", "'TODO:'"),
    _text("[TODO add the names]", "'[TODO add the names]'"),
    _text("Ask for the room FIXME", "'FIXME'"),
    _text("asdf", DUMMY),
    _text("Blah blah blah", DUMMY),
    _text("The room is ????.", "'????'"),
    _text("The room is ??? on that day.", "'???'"),
    _text("The room is ____ on that day.", "'____'"),
    _text("Nos reunimos en XXX el lunes.", "'XXX'", "es"),
    _text("FIXME nombre", "'FIXME'", "es"),
    _text("Nous serons XXX personnes.", "'XXX'", "fr"),
    _text("اتصلوا على XXX لمزيد من التفاصيل.", "'XXX'", "ar"),
    _copy("On November 9, TK spoke.", "'TK'"),
    Case(
        issue={"items": (Event(id="a", title="Tune in", starts=date(2020, 11, 9), place="Room XXXX"),)},
        says="'XXXX'",
        at=("a", "place"),
    ),
]

NEAR = [
    *(
        _text(text)
        for text in (
            "The session is in Room XX of the Palais des Nations.",
            "Session XXX of the Council",
            "Article XXX of the charter",
            "The XXX session of the assembly",
            "Chapters XXIX and XXX",
            "Super Bowl XXX",
            "Volume XXX was published.",
            "Flight TK 1917 to Geneva",
            "Flight TK1917 to Geneva",
            "The Techniker Krankenkasse (TK) pays.",
            "The domain example.tk",
            "The TK-20 form",
            "tk is a domain",
            "T.K. wrote the song",
            "Love to all of you, xxx",
            "Generation X, size XL and XXL",
            "size XXX",
            "Malcolm X and xxi",
            "Everything is to do.",
            "Our to-do list: write, call, march.",
            "A todo list is on the wall.",
            "What happens now???",
            "What? How? Who?",
            "Really?! Yes?",
            "snake_case and __init__",
            "*__emphasis__*",
            "`TODO: TK XXX lorem ipsum`",
            "```\nTODO: XXX\n```",
            "[Report](https://www.example.org/xxx/TK)",
            "https://xxx.example.org",
            "The Blah Blah Café",
            "Fix me a coffee.",
            "a\n\n---\n\nb",
            "BBC, TBC and TBD: to be confirmed",
            "XX century",
        )
    ),
    _text("TODO: el mundo entero lo sabe.", language="es"),
    _text("TODO EL MUNDO tiene derechos. Todo: casa, pan y trabajo.", language="es"),
    _text("El XXX período de sesiones del Comité", language="es"),
    _text("La XXX conférence des Parties", language="fr"),
    _copy("Name: ______ Place: ______"),
]
