"""Twenty mails of real length, each other than the rest, for the checks of form: rendered as a site renders them."""

from dataclasses import dataclass, field
from functools import cache
from random import Random

from newsletter.issue.model import Issue
from newsletter.issue.parse import parse
from newsletter.render import Organisation, load_theme, render
from newsletter.render.rendering import Assets, FieldUse, Picture

ORGANISATION = Organisation(
    name="USHRN", postal_address="USHRN, 250 Georgia Avenue SE, Atlanta, GA 30312, USA", domain="news.example.org"
)
PICTURES = {
    "images/delegation.jpg": Picture("https://news.example.org/m/4f1c", 1_072, 600),
    "images/hall.png": Picture("https://news.example.org/m/9ab2", 800, 450),
}
LOGO = Picture("https://news.example.org/m/logo", 320, 64)


@dataclass(frozen=True)
class Mail:
    """A mail as a reader's program gets it, with what is known of its pictures and of the site's own templates."""

    issue: Issue
    html: str
    text: str
    fields: tuple[FieldUse, ...]
    pictures: dict[str, tuple[str, str, int, int, int, int]]
    """By address: path, mime, bytes, width, height, frames."""
    templates: dict[str, str] = field(default_factory=dict)
    message: bytes = b""
    largest: int | None = None


ENGLISH = """
The working groups met nineteen missions in two weeks, and each of them took the one-page summaries along. **Nine** said
that they would raise the question of housing, and four asked for more on water.
~
Last week the Committee published its list of issues. It names three of the five points that members had put forward:
detention, policing, and the right to vote. What is missing is told in [the joint report](https://www.example.org/joint).
~
- Read [the summary](https://www.example.org/summary) before the call.
- Bring one question for each mission.
- Tell us by Thursday whether you can come.
~
### What comes next

The delegation flies back on Saturday. A record of all meetings will be on
[the page of the Network](https://www.example.org/network), and those who spoke will tell about it in their own words.
~
Dear {{first_name|friend}}, this is a short one: the review takes place as planned, and the room is open to all of us.
~
| Day | What | Where |
|---|---|---|
| Monday | Review of the report | Palais des Nations, Room XX |
| Thursday | Adoption of the draft | On the web |
~
> We had ten minutes with each mission, and they took notes.

That is what Ana told us on the phone from Geneva. She went as one of twelve.
~
1. Choose a text.
2. Change the first sentence, so that it is yours.
3. Send it to the editor of the local newspaper, with your name and town.
~
The Centro de Derechos Humanos and the Ligue des droits have signed as well. Write to
[the coordination](mailto:upr@example.org) if your group wants to join; there is no fee.
~
#### For the press

Numbers and quotations may be used freely. Photographs are on [the press page](https://www.example.org/press), in print
quality, with the names of those who took them. Call +1 404 555 0100 for interviews.

##### Embargo

Until Monday at noon.
~
In the first review, in 2010, the delegation answered 228 recommendations; in the second one 343. Most were accepted *in
part*, which is a word that has to be watched.

---

The third one will be shorter, but it is the one at which promises come due.
"""
SPANISH = """
Los grupos de trabajo se reunieron con diecinueve misiones en dos semanas, y cada una de ellas se llevó los resúmenes.
~
La semana pasada el Comité publicó su lista de cuestiones. Lo que falta se cuenta en
[el informe conjunto](https://www.example.org/informe).
~
### Lo que viene

La delegación regresa el sábado. El acta de las reuniones estará en [la página de la Red](https://www.example.org/red).
~
| Día | Qué | Dónde |
|---|---|---|
| Lunes | Examen | Sala XX |
"""
FRENCH = """
Les groupes de travail ont rencontré dix-neuf missions en deux semaines, et chacune d'elles a emporté les résumés.
~
La semaine dernière, le Comité a publié sa liste de questions. Ce qui manque est dans
[le rapport commun](https://www.example.org/rapport).
~
### La suite

La délégation rentre samedi. Le compte rendu sera sur [la page du Réseau](https://www.example.org/reseau).
"""
ARABIC = """
اجتمعت مجموعات العمل مع تسع عشرة بعثة خلال أسبوعين، وأخذت كل بعثة الملخصات معها.
~
نشرت اللجنة الأسبوع الماضي قائمة المسائل، وما ينقصها موجود في [التقرير المشترك](https://www.example.org/report).
~
### الخطوة التالية

يعود الوفد يوم السبت.
"""
_PARAGRAPHS = {
    language: [part.strip() for part in text.split("\n~\n")]
    for language, text in {"en": ENGLISH, "es": SPANISH, "fr": FRENCH, "ar": ARABIC}.items()
}
_FENCES = (
    'event\nstarts = 2020-11-09T14:30:00\ncity = "Geneva"\nplace = "Palais des Nations"\n'
    'watch_url = "https://media.example.org/upr-live"',
    'debrief\nstarts = 2020-11-17\ndetails = "to follow"\ndue = 2020-11-13',
    'button\nlabel = "Sign up for the next call"\nurl = "https://www.example.org/working-groups"',
    'contact\nname = "The coordination"\nrole = "UPR"\nemail = "upr@example.org"\nphone = "+41 22 555 01 00"',
    'image\nsrc = "images/delegation.jpg"\nalt = "Twelve people with banners"\nlink = "https://www.example.org/photos"',
    'image\nsrc = "images/hall.png"\nalt = "A hall with empty seats"\ncaption = "Room XX, an hour before"',
    'quote\nby = "A member of the housing group"\nrole = "October"\nsource = "https://www.example.org/voices"',
    'recap\nmet = ["Nineteen missions"]\nby = ["Housing", "Migration"]\noutcomes = ["Nine took up housing"]',
    'resources\n[[links]]\nlabel = "Reports of civil society"\nurl = "https://www.example.org/reports"\nabout = "All"',
    'engage\n[[actions]]\ndo = "share"\nlabel = "Share it"\nnetworks = ["x", "facebook", "email"]\n'
    'text = "Watch the review with us on November 9."\nurl = "https://media.example.org/upr-live"\n'
    '[[actions]]\ndo = "write"\nlabel = "Write to your senator"\nto = "Your senator"\n'
    'find_url = "https://www.example.org/find"\nsubject = "The review"\ntext = "Please watch the review."',
)


