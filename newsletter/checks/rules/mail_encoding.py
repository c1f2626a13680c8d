"""The encoding of the parts."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check

_BODY = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_TWICE = re.compile(
    "\u00c3[\u0080-\u00bf]|\u00c2[\u0080-\u00bf]|\u00e2\u20ac[\u0098-\u2122]|\u00e2\u0080[\u0090-\u00bf]"
)
"""Letters of UTF-8 that were read as Latin-1 or Windows-1252, and encoded once more."""


@check(
    "mail-encoding",
    "error",
    bad="Content-Type: text/plain; charset=us-ascii\n\nNos vemos en la reunión",
    good='Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
    "Nos vemos en la reuni=C3=B3n",
    needs="message",
)
def mail_encoding(context: Context) -> Iterator[Finding]:
    """Each part says truly how it is encoded, is readable so, and has no letter that was encoded twice (Ã©), none that
    was lost (�), no stray line ends and no NUL (RFC 2045; RFC 5322, section 2.3): else readers see garbage, or servers
    refuse the mail.
    """
    for wrong in _faults(context):
        yield Finding(
            "mail-encoding",
            "error",
            f"Some readers would see garbage: {wrong}.",
            "Paste the text again from its source; if the issue looks right, report it as a fault of this program.",
        )


def _faults(context: Context) -> Iterator[str]:
    letter = context.letter
    body = letter.raw[len(letter.head) :]
    if b"\0" in body:
        yield "the mail holds a NUL"
    if _BODY.search(body):
        yield "the mail has line ends that are not CR LF"
    for part in letter.parts:
        if not part.mime.startswith("text/"):
            continue
        name = "HTML part" if part.mime == "text/html" else "text part"
        if part.fault:
            yield f"the {name} cannot be read, for {part.fault}"
            continue
        if part.charset != "utf-8" and not (part.charset in {"us-ascii", "ascii"} and part.text.isascii()):
            yield f"the {name} is encoded as {part.charset[:20]}, and not as utf-8"
        if "\ufffd" in part.text:
            yield f"the {name} holds a letter that was lost (�)"
        if found := _TWICE.search(part.text):
            yield f"the {name} holds letters that were encoded twice, such as '{found[0]}'"
