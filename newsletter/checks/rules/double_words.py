"""Words that stand twice."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import fix_at, line_of, prose_of

_TWICE = re.compile(
    r"(?<![\w'’\-/.])([^\W\d_]+)([ \t]+|[ \t]*\n(?!\s*(?:\n|[-*+>|#]|\d+[.)]))[ \t]*)(\1)(?![\w'’-])", re.IGNORECASE
)
_SMALL_WORDS = {
    "en": "the a an of to in and for are was were with by from at on as it we our be have has will not or their "
    "they you "
    "your its which who this these those than but all",
    "es": "el la los las de del en y a con por para un una unos unas su sus al es lo como más se que o son fue",
    "fr": "le la les de des du à et pour par sur dans un une est qui ce ces cette au aux avec ou ne pas sont se",
    "pt": "o a os as de do da em e com por para um uma que se no na não",
    "de": "der die das ein eine und in von mit für auf zu den dem des ist sind wir nicht",
    "ar": "في من على إلى عن مع هذا هذه التي الذي أن كل بين",
}
_SMALL = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_TWICE_ON_PURPOSE = """
very really many much more long that had never again always ever well again ha haha hey bye knock hear ring hip tut
night is it's who what why no yes now go day step blah bla yada chop choo muy bien casi luego poco mucho mucha sólo
solo siempre nunca ya sí no todo toda pronto claro así tan nous vous très bien vraiment presque tous toutes oui non
bon bonbon jamais toujours encore petit sehr sich die das جدا جداً شيئا يوما خطوة
"""
_MEANT = frozenset(_TWICE_ON_PURPOSE.split())
"""Words that are said twice on purpose, or that grammar doubles (*nous nous réunissons*)."""


@check(
    "double-words",
    "warning",
    bad="We met with the the missions.",
    good="We met with the missions.",
)
def double_words(context: Context) -> Iterator[Finding]:
    """A word that stands twice in a row, also over the end of a line. Names (Walla Walla), words doubled for effect and
    those that grammar doubles are passed over.
    """
    language = context.issue.language.split("-")[0]
    small = _SMALL.get(language, frozenset())
    for prose in prose_of(context.texts):
        for match in _TWICE.finditer(prose.said):
            if not _is_slip(match, small):
                continue
            yield Finding(
                "double-words",
                "warning",
                f"'{match[1]} {match[3]}': the word stands twice.",
                f"Delete the second '{match[3]}'.",
                prose.text.line(line_of(prose.text.value, match.start())),
                fix_at(prose.text, match.start(), match.end(), match[1], f"Delete the second '{match[3]}'"),
            )


def _is_slip(match: re.Match[str], small: frozenset[str]) -> bool:
    first, second = match[1], match[3]
    word = first.casefold()
    before, after = (
        match.string[max(0, match.start() - 12) : match.start()],
        match.string[match.end() : match.end() + 12],
    )
    if re.search(rf"\b{re.escape(word)}[\s,]*$", before, re.IGNORECASE) or re.match(
        rf"[\s,]*{re.escape(word)}\b", after, re.I
    ):
        return False  # three times: a song, a chant
    if second[0].isupper() and not first[0].isupper():
        return False  # "de De Gaulle", "the The Hague"
    if word in small:
        # "le discours de de Gaulle", "an A A battery", "El El Niño"
        capital_follows = bool(re.match(r"\s+[A-ZÀ-Ý]", after)) and word in {
            "de",
            "la",
            "le",
            "el",
            "los",
            "las",
            "a",
            "al",
        }
        return not (first.isupper() and len(first) == 1) and not capital_follows and first.isupper() == second.isupper()
    return len(word) > 3 and first[1:].islower() and second.islower() and word not in _MEANT
