"""How much of the mail is style."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check

_FAIL = 16_000


@check(
    "styles",
    "error",
    bad="<style>…20 KB of rules…</style>",
    good="<style>…3 KB of rules…</style>",
)
def styles(context: Context) -> Iterator[Finding]:
    """Gmail drops the style blocks of a mail once they have more than 16 KB together; the mail then loses its layout on
    phones.
    """
    total = sum(len(block.encode()) for block in context.page.styles)
    if total > _FAIL:
        yield Finding(
            "styles",
            "error",
            f"The style blocks have {total / 1000:.1f} KB together; Gmail drops them all past 16 KB.",
            "Ask whoever looks after the site's templates to shorten the styles of the theme.",
        )
