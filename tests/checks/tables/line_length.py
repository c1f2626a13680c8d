"""Lines of the message."""

from tests.checks.build import Case


def _lines(*lines: bytes | str, end: bytes = b"\r\n", says: str = "") -> Case:
    raw = [line.encode() if isinstance(line, str) else line for line in lines]
    message = end.join([b"Subject: UPR", b"", *raw, b""])
    return Case(message=message, says=says, level="error", at=(None, None))


BAD = [
    _lines("x" * 999, says="Line 3 of the message has 999 bytes"),
    _lines("x" * 2_000, says="has 2,000 bytes"),
    _lines("x", "x" * 1_500, "x" * 1_000, says="Line 4 of the message has 1,500 bytes"),
    _lines("ä" * 500, says="has 1,000 bytes"),
    _lines("x" * 999, end=b"\n", says="has 999 bytes"),
    Case(message=b"Subject: " + b"x" * 1_000 + b"\r\n\r\nx\r\n", says="Line 1 of", level="error"),
    Case(message=b"Subject: x\r\n\r\n" + b"x" * 999, says="has 999 bytes", level="error"),
]

NEAR = [
    Case(),
    Case(message=b""),
    *(_lines("x" * size) for size in (0, 1, 72, 76, 78, 500, 900, 990, 996, 997, 998)),
    *(_lines("x" * size, end=b"\n") for size in (76, 997, 998)),
    _lines("ä" * 499),
    _lines("ä" * 250, "ä" * 499),
    _lines("你" * 332),
    _lines(*["x" * 998] * 100),
    _lines(*["x" * 76] * 2_000),
    _lines("=C3=A4" * 12 + "="),
    _lines("\t" * 998),
    _lines(" " * 998),
    _lines("x" * 998, ""),
    Case(message=b"x" * 998),
    Case(message=b"Subject: x\r\n" + b" y" * 400 + b"\r\n\r\n"),
    Case(html="<p>" + "x" * 5_000 + "</p>"),
    Case(text="x" * 5_000),
    Case(html="<p>" + "x" * 5_000 + "</p>", message=b"Subject: x\r\n\r\nx\r\n"),
    Case(issue={"introduction": "x" * 5_000}),
    Case(issue={"introduction": "x " * 5_000}, message=b"Subject: x\r\n\r\nx\r\n"),
]
