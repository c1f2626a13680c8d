"""What a mailing would be before it starts: what goes out, from whom, to how many, and what stands in its way."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q

from newsletter.checks import Context, Finding, run_checks
from newsletter.delivery.headers import AddressError
from newsletter.delivery.messages import Composer, Envelope
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.variants import Variant, VariantError, told_by, variants_of
from newsletter.issue.model import Issue
from newsletter.models import Delivery, Mailing, Revision
from newsletter.render.rendering import Rendering
from newsletter.site import Site
from newsletter.store.identity import organisation_of, theme_of
from newsletter.store.rendering import issues_of, render_revision
from newsletter.store.revisions import open_revision
from subscribers import audience
from subscribers.audience import EVERYBODY, Held, Part
from subscribers.models import MailingList
from subscribers.segments import Conditions, SegmentError

ALREADY = "got this issue through another mailing"


class MailingError(Exception):
    """The mailing cannot start; the message says why."""


class NoSuchList(MailingError):
    """There is no list of that name."""


class NotReady(MailingError):
    """The settings do not allow this provider to send; one sentence each in ``problems``."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ChecksFailed(MailingError):
    """The checks found errors in the issue."""

    def __init__(self, findings: tuple[tuple[str, Finding], ...]) -> None:
        super().__init__("the checks found errors that must be mended before the issue is mailed")
        self.findings = findings


class CountMismatch(MailingError):
    """The number that was confirmed is not the number of recipients."""

    def __init__(self, confirmed: int, count: int) -> None:
        super().__init__(f"{confirmed:,} recipients were confirmed, but there are {count:,}; nothing was sent")
        self.confirmed, self.count = confirmed, count


@dataclass(frozen=True)
class Plan:
    """A mailing that has not started."""

    revision: Revision
    mailing_list: MailingList
    provider: str
    envelope: Envelope
    language: str
    """Of the issue: what readers get whose own language there is no rendering in."""
    renderings: dict[str, Rendering]
    """Of each language, with all items."""
    count: int
    left_out: dict[str, int]
    """Why people of the list get nothing -> how many."""
    findings: tuple[tuple[str, Finding], ...]
    """What the checks found, each with the language."""
    problems: tuple[str, ...]
    """What the settings lack."""
    lead: timedelta = timedelta()
    """So long before they leave, the provider must have the mails at the latest."""
    dry_run: bool = False
    """The provider mails nobody; then it does not count as the mailing of this issue to this list."""
    part: Part = EVERYBODY
    """Who of the list."""
    told: tuple[Conditions, ...] = ()
    """The segments for whom some of the items are, in the order of their names."""
    variants: Mapping[Held, Variant] = field(default_factory=dict)
    """What those get who are in which of these segments, as far as there are such people."""

    def variant(self, held: Held) -> Variant:
        """What those get who are in these of the segments. Raises ``MailingError`` where nobody was when it was
        planned."""
        if not self.variants:
            return Variant((), self.renderings)
        if held not in self.variants:
            raise MailingError("what is known of some readers changed just now; nothing was sent, try it again")
        return self.variants[held]

    @property
    def errors(self) -> tuple[tuple[str, Finding], ...]:
        """The findings that block sending."""
        return tuple(pair for pair in self.findings if pair[1].level == "error")


def plan_mailing(site: Site, revision: Revision, list_slug: str, *, now: datetime, part: Part = EVERYBODY) -> Plan:
    """What ``start_mailing`` would do at ``now``; nothing is changed.

    Raises ``NoSuchList``, ``MailingError`` (``part`` or an item names something that is not there, or there are too
    many variants), and ``IssueError`` where the issue cannot be rendered.
    """
    mailing_list = list_of(list_slug)
    opened = open_revision(revision)
    renderings = render_revision(site, revision)
    try:
        told = told_by(opened.issue)
        held = audience.held(list_slug, told, at=now, part=part) or {(True,) * len(told): 0}
        variants = variants_of(site, revision, opened.issue.segments, held)
    except (SegmentError, VariantError) as error:
        raise MailingError(str(error)) from None
    envelope = envelope_of(site, opened.issue, revision, mailing_list, date=now)
    provider = provider_for(site)
    problems, can = provider.check(), provider.capabilities
    if site.settings.sender.email is None:
        problems = tuple(dict.fromkeys((*problems, NO_SENDER)))
    else:
        problems += tuple(_unwritable(renderings, envelope))
    got = got_already(revision)
    here = {row.subscriber_id for row in audience.members(list_slug, at=now, part=part)} & got if got else set()
    left_out = audience.excluded(list_slug, at=now, part=part) | ({ALREADY: len(here)} if here else {})
    return Plan(
        revision=revision,
        mailing_list=mailing_list,
        provider=site.settings.delivery.provider,
        envelope=envelope,
        language=opened.issue.language,
        renderings=renderings,
        count=audience.count(list_slug, at=now, part=part) - len(here),
        left_out=left_out,
        findings=_findings(site, revision, variants, now=now),
        problems=problems,
        lead=can.fence.lead if can.fence else timedelta(),
        dry_run=can.dry_run,
        part=part,
        told=told,
        variants=variants,
    )


