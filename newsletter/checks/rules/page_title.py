"""The title of the mail's page."""

from collections.abc import Iterator

from newsletter.checks.dom import tree, words
from newsletter.checks.engine import Context, Finding, check

_NOTHING = {"", "untitled", "untitled document", "document", "title", "email", "newsletter", "page title"}


@check("page-title", "warning", bad="<title></title>", good="<title>October 2020 UPR Updates</title>")
def page_title(context: Context) -> Iterator[Finding]:
    """The title is what a screen reader says first, and what a browser shows when the mail is opened in one (WCAG 2.2,
    success criterion 2.4.2)."""
    root = tree(context.rendering.html)
    if root.find("head") is None:
        return
    title = root.find("head/title")
    said = "" if title is None else words(title)
    if said.casefold() in _NOTHING:
        yield Finding(
            "page-title",
            "warning",
            f"The title of the page says nothing ('{said}')." if said else "The page of the mail has no title.",
            "Ask whoever looks after the site's templates to write the issue's title into mj-title.",
        )
