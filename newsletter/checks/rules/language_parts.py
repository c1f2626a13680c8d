"""Passages in another language than the mail's."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.texts import Text
from newsletter.checks.tongues import NAMES, other_tongue

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_NO_WORDS = re.compile(r"`[^`\n]*`|\]\([^)\n]*\)|<[^>\n]*>|https?://\S+|\{\{.*?\}\}")
_BLANK = re.compile(r"\n[ \t>]*\n")


@check(
    "language-parts",
    "note",
    bad='language = "en"\n\nEl examen de los Estados Unidos es el 9 de noviembre y se puede ver en directo por la web.',
    good='language = "en"\n\nThe review of the United States is on November 9, and can be watched live on the web.',
)
def language_parts(context: Context) -> Iterator[Finding]:
    """A paragraph in another language than the issue's: a screen reader reads it with the wrong voice, and some readers
    cannot read it at all (WCAG 2.2, success criterion 3.1.2). Names, titles and short quotations are no matter.
    """
    language = context.issue.language
    name = NAMES.get(language.split("-")[0], f"'{language}'")
    for text in context.texts:
        if text.markdown:
            for line, passage in _paragraphs(text):
                if other := other_tongue(passage, language):
                    yield Finding(
                        "language-parts",
                        "note",
                        f"A paragraph looks like {other}, but the issue is in {name}: screen readers will read it with "
                        "the wrong voice.",
                        f"Put it into a translation of the issue, or say the same in {name} as well.",
                        text.line(line),
                    )


def _paragraphs(text: Text) -> Iterator[tuple[int, str]]:
    """Each paragraph with its line, without code, addresses and reader fields."""
    plain = text.value
    if "```" in plain or "~~~" in plain:
        plain = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), plain)
    start, line = 0, 1
    for gap in [*_BLANK.finditer(plain), None]:
        end = gap.start() if gap else len(plain)
        passage = plain[start:end]
        if passage.strip():
            yield line + len(passage) - len(passage.lstrip("\n")), _NO_WORDS.sub(" ", passage)
        if gap:
            line += plain.count("\n", start, gap.end())
            start = gap.end()
