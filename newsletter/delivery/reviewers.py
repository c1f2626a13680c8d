"""Who gets test mails time and again, and what the last tests showed."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.delivery.trial import MOST
from newsletter.models import Issue, Reviewer, TestSend
from newsletter.store.revisions import newest
from subscribers import address as addresses

_TESTS = 200
"""Test mails that are looked at, the newest first."""


class ReviewerError(ValueError):
    """Such a reviewer cannot be kept; the message says why."""


@dataclass(frozen=True)
class Tested:
    """One test, to one address or several at once."""

    at: datetime
    by: str
    addresses: tuple[str, ...]
    revision: int
    changed: bool
    """The issue says something else now."""


def reviewers() -> list[Reviewer]:
    """All of them, by name."""
    return list(Reviewer.objects.order_by("name", "address"))


def add_reviewer(address: str, name: str) -> Reviewer:
    """Keep somebody; their name is changed where they are kept already. Raises ``ReviewerError``."""
    try:
        found = addresses.normalise(address)
    except addresses.AddressError as error:
        raise ReviewerError(str(error)) from None
    if len(name) > 200:
        raise ReviewerError("the name is too long: 200 characters are the most")
    kept, _ = Reviewer.objects.update_or_create(address=found.email, defaults={"name": " ".join(name.split())})
    return kept


def last_tests(issue: Issue, *, most: int = MOST) -> list[Tested]:
    """The last tests of ``issue``, the newest first."""
    rows = TestSend.objects.filter(revision__issue=issue).select_related("revision").order_by("-at", "pk")[:_TESTS]
    said = newest(issue.slug).sha256
    together: dict[tuple[datetime, str, int], list[TestSend]] = {}
    for row in rows:
        together.setdefault((row.at, row.by, row.revision.number), []).append(row)
    return [
        Tested(at, by, tuple(one.address for one in sent), number, sent[0].revision.sha256 != said)
        for (at, by, number), sent in list(together.items())[:most]
    ]
