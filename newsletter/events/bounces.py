"""Bounces: delivery status notifications (RFC 3464) and what mail servers write instead.

What is for good and what is not, by enhanced status codes (RFC 3463, and IANA's registry of them):

| status | means | counts as |
|---|---|---|
| 5.1.x | no such mailbox, no such host | hard |
| 5.1.7, 5.1.8 | the *sender's* address is wrong | soft |
| 5.2.1 | the mailbox is switched off | hard |
| 5.2.x else | full, too long | soft |
| 5.3.x to 5.7.x | system, route, protocol, content, policy: not the reader's fault | soft |
| 4.x, given up | | soft |
| delayed | | deferred |
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from typing import Literal

from flufl.bounce import all_failures

Severity = Literal["hard", "soft", "deferred", "delivered"]
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())
logging.getLogger("flufl.bounce").propagate = False  # it would log where it fails, and addresses with it; we say it
TEXT = 20_000
"""Characters of a mail's text that are looked at."""
_NO_FAILURE: dict[str, Severity] = {
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
    "delayed": "deferred",
}
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.#-])(5[05]\d)(?=[ -])")
_NO_MAILBOX = re.compile(
    r"user unknown|unknown (user|recipient|mailbox|address)|no such (user|mailbox|recipient|address|person|account)"
    r"|(user|account|mailbox|recipient|address) (does not|doesn't|not) (exist|found)|does not exist"
    r"|invalid (recipient|mailbox|address)|unrouteable address|address rejected|no mailbox here|account (is )?disabled"
    r"|not a valid (mailbox|recipient|user)|host (or domain name )?not found|unknown host",
    re.IGNORECASE,
)
_NOT_THE_READER = re.compile(
    r"spam|polic|reputation|black ?list|block(ed|list)|dmarc|\bspf\b|dkim|quota|mailbox (is )?full|over ?quota"
    r"|too (large|big)|rate limit|temporar|greylist|try (again|later)|content reject|listed (at|by|in)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Failure:
    """What a bounce says of one recipient."""

    severity: Severity
    address: str
    """As the mail server wrote it: another one than ours, where mail is forwarded."""
    detail: str


def failures(message: Message) -> list[Failure]:
    """What ``message`` says, if it is a bounce: nothing otherwise. Raises whatever a parser raises on nonsense."""
    found = list(_from_report(message))
    if found:
        return found
    if not getaddresses([str(message.get("from", ""))]):  # which all_failures asks for
        del message["from"]
        message["From"] = "MAILER-DAEMON"
    temporary, permanent = all_failures(message)
    said = text_of(message)
    return [
        *(Failure(severity("failed", "", said), _plain(address), _line_of(said)) for address in sorted(permanent)),
        *(Failure("deferred", _plain(address), _line_of(said)) for address in sorted(temporary - permanent)),
    ]


def severity(action: str, status: str, diagnostic: str) -> Severity:
    """What one recipient's fields come to: ``Action``, ``Status``, and the server's words."""
    if action in _NO_FAILURE:
        return _NO_FAILURE[action]
    code = _STATUS.search(status)
    if code is None or code[2] == code[3] == "0":  # 5.0.0 says nothing; the server's own words may
        code = next((one for one in _STATUS.finditer(diagnostic) if one[1] != "2"), code)
    if code is None or code[2] == code[3] == "0":
        return _by_words(diagnostic, code[1] if code else "")
    kind, subject, detail = code.groups()
    no_mailbox = (subject == "1" and detail not in {"7", "8"}) or (subject, detail) == ("2", "1")
    return "hard" if kind == "5" and no_mailbox else "soft"


def text_of(message: Message) -> str:
    """The beginning of all plain text in a mail, but for that of mails within it."""
    parts: list[str] = []
    for part in _parts(message):
        if part.get_content_type() in {"text/plain", "text/html"}:
            data = part.get_payload(decode=True)
            parts.append(data.decode("utf-8", "replace") if isinstance(data, bytes) else "")
    return "\n".join(parts)[:TEXT]


def _by_words(said: str, kind: str) -> Severity:
    if kind == "4" or _NOT_THE_READER.search(said):
        return "soft"
    return "hard" if _NO_MAILBOX.search(said) or _REPLY.search(said) else "soft"


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a mail, without going into mails within it."""
    if message.is_multipart() and message.get_content_maintype() != "message":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)
    else:
        yield message


def _from_report(message: Message) -> Iterator[Failure]:
    for part in _parts(message):
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for block in part.get_payload():
            if not isinstance(block, Message):
                continue
            action = _field(block, "action").lower()
            address = _field(block, "original-recipient") or _field(block, "final-recipient")
            if not action or not address:
                continue
            status, said = _field(block, "status"), _field(block, "diagnostic-code")
            yield Failure(
                severity(action, status, said), address.rpartition(";")[2].strip(" <>"), f"{status} {said}".strip()
            )


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())


def _plain(address: object) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)


def _line_of(said: str) -> str:
    """The line that says most."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next((line for line in lines if _STATUS.search(line) or _REPLY.search(line)), "")
