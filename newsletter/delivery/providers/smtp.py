"""A mail server, over SMTP with TLS and a login: several connections, one recipient a transaction."""

import smtplib
from collections import deque
from contextlib import suppress
from ipaddress import ip_address

from newsletter.delivery.headers import wire_address
from newsletter.delivery.messages import Composer, Recipient
from newsletter.delivery.providers import smtp_session
from newsletter.delivery.providers.base import (
    Answer,
    Barred,
    Capabilities,
    Checked,
    Needs,
    Outcome,
    Postponed,
    Provider,
    Submission,
    public_address_problems,
    same_for,
)
from newsletter.delivery.providers.smtp_exchange import Exchange, Steps
from newsletter.delivery.providers.smtp_pool import NoService, Pool, connect
from newsletter.delivery.providers.smtp_session import Dropped, Path, Session
from newsletter.site import Site

GROUP = 16
REACH_SECONDS = 10.0
"""For each answer, where somebody waits for it at the desk."""


class Smtp(Provider):
    """Mails over SMTP."""

    name = "smtp"
    capabilities = Capabilities(group=GROUP)

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._settings = site.settings.providers.smtp
        self.capabilities = Capabilities(group=GROUP, connections=self._settings.connections)
        self._pool = Pool(self._settings)
        self._exchange = Exchange()

    def check(self) -> tuple[str, ...]:
        """The server must be named, and a password needs TLS unless the server is on this machine."""
        return (*public_address_problems(self.site), *self._problems())

    def reach(self) -> Outcome:
        """Greet the server, encrypt and log in as for a mailing, and take leave."""
        if problems := self._problems():
            return Barred(problems[0])
        try:
            server = connect(self._settings, seconds=REACH_SECONDS)
        except NoService as error:
            return error.outcome
        name, port = self._settings.host, self._settings.port
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        login = " and takes the login" if self._settings.user else ""
        secure = "" if self._settings.tls == "none" else ", speaks TLS with a certificate that can be trusted,"
        return Checked(f"the mail server {name}, port {port}, answers{secure}{login}")

    def needs(self, domain: str) -> Needs:
        """The server itself sends, or whoever it passes mails on to."""
        host = self._settings.host or ""
        return Needs(host="" if _is_loopback(host) else host)

    def _problems(self) -> tuple[str, ...]:
        problems: list[str] = []
        if not self._settings.host:
            problems.append('there is no mail server: set host = "..." under [providers.smtp] in newsletter.toml')
        elif self._settings.tls == "none" and not _is_loopback(self._settings.host):
            problems.append('tls = "none" would send passwords and mails in the clear: use "starttls" or "tls"')
        user, password = self._settings.user or "", self._settings.password
        if bool(user) != bool(password):
            problems.append("a login needs both user (newsletter.toml) and password (secrets.toml)")
        elif password and not (user + password.get_secret_value()).isascii():
            problems.append("user and password of the mail server must be plain ASCII")
        if self._settings.verp and len(self._settings.verp.rpartition("@")[0]) > 64 - 1 - 22:
            problems.append("the part before the @ of verp must leave room for an ID: 41 characters at most")
        return tuple(problems)

    def submit(self, submission: Submission) -> Answer:
        """One transaction a recipient, on one connection as long as it lives; may be called from several threads."""
        outcomes: dict[str, Outcome] = {}
        left = deque((recipient, self._path(submission, recipient)) for recipient in submission.recipients)
        while left:
            try:
                session = self._pool.take()
            except NoService as error:  # and so it would be with everybody after
                return Answer(same_for(submission.recipients, error.outcome) | outcomes)
            talk = _mail(session, left, submission.composer, outcomes)
            try:
                barred = self._exchange.carry(session.sock, talk, smtp_session.ANSWER_SECONDS)
            except BaseException:
                session.drop()
                raise
            finally:
                self._pool.give(session)
            if barred:
                return Answer(same_for(submission.recipients, barred) | outcomes)
        return Answer(outcomes)

    def close(self) -> None:
        """Take leave of the server."""
        self._exchange.close()
        self._pool.close()

    def _path(self, submission: Submission, recipient: Recipient) -> Path:
        """With VERP, the address where a bounce goes names the delivery."""
        to = wire_address(recipient.address)
        if not self._settings.verp:
            return Path(wire_address(submission.envelope.sender_email), to)
        local, _, host = wire_address(self._settings.verp).rpartition("@")
        return Path(f"{local}+{recipient.delivery}@{host}", to)


def _mail(
    session: Session, left: deque[tuple[Recipient, Path]], composer: Composer, outcomes: dict[str, Outcome]
) -> Steps[Barred | None]:
    """Mail to those who are ``left``, as long as ``session`` lives and the server takes mails from us; what is returned
    otherwise. Who is named in ``outcomes`` is left no more."""
    while left and session.alive:
        recipient, path = left[0]
        served = session.used
        following = left[1][1] if len(left) > 1 else None
        outcome = yield from session.transact(path, composer.pieces(recipient), following)
        if isinstance(outcome, Barred):
            return outcome
        if isinstance(outcome, Dropped):
            if served:  # it goes over another connection at once
                return None
            outcome = Postponed(outcome.reason)
        outcomes[recipient.delivery] = outcome
        left.popleft()
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
