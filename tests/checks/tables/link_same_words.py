"""Links that read alike."""

from newsletter.items.kinds.button import Button
from newsletter.items.kinds.resources import Resource, Resources
from newsletter.items.kinds.text import Text
from tests.checks.build import Case

A, B = "https://www.example.org/report-2019", "https://www.example.org/report-2020"


def _intro(markdown: str, says: str = "", language: str = "en") -> Case:
    return Case(issue={"introduction": markdown, "language": language}, says=says, at=(None, "introduction"))


def _two(first: str, second: str, says: str = "", urls: tuple[str, str] = (A, B), language: str = "en") -> Case:
    return _intro(f"Read [{first}]({urls[0]}) and [{second}]({urls[1]}).", says, language)


def _items(*items: object, says: str = "", at: tuple[str, str] | None = None) -> Case:
    return Case(issue={"items": items}, says=says, at=at)


def _button(name: str, label: str, url: str) -> Button:
    return Button(id=name, title=name.title(), label=label, url=url)


def _resources(*links: tuple[str, str]) -> Resources:
    return Resources(id="more", title="More", links=tuple(Resource(label=label, url=url) for label, url in links))


SAYS = "Two links read"

BAD = [
    _two("the report", "the report", "Two links read 'the report'"),
    _two("The report", "the **report**", SAYS),
    _two("the report.", "the report", SAYS),
    _two("the report", "the\nreport", SAYS),
    _two("el informe", "El informe", SAYS, language="es"),
    _two("le rapport de l’ONU", "le rapport de l'ONU", SAYS, language="fr"),
    _two("التقرير الكامل", "التقرير الكامل", SAYS, language="ar"),
    _two("write to us", "write to us", SAYS, ("mailto:upr@example.org", "mailto:news@example.org")),
    _two("the report", "the report", SAYS, (A, "https://example.net/report-2019")),
    _two("the report", "the report", SAYS, (A, f"{A}?page=2")),
    _intro(f"[The report]({A})\n\n[Another]({A})\n\n[The report]({B})", SAYS),
    _intro(f"[The report][a], [the report][b]\n\n[a]: {A}\n[b]: {B}", SAYS),
    _items(
        _button("one", "Sign the petition", A), _button("two", "Sign the petition", B), says=SAYS, at=("two", "label")
    ),
    _items(_resources(("The report", A), ("The report", B)), says=SAYS, at=("more", "links[2].label")),
    _items(
        Text(id="a", title="A", body=f"[the report]({A})"),
        Text(id="b", title="B", body=f"[the report]({B})"),
        says=SAYS,
        at=("b", "body"),
    ),
]

NEAR = [
    _two("the report", "the report", urls=(A, A)),
    _two("the report of 2019", "the report of 2020"),
    _two("the report", "the reports"),
    _two("the report", "the report", urls=(A, f"{A}/")),
    _two("the report", "the report", urls=(A, f"{A}#summary")),
    _two("the report", "the report", urls=(A, A.replace("https", "http"))),
    _two("the report", "the report", urls=(A, A.replace("www.", ""))),
    _two("the report", "the report", urls=(A, A.replace("www.example", "WWW.Example"))),
    _two("the report", "the report", urls=(A, f"{A}?utm_source=x")),
    _two("write to us", "write to us", urls=("mailto:upr@example.org", "mailto:upr@example.org?subject=UPR")),
    _two("here", "here"),
    _two("read more", "Read more"),
    _two("aquí", "aquí", language="es"),
    _two("ici", "ici", language="fr"),
    _two("English", "English"),
    _two("Español", "Español"),
    _two("PDF", "PDF"),
    _two("Word", "word"),
    _two("English (PDF)", "English (PDF)"),
    _two("العربية", "العربية", language="ar"),
    _two("the report", "[the report]", urls=(A, A)),
    _two("up to the top", "up to the top", urls=("#tune-in", "#debrief")),
    _two("https://www.example.org", "https://www.example.org"),
    _two("upr@example.org", "upr@example.org", urls=("mailto:upr@example.org", "mailto:news@example.org")),
    _two("", ""),
    _two("…", "…"),
    _intro(f"`[the report]({A})` and [the report]({B})"),
    _intro(f"The report {A} and the report {B}"),
    _intro(f"[The report]({A}), [its summary]({B}), [its annex]({B}/annex)"),
    _items(_button("one", "Sign the petition", A), _button("two", "Sign the letter", B)),
    _items(_button("one", "Sign the petition", A), _button("two", "Sign the petition", A)),
    _items(_resources(("The report", A), ("The summary", A))),
    _items(Text(id="a", title="A", body=f"[the report]({A})"), _button("b", "The report of 2020", B)),
    _items(_resources(("Report on housing", A), ("Report on migration", B))),
    _intro(f"[the report]({A}) and [the report](<{A}>)"),
]
