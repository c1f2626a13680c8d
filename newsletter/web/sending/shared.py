"""What the pages of tests, approval and sending have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.http import Http404

from newsletter.delivery.plan import MailingError
from newsletter.delivery.variants import VariantError
from newsletter.issue.problems import IssueError
from newsletter.models import Mailing, Revision, Role
from newsletter.store.media import MediaError
from newsletter.store.revisions import UnknownIssue, newest
from subscribers.address import AddressError
from subscribers.segments import SegmentError

WATCHERS = (Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)
"""Who sees how a mailing goes on, and what became of it."""


class Trouble(Exception):
    """It cannot be done; ``lines`` say why, for people. ``error`` is what it was, where it was an error of ours."""

    def __init__(self, lines: list[str], error: Exception | None = None) -> None:
        super().__init__("; ".join(lines))
        self.lines, self.error = lines, error


@contextmanager
def told() -> Iterator[None]:
    """What an issue, its look, its audience or an address may have wrong, as ``Trouble``."""
    try:
        yield
    except IssueError as error:
        lines = [f"{one.message}. {one.mend}" if one.mend else one.message for one in error.problems]
        raise Trouble(lines, error) from None
    except (MediaError, MailingError, VariantError, SegmentError, AddressError) as error:
        raise Trouble([str(error)], error) from None


def revision_of(slug: str) -> Revision:
    """The newest revision of an issue. Raises ``Http404``."""
    try:
        return newest(slug)
    except UnknownIssue:
        raise Http404 from None


def mailing_of(number: int) -> Mailing:
    """A mailing with its issue and list. Raises ``Http404``."""
    rows = Mailing.objects.select_related("revision__issue", "list").defer("revision__source", "revision__translations")
    found = rows.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise Http404
    return found


def sentence(words: str) -> str:
    """``words`` with a capital first."""
    return words[:1].upper() + words[1:]


def span_words(span: timedelta) -> str:
    """So long, in words: hours and minutes, or seconds where it is less than a minute."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return f"{seconds} second" + "s" * (seconds != 1)
    hours, minutes = divmod(round(seconds / 60), 60)
    said = [f"{hours} hour" + "s" * (hours != 1)] * bool(hours)
    return " and ".join(said + [f"{minutes} minute" + "s" * (minutes != 1)] * bool(minutes))
