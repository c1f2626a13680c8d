"""Items that a translation lacks."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place


@check(
    "translation",
    "warning",
    bad="october.es.md holds no item with the id tune-in of october.md",
    good='## Siga la sesión\n```event\nid = "tune-in"\nstarts = 2020-11-09T14:30:00\n```',
    needs="untranslated",
)
def translation(context: Context) -> Iterator[Finding]:
    """An item that a translation does not hold stands in the language of the issue: readers get a mail in two
    languages.
    """
    for item in context.issue.items:
        if language := context.untranslated.get(item.id):
            yield Finding(
                "translation",
                "warning",
                f"'{item.id}' is not translated: readers of '{context.issue.language}' get it in '{language}'.",
                f'Translate it under a heading of its own, with id = "{item.id}".',
                Place(item=item.id),
            )
