"""The header of the message."""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from newsletter.checks.engine import Context, Finding, check

_ONCE = ("Date", "From", "Reply-To", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type")
_NEVER = ("Bcc", "Cc", "Sender", "In-Reply-To", "References", "Content-Transfer-Encoding", "Content-Disposition")
"""Allowed once; but at most."""
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@([A-Za-z0-9.-]+)>")
_WORD = re.compile(r"=\?[^?\s]*\?[^?\s]*\?[^?\s]*\?=")
LONGEST_WORD = 75
"""Characters of one encoded word (RFC 2047, section 2)."""


@check(
    "mail-headers",
    "error",
    bad="Message-ID: <20201028.1@localhost>\nSubject: The review\nSubject: The review",
    good="Message-ID: <4f1c9ab2@news.example.org>\nDate: Wed, 28 Oct 2020 12:00:00 +0000\nSubject: The review",
    needs="message",
)
def mail_headers(context: Context) -> Iterator[Finding]:
    """Each message has one From, To, Reply-To, Subject, Date and Message-ID, the latter at the site's own host; all of
    it is ASCII, and no value has a line break that would make a header of its own (RFC 5322, section 3.6; RFC 2047).
    Gmail and Outlook refuse what breaks these rules.
    """
    for wrong in _faults(context):
        yield Finding(
            "mail-headers",
            "error",
            f"Mail servers would refuse the mail or misread its header: {wrong}.",
            "Look for odd characters in subject, sender and list; if there are none, report it as a fault of this "
            "program.",
        )


def _faults(context: Context) -> Iterator[str]:
    letter = context.letter
    for name in _ONCE:
        values = letter.all(name)
        if len(values) != 1:
            yield f"{name} is {'missing' if not values else f'there {len(values)} times'}"
        elif not values[0] and name != "Subject":
            yield f"{name} is empty"
    yield from (f"{name} is there twice" for name in _NEVER if len(letter.all(name)) > 1)
    if letter.strays:
        yield f"line '{letter.strays[0].decode('utf-8', 'replace')[:40]}' is no header"
    if not letter.head.isascii():
        yield "it holds bytes beyond ASCII that are not encoded"
    if re.search(rb"\r(?!\n)|(?<!\r)\n|[\0-\x08\x0b\x0c\x0e-\x1f\x7f]", letter.head):
        yield "it holds a control character, or a line break that is none"
    yield from _values(context)


def _values(context: Context) -> Iterator[str]:
    letter, own = context.letter, context.organisation.domain
    if (name := letter.first("Message-ID")) and not (found := _MESSAGE_ID.fullmatch(name)):
        yield "Message-ID is not of the form <name@host>"
    elif name and found and own and found[1].lower() != own.lower():
        yield f"Message-ID ends in {found[1]}, and not in the site's own {own}"
    if date := letter.first("Date"):
        try:
            if parsedate_to_datetime(date).tzinfo is None:
                yield "Date names no zone"
        except ValueError:
            yield "Date cannot be read"
    for field in letter.fields:
        for word in _WORD.findall(field.value):
            if len(word) > LONGEST_WORD:
                yield f"an encoded word of {field.name} has over {LONGEST_WORD} characters"
                break
