"""A mail server, over SMTP with TLS and a login: several connections, one recipient a transaction."""

from ipaddress import ip_address

from newsletter.delivery.headers import wire_address
from newsletter.delivery.messages import Recipient
from newsletter.delivery.providers.base import (
    Answer,
    Barred,
    Capabilities,
    Outcome,
    Postponed,
    Provider,
    Submission,
    Unreachable,
    public_address_problems,
    same_for,
)
from newsletter.delivery.providers.smtp_pool import NoService, Pool
from newsletter.delivery.providers.smtp_session import Dropped
from newsletter.site import Site

GROUP = 16


class Smtp(Provider):
    """Mails over SMTP."""

    name = "smtp"
    capabilities = Capabilities(group=GROUP)

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._settings = site.settings.providers.smtp
        self.capabilities = Capabilities(group=GROUP, connections=self._settings.connections)
        self._pool = Pool(self._settings)

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
        if self._settings.verp and len(self._settings.verp.rpartition("@")[0]) > 64 - 1 - 22:
            problems.append("the part before the @ of verp must leave room for an ID: 41 characters at most")
        return tuple(problems)

    def submit(self, submission: Submission) -> Answer:
        """One transaction a recipient; may be called from several threads."""
        outcomes: dict[str, Outcome] = {}
        for recipient, message in submission.messages():
            try:
                outcome = self._mail(self._return_path(submission, recipient), wire_address(recipient.address), message)
            except NoService as error:
                outcome = error.outcome
            if isinstance(outcome, Barred | Unreachable):  # and so would be everybody after
                return Answer(same_for(submission.recipients, outcome) | outcomes)
            outcomes[recipient.delivery] = outcome
        return Answer(outcomes)

    def close(self) -> None:
        """Take leave of the server."""
        self._pool.close()

    def _mail(self, sender: str, recipient: str, message: bytes) -> Outcome:
        """One mail. Where a connection that has served before ends and leaves it, it goes over another at once."""
        while True:
            session = self._pool.take()
            served = session.used
            try:
                outcome = session.transact(sender, recipient, message)
            except BaseException:
                session.drop()
                raise
            finally:
                self._pool.give(session)
            if not isinstance(outcome, Dropped):
                return outcome
            if not served:
                return Postponed(outcome.reason)

    def _return_path(self, submission: Submission, recipient: Recipient) -> str:
        """Where a bounce goes: with VERP, its address names the delivery."""
        if not self._settings.verp:
            return wire_address(submission.envelope.sender_email)
        local, _, host = wire_address(self._settings.verp).rpartition("@")
        return f"{local}+{recipient.delivery}@{host}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
