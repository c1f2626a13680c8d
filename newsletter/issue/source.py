"""The bytes of an issue file as text."""

import re

from newsletter.issue.problems import Place, Problem

LIMIT = 1_000_000
"""The largest issue file, in bytes. A mail is cut off by Gmail at a tenth of that."""

LINES = 10_000
"""The most lines of an issue file: a real one has some hundred."""

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MOST = 20


def decode(data: bytes | str) -> tuple[str | None, list[Problem]]:
    """The text with ``\\n`` as line end, and what is wrong with its characters. ``None`` where nothing can be read.

    A byte order mark is passed over. Control characters, lone surrogates and direction overrides are reported and
    taken out, so that the rest can be read.
    """
    if len(data) > LIMIT:
        return None, [too_large(len(data))]
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return None, [_not_utf8(data, error)]
    else:
        text = data.removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > LINES:
        message = f"the file has {text.count(chr(10)):,} lines, and an issue has at most {LINES:,}"
        return None, [Problem(message, "is this the right file?", Place(line=LINES))]
    problems = []
    for match in _HIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        problems.append(
            Problem(_named(match[0]), "delete it, or type the passage again", Place(line=line, column=column))
        )
        if len(problems) == _MOST:
            break
    return _HIDDEN.sub("", text), problems


def too_large(size: int) -> Problem:
    """The problem of a file of ``size`` bytes."""
    return Problem(
        f"the file has {size:,} bytes, and an issue has at most {LIMIT:,}",
        "is this the right file? Pictures and documents stay in files of their own, beside the issue",
    )


def _named(char: str) -> str:
    name = f"U+{ord(char):04X}"
    if "\ud800" <= char <= "\udfff":
        return f"half of a character ({name}) stands here, which no mail program can show"
    if char >= "\u2000":
        return f"a hidden direction mark ({name}) stands here, which can make text read backwards"
    return f"a control character ({name}) stands here, which no mail program can show"


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Problem:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Problem("the file is UTF-16", "save it again as UTF-8", Place(line=1))
    start = data.rfind(b"\n", 0, error.start) + 1
    return Problem(
        f"the file is not UTF-8: byte {error.start - start + 1} of this line is 0x{data[error.start]:02X}",
        "save it again as UTF-8 (in the editor: Save as, encoding UTF-8)",
        Place(line=data.count(b"\n", 0, error.start) + 1),
    )
