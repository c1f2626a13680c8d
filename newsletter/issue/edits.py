"""Changes to the text of an issue file that leave every other byte as it was: line ends, the byte order mark, comments.

Edits count in the text as ``newsletter.issue.source.decode`` reads it, with one character a line end.
"""

import re
from bisect import bisect_left

Edit = tuple[int, int, str]
"""Begin and end of what is taken out, and what is put there."""


def offset_of(text: str, line: int) -> int:
    """Where ``line`` (from 1) of ``text`` begins; its end where there is no such line."""
    at = 0
    for _ in range(line - 1):
        end = text.find("\n", at)
        if end < 0:
            return len(text)
        at = end + 1
    return at


def edited(text: str, edits: list[Edit]) -> str:
    """``text`` after ``edits``, which do not overlap."""
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def in_source(source: str, edits: list[Edit]) -> str:
    """``source`` after ``edits``, in its own line ends."""
    mark = source.startswith("\ufeff")
    pairs = [found.start() - mark - number for number, found in enumerate(re.finditer("\r\n", source))]
    ending = next(iter(re.findall("\r\n|\n|\r", source)), "\n")

    def there(position: int) -> int:
        return position + mark + bisect_left(pairs, position)

    return edited(source, [(there(begin), there(end), new.replace("\n", ending)) for begin, end, new in edits])
