"""A sound message as it leaves, and what a case changes of it."""

from quopri import encodestring
from typing import Any

from tests.checks.build import Case

HEADERS = {
    "From": "USHRN <news@example.org>",
    "To": "reader@example.org",
    "Subject": "October 2020 UPR Updates: watch the review on November 9",
    "Date": "Wed, 28 Oct 2020 12:00:00 +0000",
    "Message-ID": "<0000000000000000000000@news.example.org>",
    "List-Unsubscribe": "<https://news.example.org/u/Zk3vT0qWc8yLr5bN1sXe7A>",
    "Reply-To": "answers@example.org",
    "List-ID": "UPR Updates <upr.news.example.org>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "Feedback-ID": "october-2020:upr:newsletter:3f9a1c22d0",
    "MIME-Version": "1.0",
}
QP = "quoted-printable"


def part(text: str, subtype: str = "plain", *, charset: str = "utf-8", encoding: str = QP, raw: bytes = b"") -> bytes:
    """A part, encoded; ``raw`` stands for what is encoded otherwise than it says."""
    body = raw or encodestring(text.encode(charset)).replace(b"\n", b"\r\n")
    head = f'Content-Type: text/{subtype}; charset="{charset}"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + body


PLAIN, RICH = (
    part("The review is on Monday, in Geneva.\n"),
    part("<html><body><p>The review is on Monday.</p></body></html>\n", "html"),
)


def message(
    headers: dict[str, str | list[str] | None] | None = None,
    parts: tuple[bytes, ...] = (PLAIN, RICH),
    *,
    mime: str = 'multipart/alternative;\r\n boundary="=_b"',
    extra: bytes = b"",
) -> bytes:
    """The message with some of its ``headers`` changed, left out (``None``), or there several times (a list)."""
    merged: dict[str, Any] = {**HEADERS, "Content-Type": mime, **(headers or {})}
    lines = []
    for name, value in merged.items():
        for one in [value] if isinstance(value, str) else value or []:
            lines.append(f"{name}: {one}".encode())
    body = b"".join(b"--=_b\r\n" + one + b"\r\n" for one in parts) + b"--=_b--\r\n"
    return b"\r\n".join([*lines, *([extra] if extra else []), b"", body])


def case(
    says: str = "", *, level: str = "error", at: Any = None, more: dict[str, Any] | None = None, **changes: Any
) -> Case:
    """A case whose message differs in ``headers``, ``parts``, ``mime`` or ``extra``."""
    return Case(says=says, level=level, at=at, message=message(**changes), **(more or {}))


def header(name: str, value: str | list[str] | None, says: str = "", *, level: str = "error", at: Any = None) -> Case:
    """A case in which one header is another."""
    return case(says, level=level, at=at, headers={name: value})
