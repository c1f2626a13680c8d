"""Quoted-printable (RFC 2045, section 6.7) in pieces that can be put together in any way.

A literal piece may end in the middle of a line; it then ends in a soft break (``=CRLF``), and so does every value. So a
value always begins a line, whatever it is, and a body can be encoded once and have its values put in afterwards.
"""

import re

WIDTH = 76
"""Bytes that a line may have, without its CRLF."""
_SOFT = b"=\r\n"
_CODES = [b"%c" % byte if 32 <= byte <= 126 and byte != 0x3D else b"=%02X" % byte for byte in range(256)]
_CODES[9] = b"\t"
_PLAIN = re.compile(rb"[!-<>-~ \t]*")
# A dot at the start of a line would have to be doubled for SMTP (RFC 5321, section 4.5.2), "From " is changed by mbox.
_UNSAFE_START = re.compile(rb"\.|From ")
_LINE_END = re.compile(r"\r\n|\r|\n")


def quote_text(text: str, *, open_end: bool) -> bytes:
    """A literal piece of text in UTF-8; any kind of line end becomes CRLF.

    ``open_end``: a value follows, so the last line is not at its end and gets a soft break. The result is empty or
    ends in CRLF; it may follow only the start of a body or a piece of this module.
    """
    *whole, last = _LINE_END.split(text)
    lines = [_quote_line(line.encode("utf-8", "replace"), hard_end=True) + b"\r\n" for line in whole]
    if last:
        lines.append(_quote_line(last.encode("utf-8", "replace"), hard_end=not open_end))
        lines.append(_SOFT if open_end else b"\r\n")
    return b"".join(lines)


def quote_value(value: str) -> bytes:
    """A value in UTF-8 with its soft break; line ends and other controls in it are bytes like any other."""
    if not value:
        return b""
    return _quote_line(value.encode("utf-8", "replace"), hard_end=False) + _SOFT


def _quote_line(line: bytes, *, hard_end: bool) -> bytes:
    """One line, wrapped by soft breaks; the last of its pieces leaves room for a soft break."""
    codes = line if _PLAIN.fullmatch(line) else b"".join([_CODES[byte] for byte in line])
    if hard_end and codes[-1:] in {b" ", b"\t"}:  # white space at the end of a line may get lost on the way
        codes = codes[:-1] + b"=%02X" % codes[-1]
    if len(codes) < WIDTH and not _UNSAFE_START.match(codes):
        return codes
    pieces: list[bytes] = []
    at = 0
    while at < len(codes) or not pieces:
        start = b""
        if _UNSAFE_START.match(codes, at):
            start = b"=%02X" % codes[at]
            at += 1
        end = at + WIDTH - 1 - len(start)
        if end < len(codes):
            escape = codes.rfind(b"=", end - 2, end)
            end = escape if escape >= 0 else end
        pieces.append(start + codes[at:end])
        at = end
    return _SOFT.join(pieces)
