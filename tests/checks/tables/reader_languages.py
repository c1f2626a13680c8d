"""The languages of the issue and those of its readers."""

from newsletter.checks import People
from tests.checks.build import Case


def _case(asked: dict[str, int], *there: str, says: str = "", level: str = "warning", own: str = "en") -> Case:
    crowd = People(count=sum(asked.values()), languages=asked)
    return Case(
        says=says,
        level=level,
        at=(None, "language"),
        issue={"language": own},
        languages=(own, *there),
        people=crowd,
    )


BAD = [
    _case(
        {"en": 894, "es": 310},
        says="Of 1,204 readers some asked for a language that the issue is not in (310 for 'es')",
    ),
    _case(
        {"en": 40, "es": 30, "fr": 20, "ar": 10},
        says="(30 for 'es', 20 for 'fr', 10 for 'ar'); they would get it in 'en'.",
    ),
    _case({"en": 90, "es": 10}, says="10 for 'es'"),
    _case({"en": 90, "es": 5, "fr": 5}, says="5 for 'es', 5 for 'fr'"),
    _case({"en": 91, "es": 9}, says="9 for 'es'", level="note"),
    _case({"en": 9_999, "ar": 1}, says="Of 10,000 readers some asked", level="note"),
    _case({"es": 5}, "fr", says="5 for 'es'"),
    _case({"pt-BR": 50, "en": 50}, "es", says="50 for 'pt-BR'"),
    _case({"en": 50, "es": 50}, own="es", says="they would get it in 'es'"),
    _case({"en": 100}, "es", says="translation into 'es', and nobody", level="note"),
    _case({"en": 100, "": 40}, "es", "fr", says="into 'fr'", level="note"),
    _case({"es": 5, "en": 5}, "es-MX", says="5 for 'es'"),
]

NEAR = [
    Case(),
    Case(people=People(count=10, languages={"es": 10})),
    Case(languages=("en",)),
    Case(languages=("es", "en"), people=People(count=10, languages={"fr": 10})),
    _case({}),
    _case({}, "es"),
    _case({"": 100}),
    *(_case({"en": number}) for number in (1, 2, 10, 1_000)),
    *(_case({tag: 10}) for tag in ("en-GB", "en-US", "en-AU", "en-ZA")),
    *(_case({"en": 10, tag: 10}, "es") for tag in ("es", "es-MX", "es-AR", "es-419")),
    *(_case({"en": 10, "fr": 5, "": 3}, "fr") for _ in range(1)),
    *(_case({tag: 10}, own="es") for tag in ("es", "es-MX", "es-ES")),
    *(_case({"": number, "en": 1}) for number in (1, 10, 1_000)),
    *(_case({"es": 10, "fr": number}, "es", "fr") for number in (1, 5, 100)),
    *(_case({"es-MX": 10, "fr-CH": number}, "es", "fr") for number in (1, 5, 100)),
    _case({"en-GB": 5, "en-US": 4}, own="en-GB"),
    _case({"en": 5}, own="en-GB"),
    _case({"pt-BR": 5}, own="pt-BR"),
]
