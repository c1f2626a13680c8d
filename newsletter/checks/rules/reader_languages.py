"""The languages of the issue and those of its readers."""

from collections import Counter
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, Level, check
from newsletter.issue.problems import Place

_MANY = 0.1


@check(
    "reader-languages",
    "warning",
    "note",
    bad="310 of 1,204 readers asked for Spanish, and there is no october.es.md",
    good="310 of 1,204 readers asked for Spanish, and october.es.md is the Spanish translation",
    needs="people",
)
def reader_languages(context: Context) -> Iterator[Finding]:
    """Readers who asked for a language in which there is no translation (a warning where they are a tenth of all), and
    a translation for which nobody asked.
    """
    people, languages = context.people, context.languages
    if people is None or context.issue.language not in languages[:1]:
        return
    total = sum(people.languages.values())
    lacking: Counter[str] = Counter()
    asked = set()
    for wanted, number in people.languages.items():
        got = next((one for one in (wanted, wanted.partition("-")[0]) if one in languages), None)
        if got:
            asked.add(got)
        elif wanted and wanted.partition("-")[0] != languages[0].partition("-")[0]:
            lacking[wanted] += number

    def finding(level: Level, message: str, mend: str) -> Finding:
        return Finding("reader-languages", level, message, mend, Place(field="language"))

    if lacking:
        asking = ", ".join(f"{number:,} for '{wanted}'" for wanted, number in lacking.most_common())
        first = lacking.most_common(1)[0][0]
        yield finding(
            "warning" if lacking.total() >= total * _MANY else "note",
            f"Of {total:,} readers some asked for a language that the issue is not in ({asking}); they would get it in "
            f"'{languages[0]}'.",
            f"Translate it: a file beside the issue whose name ends in .{first}.md, for example.",
        )
    for language in languages[1:]:
        if language not in asked and total:
            yield finding(
                "note",
                f"There is a translation into '{language}', and nobody on the list asked for that language.",
                "See that it is the right list, and that the languages of its readers are known.",
            )
