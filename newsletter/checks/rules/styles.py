"""The styles of the mail."""

import re
from collections.abc import Iterator

from newsletter.checks.css import Piece, read
from newsletter.checks.engine import Context, Finding, check

_FAIL = 16_000
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LOADS = re.compile(r"@import\b[^;]{0,80}|url\(\s*['\"]?(https?:)?//[^)]{0,80}", re.IGNORECASE)


@check(
    "styles",
    "error",
    "warning",
    bad="<style>…20 KB of rules…</style>",
    good="<style>…3 KB of rules…</style>",
)
def styles(context: Context) -> Iterator[Finding]:
    """Gmail drops the style blocks of a mail once they have more than 16 KB together; the mail then loses its layout on
    phones. It also drops a whole style block in which one at-rule stands within another. Styles that load something
    from elsewhere are found too: they tell another server who opens the mail.
    """
    total = sum(len(block.encode()) for block in context.page.styles)
    if total > _FAIL:
        yield Finding(
            "styles",
            "error",
            f"The style blocks have {total / 1000:.1f} KB together; Gmail drops them all past 16 KB.",
            "Ask whoever looks after the site's templates to shorten the styles of the theme.",
        )
    for block in context.page.styles:
        if load := _LOADS.search(_COMMENT.sub("", block)):
            yield Finding(
                "styles",
                "error",
                f"A style loads something from elsewhere ('{load[0].strip()}'), which tells another server who opens "
                "the mail.",
                "Ask whoever looks after the site's templates to take it out.",
            )
        nested = next((piece for piece in read(block) if _is_nested(piece)), None) if block.count("@") > 1 else None
        if nested:
            yield Finding(
                "styles",
                "warning",
                f"'{nested.text}' stands within '{nested.within[0]}'; Gmail drops the whole style block for that.",
                "Ask whoever looks after the site's templates to give it an mj-style of its own.",
            )


def _is_nested(piece: Piece) -> bool:
    return piece.kind == "opens" and piece.text.startswith("@") and any(one.startswith("@") for one in piece.within)
