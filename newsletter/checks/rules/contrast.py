"""The colours of the theme."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.render.colour import READABLE, contrast

_HARD = 3.0
"""Below this even large type is hard to read (WCAG 2.2, success criterion 1.4.3)."""
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
    less than 3 to 1 is an error. The colour of links follows from the accent.
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
