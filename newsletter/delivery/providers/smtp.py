"""A mail server, over SMTP with TLS and a login: several connections, one recipient a transaction."""

from ipaddress import ip_address

from newsletter.delivery.headers import wire_address
from newsletter.delivery.messages import Recipient
from newsletter.delivery.providers.base import (
    Answer,
    Barred,
    Capabilities,
    Outcome,
    Provider,
    Submission,
    Unreachable,
    public_address_problems,
    same_for,
)
from newsletter.delivery.providers.smtp_pool import Pool
from newsletter.delivery.providers.smtp_session import Path
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
        """One transaction a recipient, on one connection as long as it lives; may be called from several threads."""
        outcomes: dict[str, Outcome] = {}
        paths = [self._path(submission, recipient) for recipient in submission.recipients]
        with self._pool.line() as line:
            for place, (recipient, message) in enumerate(submission.messages()):
                outcome = line.mail(*paths[place : place + 2], message=message)
                if isinstance(outcome, Barred | Unreachable):  # and so would be everybody after
                    return Answer(same_for(submission.recipients, outcome) | outcomes)
                outcomes[recipient.delivery] = outcome
        return Answer(outcomes)

    def close(self) -> None:
        """Take leave of the server."""
        self._pool.close()

    def _path(self, submission: Submission, recipient: Recipient) -> Path:
        """With VERP, the address where a bounce goes names the delivery."""
        to = wire_address(recipient.address)
        if not self._settings.verp:
            return Path(wire_address(submission.envelope.sender_email), to)
        local, _, host = wire_address(self._settings.verp).rpartition("@")
        return Path(f"{local}+{recipient.delivery}@{host}", to)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
