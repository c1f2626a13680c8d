"""One connection to a mail server, and one transaction after another over it (RFC 5321).

How far a transaction came is known at each step. Until the line that ends the mail has left this machine, a failure is
sure: the server may not deliver half a mail (section 4.2.5). From there to the server's answer nobody knows.
"""

import smtplib
from contextlib import suppress
from dataclasses import dataclass

from newsletter.delivery.providers.base import Accepted, Ambiguous, Barred, Outcome, Postponed, Refused

COMMAND_SECONDS = 300.0
"""How long the answer to a command may take (RFC 5321, section 4.5.3.2)."""
END_OF_MAIL_SECONDS = 600.0
"""How long the answer to the whole mail may take; a server may work on it before it answers."""
_SERVICE_CLOSING = 421
_YES = ((250,), (250, 251), (354,))
"""To MAIL, RCPT and DATA."""
_Reply = tuple[int, bytes]


@dataclass(frozen=True)
class Dropped(Postponed):
    """The connection ended, or the server said that it ends it; this mail was surely not accepted."""


class Session:
    """An open connection, ready for a transaction. ``server`` has said EHLO, and is logged in."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self.alive = True
        self.used = False
        """A mail was accepted over it."""
        self._server = server
        self._pipelining = server.has_extn("pipelining")

    def transact(self, sender: str, recipient: str, message: bytes) -> Outcome:
        """Mail ``message`` to one recipient, both addresses as ``headers.wire_address`` gives them."""
        commands = (f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA")
        try:
            replies = self._at_once(commands) if self._pipelining else self._one_by_one(commands)
            if declined := self._declined(replies):
                return declined
            self._server.send(_stuffed(message) + b".\r\n")
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            return Dropped(f"the connection broke before the mail was handed over: {name_of(error)}")
        return self._verdict()

    def close(self) -> None:
        """Take leave of the server."""
        if self.alive:
            with suppress(OSError, smtplib.SMTPException):
                self._wait(COMMAND_SECONDS)
                self._server.quit()
        self.drop()

    def drop(self) -> None:
        """End the connection at once."""
        self.alive = False
        self._server.close()

    def _at_once(self, commands: tuple[str, ...]) -> list[_Reply]:
        """The commands in one piece, then all answers in order (PIPELINING, RFC 2920)."""
        self._wait(COMMAND_SECONDS)
        self._server.send("\r\n".join((*commands, "")))
        return [self._server.getreply() for _ in commands]

    def _one_by_one(self, commands: tuple[str, ...]) -> list[_Reply]:
        """Each command once the one before was answered with yes."""
        self._wait(COMMAND_SECONDS)
        replies: list[_Reply] = []
        for command in commands:
            replies.append(self._server.docmd(command))
            if replies[-1][0] not in _YES[len(replies) - 1]:
                break
        return replies

    def _declined(self, replies: list[_Reply]) -> Outcome | None:
        """The outcome where the server did not say yes to all of MAIL, RCPT and DATA; then it waits for no mail."""
        noes = [step for step, (code, _) in enumerate(replies) if code not in _YES[step]]
        if not noes:
            return None
        if replies[2:] and replies[2][0] == 354:  # it waits for a mail without a recipient: even an empty one is a mail
            self.drop()
        code, said = replies[noes[0]]
        outcome = self._no(code, said)
        if noes[0] == 0 and code >= 500:
            return Barred(f"the mail server does not take mail from the sender: {answer_of(code, said)}")
        return outcome

    def _verdict(self) -> Outcome:
        """What the server says to the whole mail."""
        try:
            self._wait(END_OF_MAIL_SECONDS)
            code, said = self._server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            return Ambiguous(f"the mail server did not say whether it took the mail: {name_of(error)}")
        if code // 100 == 2:
            self.used = True
            return Accepted(answer_of(code, said))
        if code // 100 in {4, 5}:
            return self._no(code, said)
        self.drop()
        return Ambiguous(f"the mail server's answer to the mail cannot be read: {answer_of(code, said)}")

    def _no(self, code: int, said: bytes) -> Outcome:
        """An answer other than yes: for good from 500 on, else for now. A yes out of place is no yes to anything."""
        if code == _SERVICE_CLOSING:
            self.drop()
            return Dropped(answer_of(code, said))
        if self.alive:
            self._reset()
        return Refused(answer_of(code, said)) if code >= 500 else Postponed(answer_of(code, said))

    def _reset(self) -> None:
        try:
            self._wait(COMMAND_SECONDS)
            code, _ = self._server.docmd("RSET")
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self.drop()

    def _wait(self, seconds: float) -> None:
        if self._server.sock:
            self._server.sock.settimeout(seconds)


def answer_of(code: int, said: bytes | str) -> str:
    """A reply on one line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]


def name_of(error: BaseException) -> str:
    """What a person can be told of an error."""
    return str(error) or type(error).__name__


def _stuffed(message: bytes) -> bytes:
    """``message`` with dots at the start of lines doubled (RFC 5321, section 4.5.2); ours have none."""
    return message.replace(b"\r\n.", b"\r\n..")
