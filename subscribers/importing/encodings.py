"""In which encoding a file of text is.

Known for sure: UTF-8, and UTF-16 or UTF-32 by their byte order mark. UTF-16 without one shows by its zero bytes. Any
other is a guess of charset-normalizer among the encodings that spreadsheets write; which one, and on what words it
rests, is told, so that a person can see whether it is right.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

from subscribers.importing.errors import FileError

_CHUNK = 1_000_000
_LOOKED_AT = 5_000
"""Runs of bytes beyond ASCII that settle whether a file is UTF-8."""
_SAMPLE = 20_000
"""Bytes of words that a guess rests on."""
_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NAMES = {
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1257": "Windows-1257 (Baltic)",
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850 (Western Europe)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "shift_jis": "Shift JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "euc_kr": "EUC-KR (Korean)",
}
"""What spreadsheets write; of two that fit equally well, the first is taken."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_WORDS = re.compile(rb'[^,;|\t\r\n"]*[\x80-\xff][^,;|\t\r\n"]*')
_PUNCTUATION = frozenset("’‘“”„–—…·«»€ \u00a0")


@dataclass(frozen=True, slots=True)
class Encoding:
    """``name`` is Python's name of the codec, ``errors`` what to do about bytes that are none of it; ``told`` says how
    the guess came about, and is empty where it is none."""

    name: str
    errors: str = "surrogateescape"
    told: str = ""


def find_encoding(path: Path, wanted: str = "") -> Encoding:
    """The encoding of the text in ``path``; ``wanted`` is what a person says that it is.

    Raises:
        FileError: there is no encoding of that name.
    """
    if wanted:
        return _wanted(wanted)
    with path.open("rb") as file:
        start = file.read(4_096)
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return _encoding(name)
    if name := _by_zeros(start):
        told = f"read as {name.upper()}, by its zero bytes: it has no byte order mark"
        return _encoding(name, told=told)
    good, bad, words = _look(path)
    if not bad:
        return _encoding("utf-8-sig")
    guess = _guess(words) if bad > good else None
    # What is not UTF-8 becomes lone surrogates, which are refused where they stand.
    return guess or _encoding("utf-8-sig", told="the file is UTF-8, but for some bytes that are not")


def _encoding(name: str, told: str = "") -> Encoding:
    return Encoding(name, "surrogatepass" if name.startswith(("utf-16", "utf-32")) else "surrogateescape", told)


def _wanted(name: str) -> Encoding:
    try:
        "a".encode(name)
        found = codecs.lookup(name).name
    except (LookupError, ValueError):  # a name with a zero byte is a ValueError
        known = ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", *_NAMES]
        near = get_close_matches(name.lower(), known, n=1, cutoff=0.5)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise FileError(
            f"there is no encoding '{name[:40]}'{hint}", "such are utf-8, utf-16-le, cp1252, latin-1, mac_roman"
        ) from None
    return _encoding("utf-8-sig" if found == "utf-8" else found)


def _by_zeros(start: bytes) -> str:
    """UTF-16 of mostly ASCII has a zero in every other place."""
    half = len(start) // 2
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if half and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if half and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def _look(path: Path) -> tuple[int, int, bytes]:
    """Runs of bytes beyond ASCII that are UTF-8, those that are not, and the words that these stand in."""
    good = bad = size = 0
    words: list[bytes] = []
    for chunk in _chunks(path):
        for run in _BEYOND_ASCII.findall(chunk):
            try:
                run.decode()
                good += 1
            except UnicodeDecodeError:
                bad += 1
        if bad and size < _SAMPLE:
            words += {word[:200]: None for word in _WORDS.findall(chunk, 0, 50 * _SAMPLE)}
            size = sum(map(len, words))
        if good + bad >= _LOOKED_AT:
            break
    return good, bad, b"\n".join(words)[:_SAMPLE]


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces that end behind a line, or within ASCII; those of ASCII alone are left out."""
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            chunk = rest + chunk
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
            if not end and len(chunk) < 2 * _CHUNK:
                rest = chunk
                continue
            end = end or len(chunk)
            rest = chunk[end:]
            if not chunk[:end].isascii():
                yield chunk[:end]
    if rest and not rest.isascii():
        yield rest


def _guess(words: bytes) -> Encoding | None:
    # Imported late: it brings its tables, and most files are UTF-8.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    names = list(_NAMES)
    found = []
    for match in from_bytes(words, cp_isolation=names):
        first = min(names.index(name) for name in match.could_be_from_charset if name in names)  # of the same letters
        text = words.decode(names[first], "replace")
        found.append((_oddities(text), match.chaos, first, text))
    if not found:
        return None
    _, _, first, text = min(found)
    shown = next(line for line in text.splitlines() if not line.isascii()).strip()[:40]
    told = f"read as {_NAMES[names[first]]}: a guess, by words such as '{shown}'; if it is wrong, name it by --encoding"
    return Encoding(names[first], told=told)


def _oddities(text: str) -> int:
    """How often ``text`` does what written words do not: signs within words, capitals after small letters, two scripts
    in one word, words all in capitals beyond ASCII."""
    found = 0
    for word in re.split(r"[\s\-.'/]+", text):
        letters = [char for char in word if char not in _PUNCTUATION]
        beyond = [char for char in letters if not char.isascii()]
        found += sum(not unicodedata.category(char).startswith(("L", "M")) for char in beyond)
        found += sum(a.islower() and b.isupper() for a, b in pairwise(letters))
        scripts = {unicodedata.name(char, "?").split()[0] for char in letters if char.isalpha()}
        found += len(word) * ("HALFWIDTH" in scripts or {"HANGUL", "CJK"} <= scripts)
        found += bool({"LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC"} & scripts) and len(scripts) > 1
        found += len(beyond) > 2 and word.isupper() and len(beyond) == len(letters)
    return found
