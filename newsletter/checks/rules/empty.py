"""Mails and items that say nothing."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place
from newsletter.items.kinds.text import Text


@check(
    "empty",
    "error",
    "warning",
    bad="## What the review is\n\n## Tune in",
    good="## What the review is\n\nEvery four to five years the record of each country is reviewed by the others.",
)
def empty(context: Context) -> Iterator[Finding]:
    """A mail without introduction and items, or a heading with nothing under it: mostly a text that was forgotten,
    or a mark that is missing.
    """
    issue = context.issue
    if not issue.items and not issue.introduction.strip():
        yield Finding(
            "empty",
            "error",
            "The mail says nothing: it has neither an introduction nor an item.",
            "Write text after the front matter, or open an item with ## and a title.",
        )
    for item in issue.items:
        if isinstance(item, Text) and not item.body.strip():
            yield Finding(
                "empty",
                "warning",
                f"Nothing stands under the heading '{item.title}'.",
                "Write its text, or delete the heading.",
                Place(item=item.id, field="title"),
            )
