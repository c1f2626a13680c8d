"""Texts that changed since they were translated, or that nobody translated."""

from newsletter.items.kinds.text import Text
from tests.checks.build import Case

NAMES = ("tune-in", "engage", "contact")
ITEMS = tuple(Text(id=name, title=name.title(), body="A plain text.") for name in NAMES)


def _case(says: str = "", item: str = "", field: str | None = None, language: str = "es", **behind: bool) -> Case:
    marks = {(item or "engage"): behind} if field or not says else {}
    at = (item or None, field) if says else None
    issue = {"items": ITEMS, "language": language}
    return Case(says=says, at=at, issue=issue, behind=marks, languages=("en", language))


BAD = [
    _case("'body' of 'tune-in' says something else in 'en'", "tune-in", "body", body=True),
    _case("'title' of 'engage' is not translated into 'es'", "engage", "title", title=False),
    _case("since it was translated into 'ar'", "contact", "body", "ar", body=True),
    _case("'links' of 'contact' is not translated into 'pt-BR'", "contact", "links", "pt-BR", links=False),
    Case(
        "'subject' is not translated", at=(None, "subject"), issue={"language": "es"}, behind={"": {"subject": False}}
    ),
    Case(
        "'introduction' says", at=(None, "introduction"), issue={"language": "de"}, behind={"": {"introduction": True}}
    ),
]

NEAR = [
    Case(),
    *(_case(language=language) for language in ("en", "es", "fr", "ar", "pt-BR", "de", "zh", "sw")),
    # Items that this variant does not hold.
    *(
        Case(issue={"items": ITEMS, "language": "es"}, behind={name: {"body": older}})
        for name in ("debrief", "picture", "tune", "tune-in-2", "a", "b", "c", "d", "e", "f", "g")
        for older in (True, False)
    ),
    *(Case(issue={"items": (), "language": "es"}, behind={name: {"title": True}}) for name in NAMES),
]