@cache
def mails() -> tuple[Mail, ...]:
    """Twenty of them: fourteen in English, and two each in Spanish, French and Arabic; 5 to 14 items."""
    return tuple(_mail(number, language) for number, language in enumerate(["en"] * 14 + ["es", "fr", "ar"] * 2))


def _mail(number: int, language: str) -> Mail:
    chance = Random(number)
    items = []
    for item in range(chance.randint(5, 14)):
        fence = chance.choice(_FENCES) if chance.random() < 0.7 else ""
        body = "\n\n".join(chance.sample(_PARAGRAPHS[language], chance.randint(1, 3)))
        fenced = f"```{fence}\n```\n" if fence else ""
        items.append(f"## {item + 1}. {chance.choice(_TITLES)}\n{fenced}\n{body}\n")
    front = (
        f'title = "News of the Network, number {number + 1}"\nsubject = "The review on November 9"\n'
        f'preheader = "Nineteen missions in two weeks, and what they said."\nlanguage = "{language}"\n'
        'timezone = "Europe/Zurich"\ndate = 2020-10-28\n'
    )
    opening = chance.choice(_PARAGRAPHS[language])
    source = f"+++\n{front}+++\n\n{opening}\n\n" + "\n".join(items)
    return rendered(_parsed(source, f"news-{number + 1}"))


def _parsed(source: str, slug: str) -> Issue:
    made = parse(source, file=f"{slug}.md", slug=slug)
    assert made.issue, made.problems
    return made.issue


_TITLES = (
    "Lobbying recap",
    "How can you stay engaged?",
    "Tune in",
    "What the Committee said",
    "In their words",
    "Need more information?",
    "Questions?",
    "The delegation in Geneva",
    "Before the call",
    "“Housing is a right”",
)


def rendered(issue: Issue) -> Mail:
    """``issue`` as a mail with logo and pictures."""
    made = render(issue, load_theme("default"), organisation=ORGANISATION, assets=Assets(pictures=PICTURES, logo=LOGO))
    known = {
        one.url: (src, "image/png" if src.endswith("png") else "image/jpeg", 180_000, one.width, one.height, 1)
        for src, one in PICTURES.items()
    }
    known[LOGO.url] = ("logo.png", "image/png", 9_000, 320, 64, 1)
    shown = {src: file for src, file in known.items() if src in made.html}
    message = f"Subject: {made.subject}\r\n\r\n".encode() + b"\r\n".join([b"x" * 76] * (len(made.html) // 76))
    return Mail(issue, made.html, made.text, made.fields, shown, message=message, largest=len(made.html.encode()) + 900)
