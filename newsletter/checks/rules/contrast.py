"""The colours of the theme, and of the mail that is made with it."""

from collections.abc import Iterator

from newsletter.checks.cascade import same_in_dark, texts
from newsletter.checks.dom import short, tree
from newsletter.checks.engine import Context, Finding, check
from newsletter.render.colour import READABLE, contrast

_HARD = 3.0
"""Below this even large type is hard to read (WCAG 2.2, success criterion 1.4.3)."""
_HARD_IF_LARGE = 2.0
_PAIRS = tuple((text, ground) for text in ("ink", "quiet", "link") for ground in ("sheet", "tint", "page"))
"""Buttons are left out: whatever the accent, the theme makes them readable."""


@check(
    "contrast",
    "error",
    "warning",
    bad='[light]\nsheet = "#ffffff"\nquiet = "#999999"',
    good='[light]\nsheet = "#ffffff"\nquiet = "#57606a"',
)
def contrast_of_colours(context: Context) -> Iterator[Finding]:
    """Text that is too pale to be read on its ground, by day or in dark mode: text needs a contrast of 4.5 to 1, and
    less than 3 to 1 is an error; large type needs 3 to 1. The colour of links follows from the accent. Looked at are
    the colours of the theme, and every text of the mail with the colours that a site's own templates give it.
    """
    for mode in ("light", "dark"):
        palette = getattr(context.theme, mode)
        for text, ground in _PAIRS:
            ink, paper = getattr(palette, text), getattr(palette, ground)
            reached = contrast(ink, paper)
            if reached < READABLE:
                yield Finding(
                    "contrast",
                    "error" if reached < _HARD else "warning",
                    f"In the {mode} colours of the theme, {text} ({ink}) on {ground} ({paper}) has a contrast of "
                    f"{int(reached * 10) / 10} to 1; text needs {READABLE} to 1.",
                    f"Choose another {'accent' if text == 'link' else text} under [{mode}] "
                    f"in themes/{context.theme.name}.toml.",
                )
    yield from _in_the_mail(context)


def _in_the_mail(context: Context) -> Iterator[Finding]:
    """Each pair of colours once; those of the theme are told above."""
    told = set()
    styles = context.page.styles
    for mode in ("light",) if same_in_dark(styles) else ("light", "dark"):
        palette = getattr(context.theme, mode)
        told |= {(getattr(palette, text), getattr(palette, ground)) for text, ground in _PAIRS}
        for shown in texts(tree(context.rendering.html), styles, dark=mode == "dark"):
            needed = _HARD if shown.large else READABLE
            reached = contrast(shown.ink, shown.ground)
            if reached >= needed or (shown.ink, shown.ground) in told:
                continue
            told.add((shown.ink, shown.ground))
            yield Finding(
                "contrast",
                "error" if reached < (_HARD_IF_LARGE if shown.large else _HARD) else "warning",
                f"{'In dark mode' if mode == 'dark' else 'By day'}, '{short(shown.text, 40)}' ({shown.ink} on "
                f"{shown.ground}) has a contrast of {int(reached * 10) / 10} to 1; text of its size needs {needed:g} "
                "to 1.",
                "Ask whoever looks after the site's templates to use the theme's colours there, such as "
                "{{ light.ink }}, which have their dark ones."
                if mode == "dark"
                else "Ask whoever looks after the site's templates to choose other colours there.",
            )
