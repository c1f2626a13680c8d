"""Reader fields in the finished message."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.letter import Letter

_TOKEN = re.compile(r"\bF[0-9a-f]{12}\d{4}")
"""What stands for a field before it is filled in (``newsletter.render.fields``)."""


@check(
    "field-left",
    "error",
    bad="Dear F3c9ab2104fe70001, the review is on Monday.",
    good="Dear Ana, the review is on Monday.",
    needs="message",
)
def field_left(context: Context) -> Iterator[Finding]:
    """In the message of the reader with the longest values each field is filled in, in the header and in both parts. A
    value that ends a line of the header would make another header; none can, and this looks whether it did.
    """
    tokens = {use.token for use in context.rendering.fields}
    for where, text in _texts(context.letter):
        if _TOKEN.search(text) or any(token in text for token in tokens):
            yield Finding(
                "field-left",
                "error",
                f"A reader field is not filled in in {where} of the mail; readers would see its token.",
                "Do not send it, and report it as a fault of this program.",
            )


def _texts(letter: Letter) -> Iterator[tuple[str, str]]:
    yield "the header", letter.head.decode("utf-8", "replace")
    for part in letter.parts:
        yield ("the HTML part" if part.mime == "text/html" else "the text part"), part.text
