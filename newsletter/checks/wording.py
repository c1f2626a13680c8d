"""What several checks ask of a line of text."""

import re
import unicodedata

from newsletter.items.reader_fields import FIELD

_WORDS = """
act now the and you your we for not all today urgent action alert help join watch read stop last chance free new
ahora hoy urgente alerta ayuda la el los las una para maintenant le les une pour vite aidez agissez
"""
_COMMON = frozenset(_WORDS.upper().split())
"""Words of shouting lines that are no abbreviations."""


def seen(line: str) -> str:
    """``line`` as a reader sees it for whom nothing is known: each field gives way to its default."""
    return " ".join(FIELD.sub(lambda match: (match[2] or "").strip(), line).split())


def width(line: str) -> int:
    """The length of ``line`` in columns: ideographs take two (Unicode TR11)."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in line)


def shouting(line: str) -> str | None:
    """The part of ``line`` that shouts: most of it in capitals, or marks in a row. Abbreviations do not shout."""
    if marks := re.search(r"!{2,}|\?{3,}|[!?]{4,}", line):
        return marks[0]
    words = re.findall(r"[^\W\d_]+", line)
    letters = [char for word in words for char in word if char.isupper() or char.islower()]
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    if (
        len(capitals) > 1
        and sum(char.isupper() for char in letters) > 0.7 * len(letters)
        and any(word in _COMMON or len(word) > 6 for word in capitals)
    ):
        return " ".join(capitals)
    return None
