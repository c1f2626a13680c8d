"""What a provider is: the way out of a mailing, one file of this package each.

A provider is handed a :class:`Submission`, makes one call, says what became of each recipient, and never tries again:
the engine decides that. The words it may answer with are the classes below; a recipient that it does not name counts
as :class:`Ambiguous`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from newsletter.delivery.messages import Composer, Envelope, Recipient
from newsletter.outside.advice import Record
from newsletter.render.rendering import Rendering
from newsletter.site import Site


@dataclass(frozen=True)
class Outcome:
    """What became of one recipient; ``reason`` is for people, and names no address."""

    reason: str = ""


@dataclass(frozen=True)
class Accepted(Outcome):
    """The provider took the mail."""


@dataclass(frozen=True)
class Refused(Outcome):
    """The provider said no to this recipient, for good."""


@dataclass(frozen=True)
class Postponed(Outcome):
    """Surely not accepted; this recipient may be tried again later, a few times."""


@dataclass(frozen=True)
class Resubmit(Outcome):
    """Surely not accepted because of somebody else in the same call: may be asked again at once, in ``halves`` where
    it is not known because of whom. Alone, a recipient that is to be halved is refused."""

    halves: bool = True


@dataclass(frozen=True)
class RateLimited(Outcome):
    """Surely not accepted: the provider wants us to wait for so many seconds."""

    seconds: float = 60.0


@dataclass(frozen=True)
class Unreachable(Outcome):
    """Surely not accepted: there was no connection."""


@dataclass(frozen=True)
class Barred(Outcome):
    """Surely not accepted, and nobody will be until a person has mended something: the mailing pauses."""


@dataclass(frozen=True)
class Ambiguous(Outcome):
    """It may have been accepted; nobody knows."""


@dataclass(frozen=True)
class Fenced(Outcome):
    """It may have been accepted, but was called back before it left: surely not mailed, may be asked again."""


@dataclass(frozen=True)
class Checked(Outcome):
    """A dry run: the provider found nothing wrong, and mails nobody."""


@dataclass(frozen=True)
class Hold:
    """By what a call can be taken back: the provider's name for it, and when its mails leave."""

    ref: str
    leaves_at: datetime


class NoHold(Exception):
    """The provider gives no hold now. Nothing was submitted; ``outcome`` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


@dataclass(frozen=True)
class Fence:
    """How a provider holds what it took: the mails leave ``lead`` after the call at the earliest, a call can be revoked
    until ``margin`` before that, and of calls that were revoked, or may yet have to be, there are ``slots`` at most
    until they would have left."""

    lead: timedelta
    margin: timedelta
    slots: int


@dataclass(frozen=True)
class Capabilities:
    """What the engine must know of a provider."""

    group: int
    """Recipients in one call at most; so many a connection are ``unknown`` where the sender is cut off."""
    connections: int = 1
    """Calls at the same time at most; where more than one, ``submit`` must stand being called from several threads."""
    exactly_once: bool = False
    """The same delivery may be submitted again without a second mail."""
    smtputf8: bool = False
    """Takes addresses whose local part is not ASCII (RFC 6531)."""
    fence: Fence | None = None
    """A call can be taken back while there is time; then each attempt of a mailing gets a hold."""
    dry_run: bool = False
    """Mails nobody."""


@dataclass(frozen=True)
class Submission:
    """One call: ``attempt`` names it in what the provider keeps; the recipients share rendering and envelope."""

    attempt: str
    rendering: Rendering
    envelope: Envelope
    composer: Composer
    recipients: tuple[Recipient, ...]
    hold: Hold | None = None
    """Where there is one, the mails leave when it says; else at once."""

    def messages(self, *, smtputf8: bool = False) -> Iterator[tuple[Recipient, bytes]]:
        """Each recipient with the whole message, made when it is asked for."""
        for recipient in self.recipients:
            yield recipient, self.composer.message(recipient, smtputf8=smtputf8)


@dataclass(frozen=True)
class Answer:
    """What became of a call: an outcome by delivery; ``ref`` is the provider's own name for the call."""

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    ref: str = ""


def same_for(recipients: Iterable[Recipient], outcome: Outcome) -> dict[str, Outcome]:
    """One outcome for several recipients."""
    return {recipient.delivery: outcome for recipient in recipients}


@dataclass(frozen=True)
class Needs:
    """What the provider needs in the DNS of the sender's domain."""

    records: tuple[Record, ...] = ()
    """Exactly these, by which it signs in the name of the domain."""
    spf: str = ""
    """The term for the SPF record, such as ``include:mailgun.org``."""
    host: str = ""
    """The mail server that is handed the mails; empty where that is no matter of DNS."""
    hint: str = ""
    """Where the records are shown, if they cannot be asked for."""
    problem: str = ""
    """Why they could not be asked for, or what has to be done there first."""


class Provider(ABC):
    """A way out. A subclass in a file of its own in this package is found by its ``name``."""

    name: str
    capabilities: Capabilities

    def __init__(self, site: Site) -> None:
        self.site = site

    @abstractmethod
    def check(self) -> tuple[str, ...]:
        """What must be mended in the settings before anything is sent; nothing is contacted."""

    def reach(self) -> Outcome | None:
        """Ask the provider whether it would take mails of this account, and hand nothing over: ``Checked`` if so, else
        why not. ``None`` where it cannot be asked; then only a test mail tells. Takes seconds."""
        return None

    def needs(self, domain: str) -> Needs:
        """What it needs in the DNS of the sender's ``domain``; it may be asked, which takes seconds."""
        return Needs()

    @abstractmethod
    def submit(self, submission: Submission) -> Answer:
        """Make one call."""

    def hold(self, leaves_at: datetime) -> Hold:
        """A hold for one call whose mails are to leave at ``leaves_at``. Raises ``NoHold``.

        Asked only where ``capabilities.fence`` is set; so is ``revoke``.
        """
        raise NoHold(Barred(f"{self.name} holds nothing back"))

    def revoke(self, hold: Hold) -> bool:
        """Take back whatever was or will be submitted under ``hold``; true only where the provider confirms it."""
        return False

    def close(self) -> None:  # noqa: B027  (many hold nothing open)
        """Give back what was held open, such as a connection."""


def public_address_problems(site: Site) -> Iterator[str]:
    """Why real readers could not use the addresses in the settings; providers that reach real people ask this."""
    settings = site.settings
    if settings.sender.email is None:
        yield 'there is no sender: set email = "news@..." under [sender] in newsletter.toml'
    if settings.providers.allow_test_addresses:
        return
    base = urlsplit(settings.site.base_url)
    if base.scheme != "https":
        yield f"base_url is {settings.site.base_url}: readers' programs need https to unsubscribe with one click"
    if _is_test_host(base.hostname or ""):
        yield f"base_url is {settings.site.base_url}, which readers cannot reach: set the site's public address"
    for key, address in (("email", settings.sender.email), ("reply_to", settings.sender.reply_to)):
        if address and _is_test_host(address.rpartition("@")[2]):
            yield f"sender {key} is {address}, which is an example address: set the one you send from"


def _is_test_host(host: str) -> bool:
    labels = host.lower().rstrip(".").split(".")
    return (
        labels[-1] in {"localhost", "example", "test", "invalid", "local"}
        or labels[-2:-1] == ["example"]
        or labels[-1].isdigit()
        or ":" in host
    )
