"""What a reader sees as one character (Unicode Standard Annex 29)."""

import unicodedata

_JOINER = "\N{ZERO WIDTH JOINER}"


def graphemes(text: str) -> list[str]:
    """``text`` cut where a reader sees a new character: after its marks, emoji sequences, flags, Korean syllables.

    Covers rules GB3 and GB6 to GB13 without the tables for Indic conjuncts (GB9c), which are counted apart: the
    count is never too low.
    """
    parts: list[str] = []
    for char in text:
        if parts and _continues(parts[-1], char):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _continues(part: str, char: str) -> bool:
    last = part[-1]
    if char == "\n":
        return last == "\r"
    return (
        unicodedata.category(char) in {"Mn", "Me", "Mc"}
        or char == _JOINER
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # tags, in flags of regions
        or (last == _JOINER and unicodedata.category(char) == "So")
        or (_is_regional(char) and len(part) == 1 and _is_regional(last))
        or _is_hangul_tail(last, char)
    )


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_hangul_tail(last: str, char: str) -> bool:
    if "\u1160" <= char <= "\u11a7":
        return "\u1100" <= last <= "\u11a7" or ("\uac00" <= last <= "\ud7a3" and (ord(last) - 0xAC00) % 28 == 0)
    return "\u11a8" <= char <= "\u11ff" and ("\u1160" <= last <= "\u11ff" or "\uac00" <= last <= "\ud7a3")
