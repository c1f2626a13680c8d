"""The replies of a mail server, taken apart as their bytes come in (RFC 5321, section 4.2)."""

from collections import deque
from typing import NamedTuple

MOST = 65_536
"""Bytes that one reply may have; RFC 5321, section 4.5.3.1.5, grants a line 512."""


class Reply(NamedTuple):
    """A code, and what was said with it; of several lines the code is the last one's."""

    code: int
    said: bytes


class Unreadable(OSError):
    """What came is no reply."""


class Replies:
    """One reply after another out of bytes, however they are cut."""

    def __init__(self) -> None:
        self._whole: deque[Reply] = deque()
        self._lines: list[bytes] = []
        """Of a reply that goes on."""
        self._held = 0
        """Bytes in them."""
        self._rest = b""
        """Of a line that goes on."""

    def next(self) -> Reply | None:
        """The next reply; ``None`` where not all of it has come."""
        return self._whole.popleft() if self._whole else None

    def take(self, data: bytes) -> None:
        """What has come. Raises ``Unreadable``."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            code, more = line[:3], line[3:4]
            if not (len(code) == 3 and code.isdigit() and more in b"- \r"):
                raise Unreadable(f"the server said no reply: {line[:80]!r}")
            self._lines.append(line[4:].strip())
            self._held += len(line)
            if self._held > MOST:
                raise Unreadable("the server's reply has no end")
            if more != b"-":
                self._whole.append(Reply(int(code), b"\n".join(self._lines)))
                self._lines, self._held = [], 0
        if self._held + len(self._rest) > MOST:
            raise Unreadable("the server's reply has no end")
