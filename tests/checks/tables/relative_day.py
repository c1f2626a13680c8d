"""Days that are counted from the day of reading. Written on October 26, 2020, a Monday; it leaves on Wednesday."""

from dataclasses import replace
from datetime import UTC, datetime

from newsletter.items.kinds.engage import Engage, Share
from tests.checks.build import Case

WRITTEN = datetime(2020, 10, 26, 9, tzinfo=UTC)
NEXT_WEEK = datetime(2020, 11, 3, 12, tzinfo=UTC)


def _text(text: str, says: str = "", language: str = "en", now: datetime | None = None) -> Case:
    case = Case(
        issue={"introduction": text, "language": language},
        says=says,
        at=(None, "introduction"),
        written=WRITTEN,
        scheduled=True,
    )
    return replace(case, now=now) if now else case


def _subject(text: str, says: str = "") -> Case:
    return replace(_text("A text."), issue={"subject": text}, says=says, at=(None, "subject"))


SHARE = Share(do="share", label="Share it", networks=("x",), text="Tomorrow we watch the review.")

BAD = [
    _text("Join us tomorrow at 14:30 Geneva time.", "'tomorrow' is counted from the day of reading"),
    _text("Tomorrow, nine missions speak.", "leaves on Wednesday, October 28, not on Monday, October 26"),
    _text("The day after tomorrow, nine missions speak.", "'The day after tomorrow'"),
    _text("Yesterday nine missions spoke.", "'Yesterday'"),
    _text("Tonight we meet in the library.", "'Tonight'"),
    _text("Tune in today at 14:30.", "'today'"),
    _text("We meet this afternoon.", "'this afternoon'"),
    _text("We met **yesterday**.", "'yesterday'"),
    _text("See you at tomorrow's call.", "'tomorrow'"),
    _text("Next week nine missions speak.", "'Next week'", now=NEXT_WEEK),
    _text("Last week nine missions spoke.", "'Last week'", now=NEXT_WEEK),
    _text("We meet this Friday.", "'this Friday'", now=NEXT_WEEK),
    _text("We meet next\nMonday.", "'next Monday'", now=NEXT_WEEK),
    _text("The Council votes next month.", "'next month'", now=NEXT_WEEK),
    _text("Mañana hablan nueve misiones.", "'Mañana'", "es"),
    _text("Nos vemos mañana a las 14:30.", "'mañana'", "es"),
    _text("Ayer hablaron nueve misiones.", "'Ayer'", "es"),
    _text("Nos reunimos esta noche.", "'esta noche'", "es"),
    _text("La próxima semana hablan nueve misiones.", "'La próxima semana'", "es", NEXT_WEEK),
    _text("La semana que viene hablan nueve misiones.", "'La semana que viene'", "es", NEXT_WEEK),
    _text("Rendez-vous demain à 14 h 30.", "'demain'", "fr"),
    _text("Après-demain, neuf missions parlent.", "'Après-demain'", "fr"),
    _text("Hier, neuf missions ont parlé.", "'Hier'", "fr"),
    _text("La semaine prochaine, neuf missions parlent.", "'La semaine prochaine'", "fr", NEXT_WEEK),
    _text("Nous nous retrouvons lundi prochain.", "'lundi prochain'", "fr", NEXT_WEEK),
    _text("نلتقي غدًا في جنيف.", "'غدًا'", "ar"),
    _text("الأسبوع القادم تتحدث تسع بعثات.", "'الأسبوع القادم'", "ar", NEXT_WEEK),
    _subject("Tomorrow: watch the review", "'Tomorrow'"),
    replace(_text("Join us tomorrow.", "leaves on Wednesday, October 28."), written=None),
]

NEAR = [
    *(
        _text(text)
        for text in (
            "Join us on Wednesday, October 28.",
            "For a better tomorrow, we march.",
            "The leaders of tomorrow speak.",
            "Tomorrow's leaders speak.",
            "There is no tomorrow without rights.",
            "Today, rights are under attack.",
            "In today's world, rights are under attack.",
            "Human rights today and in the future",
            "Next week nine missions speak.",
            "Last week nine missions spoke.",
            "We meet this Friday.",
            "We meet next Monday, November 2.",
            "Every morning and every night, people wait.",
            "She told us: yesterday they came again.",
            "> Tomorrow they come again, she wrote.",
            "“Yesterday they came again.”",
            "The week after, nine missions speak.",
            "The next step is for all of us.",
            "`tomorrow`",
            "The [agenda](https://www.example.org/tomorrow)",
            "Nobody knows what the morrow brings.",
            "The council meets this month.",
            "Each year, this week is for remembrance; usually we march.",
        )
    ),
    *(
        _text(text, language="es")
        for text in (
            "A las 10 de la mañana hablan nueve misiones.",
            "Por la mañana hablan nueve misiones.",
            "El mañana es nuestro.",
            "En Buenos Aires será a media mañana.",
            "Toda la mañana hablaron nueve misiones.",
            "Hoy, los derechos están en riesgo.",
            "La próxima semana hablan nueve misiones.",
            "Nos vemos el miércoles 28 de octubre.",
        )
    ),
    *(
        _text(text, language="fr")
        for text in (
            "Le monde de demain commence ici.",
            "Demain sera meilleur.",
            "La semaine prochaine, neuf missions parlent.",
            "Aujourd'hui, les droits sont menacés.",
            "Rendez-vous lundi prochain 2 novembre.",
        )
    ),
    replace(_text("Join us tomorrow."), scheduled=False),
    replace(_text("Join us tomorrow."), now=datetime(2020, 10, 26, 18, tzinfo=UTC)),
    replace(_text("Join us tomorrow."), issue={"items": (Engage(id="e", title="E", actions=(SHARE,)),)}),
]
