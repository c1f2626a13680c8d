"""Items that are not translated."""

from newsletter.items.kinds.text import Text
from tests.checks.build import Case

ITEMS = tuple(Text(id=name, title=name.title(), body="A plain text.") for name in ("tune-in", "engage", "contact"))


def _case(says: str = "", item: str = "", language: str = "es", **untranslated: str) -> Case:
    names = {name.replace("_", "-"): value for name, value in untranslated.items()}
    issue = {"items": ITEMS, "language": language}
    return Case(says=says, at=(item, None) if item else None, issue=issue, untranslated=names)


BAD = [
    _case("'tune-in' is not translated", "tune-in", tune_in="en"),
    _case("readers of 'es' get it in 'en'", "engage", engage="en"),
    _case("readers of 'ar' get it in 'fr'", "contact", "ar", contact="fr"),
    _case("'contact' is not translated", "contact", contact="en", tune_in="en"),
    _case("readers of 'pt-BR'", "engage", "pt-BR", engage="en"),
]

NEAR = [
    Case(),
    *(_case(language=language) for language in ("en", "es", "fr", "ar", "pt-BR", "de", "zh", "sw")),
    # Items that this variant does not hold.
    *(_case(**{name: "en"}) for name in ("debrief", "picture", "tune", "tune_in_2", "a", "b", "c", "d", "e", "f")),
    *(Case(issue={"items": (), "language": language}, untranslated={"tune-in": "en"}) for language in ("es", "fr")),
    *(
        Case(issue={"items": (Text(id=name, title="Tune in", body=body),), "language": "es"}, untranslated={"x": "en"})
        for name, body in (
            ("tune-in", "English text in a Spanish issue."),
            ("engage", "Not translated: tune-in."),
            ("es", "Texto."),
            ("en", "Texto."),
            ("translation", "To be translated."),
            ("item", ""),
            ("item-2", "`tune-in`"),
            ("untranslated", "untranslated"),
            ("tune-in-en", "en"),
        )
    ),
]
