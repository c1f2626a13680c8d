"""A mail server, over SMTP (RFC 5321) with TLS and a login. One recipient a transaction, on one connection.

MAIL, RCPT and DATA are steps of their own, so that it is known how far a transaction came. Until the line that ends the
mail has left this machine, a failure is sure: the server may not deliver half a mail (RFC 5321, section 4.2.5). From
there to the server's answer nobody knows.
"""

import smtplib
import socket
import ssl
from contextlib import suppress
from ipaddress import ip_address

from newsletter.delivery.headers import wire_address
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Capabilities,
    Outcome,
    Postponed,
    Provider,
    Refused,
    Submission,
    Unreachable,
    public_address_problems,
)
from newsletter.site import Site

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 300.0
"""How long the answer to a command may take (RFC 5321, section 4.5.3.2)."""
END_OF_MAIL_SECONDS = 600.0
"""How long the answer to the whole mail may take; a server may work on it before it answers."""
_SERVICE_CLOSING = 421


class _NoService(Exception):
    """There is no connection that a mail could go over; ``outcome`` says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class Smtp(Provider):
    """Mails over SMTP."""

    name = "smtp"
    capabilities = Capabilities(group=16)

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._settings = site.settings.providers.smtp
        self._server: smtplib.SMTP | None = None

    def check(self) -> tuple[str, ...]:
        """The server must be named, and a password needs TLS unless the server is on this machine."""
        problems = list(public_address_problems(self.site))
        if not self._settings.host:
            problems.append('there is no mail server: set host = "..." under [providers.smtp] in newsletter.toml')
        elif self._settings.tls == "none" and not _is_loopback(self._settings.host):
            problems.append('tls = "none" would send passwords and mails in the clear: use "starttls" or "tls"')
        user, password = self._settings.user or "", self._settings.password
        if bool(user) != bool(password):
            problems.append("a login needs both user (newsletter.toml) and password (secrets.toml)")
        elif password and not (user + password.get_secret_value()).isascii():
            problems.append("user and password of the mail server must be plain ASCII")
        return tuple(problems)

    def submit(self, submission: Submission) -> Answer:
        """One transaction a recipient; a connection that broke is made anew for those after it."""
        sender = wire_address(submission.envelope.sender_email)
        outcomes: dict[str, Outcome] = {}
        if self._server:
            self._ask(self._server, "NOOP")  # it may have hung up since the last call
        for recipient, message in submission.messages():
            try:
                server = self._connected()
            except _NoService as error:
                rest = [one.delivery for one in submission.recipients if one.delivery not in outcomes]
                return Answer(outcomes | dict.fromkeys(rest, error.outcome))
            outcome = self._transact(server, sender, wire_address(recipient.address), message)
            outcomes[recipient.delivery] = outcome
            if isinstance(outcome, Barred):
                rest = [one.delivery for one in submission.recipients if one.delivery not in outcomes]
                return Answer(outcomes | dict.fromkeys(rest, outcome))
        return Answer(outcomes)

    def close(self) -> None:
        """Take leave of the server."""
        if self._server:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
        self._drop()

    def _transact(self, server: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Outcome:
        try:
            declined = self._hand_over(server, sender, recipient, message)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Postponed(f"the connection broke before the mail was handed over: {_name(error)}")
        return declined or self._verdict(server)

    def _hand_over(self, server: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Outcome | None:
        """Everything up to the end of the mail; an outcome where the server declined on the way."""
        _wait(server, COMMAND_SECONDS)
        code, said = server.docmd("MAIL", f"FROM:<{sender}>")
        if code >= 500:
            self._ask(server, "RSET")
            return Barred(f"the mail server does not take mail from the sender: {_answer(code, said)}")
        if code == 250:
            code, said = server.docmd("RCPT", f"TO:<{recipient}>")
        if code in {250, 251}:
            code, said = server.docmd("DATA")
        if code != 354:
            return self._declined(server, code, said)
        server.send(_stuffed(message) + b".\r\n")
        return None

    def _verdict(self, server: smtplib.SMTP) -> Outcome:
        """What the server says to the whole mail."""
        try:
            _wait(server, END_OF_MAIL_SECONDS)
            code, said = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Ambiguous(f"the mail server did not say whether it took the mail: {_name(error)}")
        if code // 100 == 2:
            return Accepted(_answer(code, said))
        if code // 100 in {4, 5}:
            return self._declined(server, code, said)
        self._drop()
        return Ambiguous(f"the mail server's answer to the mail cannot be read: {_answer(code, said)}")

    def _declined(self, server: smtplib.SMTP, code: int, said: bytes) -> Outcome:
        """An answer other than yes: for good from 500 on, else for now. A yes out of place is no yes to anything."""
        if code == _SERVICE_CLOSING:
            self._drop()
        else:
            self._ask(server, "RSET")
        return Refused(_answer(code, said)) if code >= 500 else Postponed(_answer(code, said))

    def _ask(self, server: smtplib.SMTP, command: str) -> None:
        """Send a command that changes nothing for nobody, and drop a connection on which it fails."""
        try:
            _wait(server, COMMAND_SECONDS)
            code, _ = server.docmd(command)
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = self._connect()
            except smtplib.SMTPAuthenticationError as error:
                self._drop()
                said = _answer(error.smtp_code, error.smtp_error)
                if error.smtp_code < 500:
                    raise _NoService(Unreachable(f"the mail server cannot check the login now: {said}")) from None
                raise _NoService(Barred(f"the mail server refuses the login: {said}")) from None
            except smtplib.SMTPNotSupportedError as error:
                raise _NoService(Barred(f"the mail server lacks what the settings ask for: {error}")) from None
            except ssl.SSLCertVerificationError as error:
                said = error.verify_message
                raise _NoService(Barred(f"the mail server's certificate cannot be trusted: {said}")) from None
            except (OSError, smtplib.SMTPException) as error:
                raise _NoService(Unreachable(f"the mail server cannot be reached: {_name(error)}")) from None
        return self._server

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        host, port = settings.host or "", settings.port
        context = ssl.create_default_context()
        if settings.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, _own_name(), timeout=CONNECT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, _own_name(), timeout=CONNECT_SECONDS)
        try:
            if settings.tls == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if settings.user and settings.password:
                server.login(settings.user, settings.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _drop(self) -> None:
        if self._server:
            self._server.close()
        self._server = None


def _wait(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock:
        server.sock.settimeout(seconds)


def _stuffed(message: bytes) -> bytes:
    """``message`` with dots at the start of lines doubled (RFC 5321, section 4.5.2); ours have none."""
    return message.replace(b"\r\n.", b"\r\n..")


def _answer(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]


def _name(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _own_name() -> str:
    """This machine's name for the greeting, without asking a name server."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
