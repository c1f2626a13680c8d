"""The lines of the message."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check

LONGEST = 998
"""Bytes of a line without its end (RFC 5322, section 2.1.1)."""


@check(
    "line-length",
    "error",
    bad="a message with a line of 2,000 characters",
    good="the same text as quoted-printable, in lines of 76 characters",
)
def line_length(context: Context) -> Iterator[Finding]:
    """No line of a message may have more than 998 bytes: servers on its way break or refuse it, which breaks the
    signature too. Looked at where a mailing is planned, in the message as it would leave.
    """
    if context.message is None:
        return
    lines = context.message.replace(b"\r\n", b"\n").split(b"\n")
    found = [(number, len(line)) for number, line in enumerate(lines, 1) if len(line) > LONGEST]
    if found:
        number, longest = max(found, key=lambda one: one[1])
        yield Finding(
            "line-length",
            "error",
            f"Line {number} of the message has {longest:,} bytes; servers break or refuse lines of over {LONGEST}.",
            "Shorten what stands in it; if it is none of your texts, report it as a fault of this program.",
        )
