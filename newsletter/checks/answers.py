"""What others answered when they were asked, as pure values: pages that links lead to, and SpamAssassin."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fault(StrEnum):
    """Why a page was not got."""

    NAME = "name"
    """There is no such host."""
    NAMES = "names"
    """The name servers gave no answer."""
    TLS = "tls"
    """The connection cannot be trusted."""
    PRIVATE = "private"
    """The address is one of a private network, or of this machine."""
    LOOP = "loop"
    """It redirects too often, or in a circle."""
    ADDRESS = "address"
    """It redirects to what is no web address."""
    REACH = "reach"
    """Nothing listens there, or the connection broke."""
    TIME = "time"
    """No whole answer came in time."""


@dataclass(frozen=True)
class Visit:
    """What came of following one link."""

    at: datetime
    status: int | None = None
    """Of the last answer."""
    fault: Fault | None = None
    said: str = ""
    """The fault in a few words."""
    hops: tuple[str, ...] = ()
    """Addresses that it was redirected to, in order; the last one is where a reader arrives."""
    title: str = ""
    """Of the page."""
    seconds: float = 0.0
    """From the first question to the last answer."""
    expires: datetime | None = None
    """When the certificate that runs out first does."""
    alike: bool = False
    """An address beside it that nobody can have made answers alike."""


@dataclass(frozen=True)
class Hit:
    """One rule of SpamAssassin that fits the mail."""

    points: float
    rule: str
    about: str = ""


@dataclass(frozen=True)
class Spam:
    """SpamAssassin's judgement."""

    score: float
    limit: float
    """At so many points the mail counts as spam."""
    hits: tuple[Hit, ...] = ()
