"""Colours as WCAG 2.2 measures them: relative luminance, contrast, and the nearest readable shade."""

from __future__ import annotations

from functools import lru_cache

READABLE = 4.5
"""The least contrast of text on its ground (WCAG 2.2, success criterion 1.4.3)."""

VISIBLE = 3.0
"""The least contrast of what must be seen but not read (success criterion 1.4.11)."""


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two ``#rrggbb`` colours, from 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """``one`` with ``share`` (0 to 1) of ``other`` in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@lru_cache(maxsize=256)
def readable(colour: str, *grounds: str) -> str:
    """``colour`` itself where it reads on every ground, else the nearest shade towards black or white that does.

    Where no shade reads on all grounds (they are light and dark at once), the one that reads best.
    """

    def worst(shade: str) -> float:
        return min(contrast(shade, ground) for ground in grounds)

    # Away from the grounds: to black on light ones, to white on dark ones.
    end = max(("#000000", "#ffffff"), key=worst)
    for percent in range(0, 101, 2):
        shade = mix(colour, end, percent / 100)
        if worst(shade) >= READABLE:
            return shade
    return end
