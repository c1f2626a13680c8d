"""A few connections to one mail server, opened as they are needed and kept."""

import smtplib
import socket
import ssl
import time
from threading import Condition

from newsletter.delivery.providers.base import Barred, Outcome, Unreachable
from newsletter.delivery.providers.smtp_session import Session, answer_of, name_of
from newsletter.settings import SmtpSection

CONNECT_SECONDS = 30.0
IDLE_SECONDS = 60.0
"""A connection that was kept for longer is not used again: what stands between may have forgotten it without a word,
and the answer would be waited for in vain, for ten minutes."""


class NoService(Exception):
    """There is no connection that a mail could go over; ``outcome`` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class Pool:
    """Up to ``settings.connections`` connections. A server that does not take so many is served over those it took."""

    def __init__(self, settings: SmtpSection) -> None:
        self._settings = settings
        self._idle: list[tuple[Session, float]] = []
        """And since when."""
        self._open = 0
        self._most = settings.connections
        self._changed = Condition()

    def take(self) -> Session:
        """A connection for the caller alone, until it is given back. Raises ``NoService``."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._idle or self._open < self._most)
                while self._idle:
                    session, since = self._idle.pop()
                    if time.monotonic() - since < IDLE_SECONDS:
                        return session
                    session.drop()
                    self._open -= 1
                self._open += 1
            try:
                return Session(connect(self._settings))
            except NoService as error:
                with self._changed:
                    self._open -= 1
                    self._changed.notify()
                    if not self._open or not isinstance(error.outcome, Unreachable):
                        raise
                    self._most = self._open
            except BaseException:
                self._lost()
                raise

    def give(self, session: Session) -> None:
        """Give a connection back, whether or not it lives."""
        if not session.alive:
            self._lost()
            return
        with self._changed:
            self._idle.append((session, time.monotonic()))
            self._changed.notify()

    def close(self) -> None:
        """Take leave of the server on every connection that nobody uses."""
        while self._idle:
            self._idle.pop()[0].close()
            self._lost()

    def _lost(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify()


def connect(settings: SmtpSection, *, seconds: float = CONNECT_SECONDS) -> smtplib.SMTP:
    """A connection that is ready for mails: encrypted and logged in as the settings say. Raises ``NoService``."""
    try:
        return _connect(settings, seconds)
    except smtplib.SMTPAuthenticationError as error:
        said = answer_of(error.smtp_code, error.smtp_error)
        if error.smtp_code < 500:
            raise NoService(Unreachable(f"the mail server cannot check the login now: {said}")) from None
        raise NoService(Barred(f"the mail server refuses the login: {said}")) from None
    except smtplib.SMTPNotSupportedError as error:
        raise NoService(Barred(f"the mail server lacks what the settings ask for: {error}")) from None
    except ssl.SSLCertVerificationError as error:
        said = error.verify_message
        raise NoService(Barred(f"the mail server's certificate cannot be trusted: {said}")) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NoService(Unreachable(f"the mail server cannot be reached: {name_of(error)}")) from None


def _connect(settings: SmtpSection, seconds: float) -> smtplib.SMTP:
    host, port = settings.host or "", settings.port
    if settings.tls == "tls":
        secured = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, _own_name(), timeout=seconds, context=secured)
    else:
        server = smtplib.SMTP(host, port, _own_name(), timeout=seconds)
    try:
        if settings.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if settings.user and settings.password:
            server.login(settings.user, settings.password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server


def _own_name() -> str:
    """This machine's name for the greeting, without asking a name server."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
