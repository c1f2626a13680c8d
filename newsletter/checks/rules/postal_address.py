"""The postal address in the foot."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place


@check(
    "postal-address",
    "error",
    bad='[organisation]\npostal_address = ""',
    good='[organisation]\npostal_address = "USHRN, 250 Georgia Avenue SE, Atlanta, GA 30312, USA"',
)
def postal_address(context: Context) -> Iterator[Finding]:
    """Every mail to a list must carry the sender's postal address (CAN-SPAM, 15 U.S.C. 7704(a)(5)), in HTML and in
    text.
    """

    def finding(message: str, mend: str) -> Finding:
        return Finding("postal-address", "error", message, mend, Place())

    lines = [_plain(line) for line in context.organisation.postal_address.splitlines() if _plain(line)]
    if not lines:
        yield finding(
            "The mail has no postal address; the law asks for one in every mail to a list.",
            "Set postal_address in the [organisation] section of newsletter.toml.",
        )
        return
    for part, text in (("HTML", context.page.text), ("text", context.rendering.text)):
        shown = _plain(text)
        if not all(line in shown for line in lines):
            yield finding(
                f"The postal address is missing from the {part} part of the mail.",
                f"Ask whoever looks after the site's templates to show it in the foot of the {part} part.",
            )


def _plain(text: str) -> str:
    """``text`` without what a layout may change: spaces and line ends."""
    return "".join(text.split()).casefold()
