"""What one source tells of one mail or address, in the same words whatever the source."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.delivery.headers import clean
from newsletter.models import Event
from subscribers.models import Feedback

DETAIL = 300
"""Characters of what a source says that are kept."""
PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")
"""What names a delivery, or a subscription, outside."""
_ADDRESS = re.compile(r"[^\s<>,;:()\"'=]+@[^\s<>,;:()\"']+")


@dataclass(frozen=True)
class Told:
    """One piece of news."""

    external_id: str
    """The source's own name for it: the same twice counts once."""
    kind: Event.Kind
    at: datetime
    delivery: str = ""
    """The public id of the delivery it is about; empty where the source names none."""
    token: str = ""
    """Of the subscription it is about, where the mail's unsubscribe link is what names it."""
    address: str = ""
    """The normalised address it is about, where nothing else names it."""
    feedback: Feedback.Kind | None = None
    """What it says of the address."""
    everywhere: bool = False
    """An opt-out of all lists, not of the mail's alone."""
    strangers: bool = False
    """It holds for an address that is no reader here, too."""
    detail: str = ""


@dataclass
class Reading:
    """What was found in one delivery of a source."""

    told: list[Told] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What could not be read, each with its reason; no address stands in it."""
    size: int = 0
    """How many pieces it held."""


def words(text: object) -> str:
    """What a source says, on one line, without any address."""
    return _ADDRESS.sub("<address>", clean(str(text)))[:DETAIL]
