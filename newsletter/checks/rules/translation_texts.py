"""Texts of a translation that are not translated as the issue stands."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place


@check(
    "translation-texts",
    "warning",
    bad="At the desk the body of tune-in was changed, and its Spanish translation was not looked at since",
    good="The Spanish translation was written anew, or somebody said that it is still right",
    needs="behind",
)
def translation_texts(context: Context) -> Iterator[Finding]:
    """A text that changed since it was translated, or that nobody translated in an item that is translated: readers are
    told something else than those of the issue, or in two languages.
    """
    shown = {item.id for item in context.issue.items}
    own = context.languages[0] if context.languages else "the issue"
    for item, fields in context.behind.items():
        for field, older in fields.items():
            if item and item not in shown:
                continue
            of = f" of '{item}'" if item else ""
            yield Finding(
                "translation-texts",
                "warning",
                f"'{field}'{of} says something else in '{own}' since it was translated into '{context.issue.language}'."
                if older
                else f"'{field}'{of} is not translated into '{context.issue.language}'.",
                "Translate it at the desk, or say there that it is right as it is.",
                Place(item=item or None, field=field),
            )
