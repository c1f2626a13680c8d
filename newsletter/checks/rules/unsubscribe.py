"""The way out."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place


@check(
    "unsubscribe",
    "error",
    bad="<p>You can unsubscribe by answering this mail.</p>",
    good='<p><a href="{unsubscribe_url}">Unsubscribe</a></p>',
)
def unsubscribe(context: Context) -> Iterator[Finding]:
    """Every reader can leave with one click, from the HTML and from the text part, by a link that can be seen and has
    words.
    """
    tokens = [use.token for use in context.rendering.fields if use.name == "unsubscribe_url"]
    links = [link for link in context.page.links if any(link.href == token for token in tokens)]

    def finding(message: str) -> Finding:
        mend = "Ask whoever looks after the site's templates to put the unsubscribe link back into the foot."
        return Finding("unsubscribe", "error", message, mend, Place())

    if not links:
        yield finding("The HTML part has no link by which a reader can unsubscribe.")
    elif not any(link.text for link in links):
        yield finding("The unsubscribe link of the HTML part has no words, so that no reader can see it.")
    if not any(token in context.rendering.text for token in tokens):
        yield finding("The text part has no link by which a reader can unsubscribe.")
