"""One connection to a mail server, and one transaction after another over it (RFC 5321).

How far a transaction came is known at each step. Until the line that ends the mail has left this machine, a failure is
sure: the server may not deliver half a mail (section 4.2.5). From there to the server's answer nobody knows.

What takes time is a generator, which yields whenever it waits (see ``smtp_exchange``).
"""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, EVENT_WRITE
from typing import NamedTuple, TypeVar

from newsletter.delivery.providers.base import Accepted, Ambiguous, Barred, Outcome, Postponed, Refused
from newsletter.delivery.providers.smtp_exchange import Steps
from newsletter.delivery.providers.smtp_replies import Replies, Reply

T = TypeVar("T")
ANSWER_SECONDS = 600.0
"""How long any answer may take: what the one to a whole mail may, on which a server may work a while (RFC 5321, section
4.5.3.2.6); commands have less there."""
LEAVE_SECONDS = 5.0
_SERVICE_CLOSING = 421
_YES = ((250,), (250, 251), (354,))
"""To MAIL, RCPT and DATA."""
_END = b".\r\n"
_CHUNK = 65_536
_PIECES = 1_024
"""That one call to the system takes (IOV_MAX of Linux and macOS)."""


@dataclass(frozen=True)
class Dropped(Postponed):
    """The connection ended, or the server said that it ends it; this mail was surely not accepted."""


class Path(NamedTuple):
    """From where to where a mail goes, both as ``headers.wire_address`` gives them."""

    sender: str
    recipient: str

    @property
    def commands(self) -> bytes:
        """What opens the transaction."""
        return f"MAIL FROM:<{self.sender}>\r\nRCPT TO:<{self.recipient}>\r\nDATA\r\n".encode("ascii")


class Session:
    """An open connection, ready for a transaction. ``server`` has said EHLO, and is logged in."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self.alive = True
        self.used = False
        """A mail was accepted over it."""
        if server.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        self.sock = server.sock
        self.sock.settimeout(0)
        self._server = server
        self._pipelining = server.has_extn("pipelining")
        self._replies = Replies()
        self._begun: Path | None = None
        """What is asked already, and not answered."""

    def transact(self, path: Path, message: Sequence[bytes], following: Path | None = None) -> Steps[Outcome]:
        """Mail ``message``, in pieces, in which no line begins with a dot, to one recipient. ``following`` goes next
        over this session: where the server takes commands in one piece, those that open it leave with the end of this
        mail (PIPELINING, RFC 2920, section 3.1)."""
        try:
            replies = yield from self._at_once(path) if self._pipelining else self._one_by_one(path)
            if declined := (yield from self._declined(replies)):
                return declined
            self._begun = following if self._pipelining else None
            yield from self._hand_over(message, self._begun.commands if self._begun else b"")
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            return Dropped(f"the connection broke before the mail was handed over: {name_of(error)}")
        return (yield from self._verdict())

    def close(self) -> None:
        """Take leave of the server, which takes a moment."""
        if self.alive:
            with suppress(OSError, smtplib.SMTPException):
                self.sock.settimeout(LEAVE_SECONDS)
                self._server.quit()
        self.drop()

    def drop(self) -> None:
        """End the connection at once."""
        self.alive = False
        self._server.close()

    def _hand_over(self, mail: Sequence[bytes], more: bytes) -> Steps[None]:
        """Send ``mail``, its end and ``more`` at once. Raises ``OSError`` only where the end did not leave: then it is
        no mail."""
        pieces, size, sent = (*mail, _END, more), sum(map(len, mail)), 0
        end = size + len(_END)
        try:
            if not isinstance(self.sock, ssl.SSLSocket):
                with suppress(BlockingIOError):
                    sent = self.sock.sendmsg(pieces[:_PIECES])  # none is copied, and mostly it takes them whole
            left = memoryview(b"" if sent == end + len(more) else b"".join(pieces))[sent:]
            while left:
                gone = yield from self._once_ready(EVENT_WRITE, self.sock.send, left)
                sent, left = sent + gone, left[gone:]
        except OSError:
            if sent < end:
                raise

    def _at_once(self, path: Path) -> Steps[list[Reply]]:
        """The answers to all commands, which leave in one piece unless they have left before."""
        if self._begun is None:
            yield from self._send(path.commands)
        elif self._begun != path:
            raise ValueError("another mail was begun")
        self._begun = None
        replies = []
        for _ in _YES:
            replies.append((yield from self._reply()))
        return replies

    def _one_by_one(self, path: Path) -> Steps[list[Reply]]:
        """Each command once the one before was answered with yes."""
        replies: list[Reply] = []
        for command in path.commands.splitlines(keepends=True):
            yield from self._send(command)
            replies.append((yield from self._reply()))
            if replies[-1].code not in _YES[len(replies) - 1]:
                break
        return replies

    def _declined(self, replies: list[Reply]) -> Steps[Outcome | None]:
        """The outcome where the server did not say yes to all of MAIL, RCPT and DATA; then it waits for no mail."""
        noes = [step for step, (code, _) in enumerate(replies) if code not in _YES[step]]
        if not noes:
            return None
        if replies[2:] and replies[2].code == 354:  # it waits for a mail without a recipient: even an empty one is one
            self.drop()
        code, said = replies[noes[0]]
        outcome = self._no(code, said)
        if self.alive:
            yield from self._reset()
        if noes[0] == 0 and code >= 500:
            return Barred(f"the mail server does not take mail from the sender: {answer_of(code, said)}")
        return outcome

    def _verdict(self) -> Steps[Outcome]:
        """What the server says to the whole mail."""
        try:
            code, said = yield from self._reply()
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
        return Refused(answer_of(code, said)) if code >= 500 else Postponed(answer_of(code, said))

    def _reset(self) -> Steps[None]:
        try:
            yield from self._send(b"RSET\r\n")
            code, _ = yield from self._reply()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self.drop()

    def _send(self, commands: bytes) -> Steps[None]:
        while commands:
            commands = commands[(yield from self._once_ready(EVENT_WRITE, self.sock.send, commands)) :]

    def _reply(self) -> Steps[Reply]:
        while (reply := self._replies.next()) is None:
            yield EVENT_READ  # it is hardly ever there already; of TLS no more than a record is read ahead, and it fits
            data = yield from self._once_ready(EVENT_READ, self.sock.recv, _CHUNK)
            if not data:
                raise smtplib.SMTPServerDisconnected("the server ended the connection")
            self._replies.take(data)
        return reply

    @staticmethod
    def _once_ready(event: int, call: Callable[..., T], argument: object) -> Steps[T]:
        """What ``call`` gives as soon as it need not wait; TLS may have to send in order to receive, and vice versa."""
        while True:
            try:
                return call(argument)
            except BlockingIOError:
                yield event
            except ssl.SSLWantReadError:
                yield EVENT_READ
            except ssl.SSLWantWriteError:
                yield EVENT_WRITE


def answer_of(code: int, said: bytes | str) -> str:
    """A reply on one line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]


def name_of(error: BaseException) -> str:
    """What a person can be told of an error."""
    return str(error) or type(error).__name__