def _findings(
    site: Site, revision: Revision, variants: Mapping[Held, Variant], *, now: datetime
) -> tuple[tuple[str, Finding], ...]:
    """What the checks find in what somebody gets, each thing once."""
    found: dict[tuple[str, Finding], None] = {}
    for variant in variants.values():
        issues = issues_of(revision, segments=variant.segments)
        found |= dict.fromkeys(findings_of(site, issues, variant.renderings, now=now))
    return tuple(found)


NO_SENDER = 'there is no sender: set email = "news@..." under [sender] in newsletter.toml'


def list_of(slug: str) -> MailingList:
    """The mailing list ``slug``. Raises ``NoSuchList`` with the lists that there are."""
    found = MailingList.objects.filter(slug=slug).first()
    if found is None:
        there = ", ".join(MailingList.objects.order_by("slug").values_list("slug", flat=True)[:10])
        raise NoSuchList(f"there is no list '{slug}'; " + (f"there is: {there}" if there else "there is none yet"))
    return found


def envelope_of(site: Site, issue: Issue, revision: Revision, mailing_list: MailingList, *, date: datetime) -> Envelope:
    """From whom the issue goes to the list; what the issue says wins over the settings."""
    sender = site.settings.sender
    email = sender.email or ""
    return Envelope(
        sender_name=issue.sender or sender.name or site.settings.site.name,
        sender_email=email,
        reply_to=issue.reply_to or sender.reply_to or email,
        base_url=site.settings.site.base_url,
        list_name=mailing_list.name,
        list_slug=mailing_list.slug,
        issue_slug=revision.issue.slug,
        date=date,
    )


def findings_of(
    site: Site, issues: tuple[Issue, ...], renderings: Mapping[str, Rendering], *, now: datetime
) -> tuple[tuple[str, Finding], ...]:
    """What the checks find in each language."""
    theme, organisation = theme_of(site), organisation_of(site)
    return tuple(
        (issue.language, finding)
        for issue in issues
        for finding in run_checks(Context(issue, renderings[issue.language], theme, organisation, now))
    )


def key_of(revision: Revision, mailing_list: MailingList, part: Part = EVERYBODY) -> str:
    """What makes a mailing one: an issue, in any revision, to a list or to the same part of it."""
    key = f"{revision.issue.slug}/{mailing_list.slug}"
    if part.whole:
        return key
    return f"{key}/{sha256(json.dumps(part.as_json(), sort_keys=True).encode()).hexdigest()[:16]}"


def existing(revision: Revision, mailing_list: MailingList, part: Part = EVERYBODY) -> Mailing | None:
    """The mailing of this issue to this list, or to this part of it, if it was started before and not cancelled."""
    return Mailing.objects.filter(key=key_of(revision, mailing_list, part)).first()


def got_already(revision: Revision) -> set[int]:
    """Subscribers who have the issue from some mailing, may have it, or are about to get it."""
    waiting = Q(state=Delivery.State.PENDING, mailing__state=Mailing.State.CANCELLED)
    never = Q(state__in=(Delivery.State.SUPPRESSED, Delivery.State.CANCELLED))
    rows = Delivery.objects.filter(mailing__revision__issue=revision.issue_id, subscriber__isnull=False)
    rows = rows.filter(mailing__dry_run=False)
    return set(rows.exclude(never | waiting).values_list("subscriber_id", flat=True).iterator())


def _unwritable(renderings: dict[str, Rendering], envelope: Envelope) -> Iterator[str]:
    """What no message could be written with."""
    try:
        for rendering in renderings.values():
            Composer(rendering, envelope)
    except AddressError as error:
        yield f"sender or reply_to cannot be written in a mail: {error}"
    except ValueError as error:
        yield str(error)
