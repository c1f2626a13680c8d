"""How much of subject and preheader an inbox shows. Widths are about those of Arial; each program differs a little."""

import unicodedata
from dataclasses import dataclass

from newsletter.items.graphemes import graphemes

_NARROW = dict.fromkeys("ijl.,:;'|!¡ ’‘", 0.25) | dict.fromkeys('ft()[]/\\-rI"“”°{}', 0.34)
_WIDE = dict.fromkeys("mMW@%—…", 0.9) | dict.fromkeys("wOQGCDHNURXK&", 0.73)

_BOLD = 1.08
"""Bold letters are so much wider."""


@dataclass(frozen=True)
class Seen:
    """A line as a list of mails shows it."""

    shown: str
    cut: str
    """What is not seen; empty where all of it is."""

    @property
    def characters(self) -> tuple[int, int]:
        """How many are seen, and how many there are."""
        seen = len(graphemes(self.shown))
        return seen, seen + len(graphemes(self.cut))


@dataclass(frozen=True)
class Row:
    """A mail in the list of an inbox."""

    where: str
    sender: str
    subject: Seen
    preheader: Seen


def rows(sender: str, subject: str, preheader: str) -> tuple[Row, Row]:
    """The mail on a phone (subject and preheader have a line each, as in most apps) and on a desktop (both share
    one)."""
    phone = Row("phone", sender, seen(subject, 311, 16 * _BOLD), seen(preheader, 311, 15))
    on_desktop = seen(subject, 620, 15 * _BOLD)
    left = 0.0 if on_desktop.cut else 620 - _width(subject, 15 * _BOLD) - 20
    return phone, Row("desktop", sender, on_desktop, seen(preheader, left, 15))


def seen(text: str, width: float, size: float) -> Seen:
    """What of ``text`` fits into ``width`` pixels in letters of ``size`` pixels; an ellipsis takes its room."""
    text = " ".join(text.split())
    if _width(text, size) <= width:
        return Seen(text, "")
    room = width - _width("…", size)
    shown = ""
    for part in graphemes(text):
        room -= _width(part, size)
        if room < 0:
            break
        shown += part
    return Seen(shown, text[len(shown) :])


def _width(text: str, size: float) -> float:
    return size * sum(_of_letter(part[0]) for part in graphemes(text))


def _of_letter(char: str) -> float:
    if char in _NARROW:
        return _NARROW[char]
    if char in _WIDE:
        return _WIDE[char]
    if unicodedata.east_asian_width(char) in "WF" or unicodedata.category(char) == "So":
        return 1.0
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0.0
    return 0.66 if char.isupper() else 0.53
