"""What a mailing would be before it starts: what goes out, from whom, to how many, and what stands in its way."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q

from newsletter.checks import Finding, accepted, check_all
from newsletter.delivery.envelopes import envelope_of
from newsletter.delivery.headers import AddressError
from newsletter.delivery.messages import Composer, Envelope
from newsletter.delivery.preflight import contexts_of
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.variants import Variant, VariantError, told_by, variants_of
from newsletter.models import Delivery, Mailing, Revision
from newsletter.render.rendering import Rendering
from newsletter.site import Site
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
    accepted: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Language and key of each warning that was accepted -> why."""
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


def plan_mailing(
    site: Site,
    revision: Revision,
    list_slug: str,
    *,
    now: datetime,
    part: Part = EVERYBODY,
    at: datetime | None = None,
) -> Plan:
    """What ``start_mailing`` would do at ``now``; nothing is changed. ``at``: when it is to leave, if later.

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
    envelope = envelope_of(site, opened.issue, mailing_list, slug=revision.issue.slug, date=now)
    provider = provider_for(site)
    problems, can = provider.check(), provider.capabilities
    if site.settings.sender.email is None:
        problems = tuple(dict.fromkeys((*problems, NO_SENDER)))
    else:
        problems += tuple(_unwritable(renderings, envelope))
    got = got_already(revision)
    here = {row.subscriber_id for row in audience.members(list_slug, at=now, part=part)} & got if got else set()
    tally = audience.tally(list_slug, at=now, part=part)
    plan = Plan(
        revision=revision,
        mailing_list=mailing_list,
        provider=site.settings.delivery.provider,
        envelope=envelope,
        language=opened.issue.language,
        renderings=renderings,
        count=tally.mailable - len(here),
        left_out=tally.excluded | ({ALREADY: len(here)} if here else {}),
        findings=(),
        problems=problems,
        lead=can.fence.lead if can.fence else timedelta(),
        dry_run=can.dry_run,
        part=part,
        told=told,
        variants=variants,
    )
    findings = _findings(site, revision, plan, now=now, at=at)
    issues = {issue.language: issue for issue in issues_of(revision)}
    reasons = {(language, one.key): accepted(one, issues[language]) for language, one in findings}
    return replace(plan, findings=findings, accepted={key: reason for key, reason in reasons.items() if reason})


def _findings(
    site: Site, revision: Revision, plan: "Plan", *, now: datetime, at: datetime | None
) -> tuple[tuple[str, Finding], ...]:
    """What the checks find in what somebody gets, each thing once."""
    seen = [
        (issue, variant.renderings[issue.language])
        for variant in plan.variants.values()
        for issue in issues_of(revision, segments=variant.segments)
    ]
    slug, part = plan.mailing_list.slug, plan.part
    contexts = contexts_of(
        site, revision, now=now, list_slug=slug, part=part, at=at, seen=seen, crowd=(plan.count, plan.left_out)
    )
    return check_all(context for _, context in contexts)


NO_SENDER = 'there is no sender: set email = "news@..." under [sender] in newsletter.toml'


def list_of(slug: str) -> MailingList:
    """The mailing list ``slug``. Raises ``NoSuchList`` with the lists that there are."""
    found = MailingList.objects.filter(slug=slug).first()
    if found is None:
        there = ", ".join(MailingList.objects.order_by("slug").values_list("slug", flat=True)[:10])
        raise NoSuchList(f"there is no list '{slug}'; " + (f"there is: {there}" if there else "there is none yet"))
    return found


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
