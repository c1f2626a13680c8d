"""The word that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that comes near ``word``, if any does."""
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(word.casefold()[:80], folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None
