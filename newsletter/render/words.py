"""The fixed words of a mail: "Watch live", "Unsubscribe" and the like, a TOML file a language."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

from newsletter.issue.problems import IssueError, Place, Problem
from newsletter.render.templates import SHIPPED

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def direction(language: str) -> Literal["ltr", "rtl"]:
    """``rtl`` or ``ltr``, by the language tag (its script, where it names one)."""
    parts = language.split("-")
    if len(parts) > 1 and len(parts[1]) == 4:
        return "rtl" if parts[1] in {"Arab", "Hebr", "Thaa", "Syrc"} else "ltr"
    return "rtl" if parts[0] in RIGHT_TO_LEFT else "ltr"


def words_for(language: str, folders: tuple[Path, ...] = ()) -> SimpleNamespace:
    """The words of ``language``, with ``language`` itself as the language of dates.

    Read from ``email/words/<language>.toml`` of the folders and the shipped templates, the first to have a word
    winning; a region's words fall back to its language's. A language without words gets English, dates included: two
    languages in one line serve nobody.
    """
    names = [language, language.split("-", maxsplit=1)[0]]
    places = [folder / "email" / "words" for folder in (*folders, SHIPPED)]
    files = [place / f"{name}.toml" for name in dict.fromkeys(names) for place in places]
    found = [file for file in files if file.is_file()]
    if not found:
        language = "en"
    english = [file for place in places if (file := place / "en.toml").is_file()]
    # What changes a file changes its stamp: an operator's correction shows without a restart.
    stamps = tuple((file, file.stat().st_mtime_ns) for file in dict.fromkeys([*found, *english]))
    return _load(language, stamps)


@lru_cache(maxsize=64)
def _load(language: str, files: tuple[tuple[Path, int], ...]) -> SimpleNamespace:
    words: dict[str, str] = {}
    for file, _ in reversed(files):
        try:
            words |= {key: str(value) for key, value in tomllib.loads(file.read_text(encoding="utf-8")).items()}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise IssueError((Problem(f"the words are not TOML: {error}", place=Place(str(file))),)) from None
    return SimpleNamespace(**words, language=language)
