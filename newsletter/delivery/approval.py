"""Approval: a second person looks at an issue before it is mailed. It holds for exactly what would go out, to exactly
whom; whatever changes after that makes it void. That is found out by looking, so that no change is missed."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from newsletter.delivery import approval_notices
from newsletter.delivery.approved_changes import changes
from newsletter.delivery.envelopes import envelope_of
from newsletter.delivery.plan import MailingError, Plan, list_of
from newsletter.delivery.seals import Seal, audience_seal, content_seal, seal
from newsletter.delivery.variants import VariantError
from newsletter.models import Account, Approval, Audit, Mailing, Revision, Role
from newsletter.models import Issue as IssueRow
from newsletter.site import Site
from newsletter.store.revisions import newest, open_revision
from subscribers import segments
from subscribers.audience import Part
from subscribers.segments import SegmentError

State = Approval.State
STANDING = (State.WAITING, State.APPROVED)
"""What a change makes void."""


class ApprovalError(ValueError):
    """It cannot be submitted or decided; the message says why and what to do."""


class NotApproved(MailingError):
    """Nobody approved exactly this: ``why``; ``mend`` says what to do."""

    def __init__(self, slug: str, why: str) -> None:
        super().__init__(f"{slug} is not approved for this mailing: {why}")
        self.why = why
        self.mend = f"submit it at the desk (/issues/{slug}/approval/) and have somebody else approve it"


@dataclass(frozen=True)
class Audience:
    """Who is to get an issue, in names: those of the list who are in each of ``only`` and in none of ``without``."""

    list: str
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def part(self) -> Part:
        """As the segments are now. Raises ``SegmentError``."""
        part = Part(tuple(map(segments.saved, self.only)), tuple(map(segments.saved, self.without)))
        part.holds()  # a list, topic or issue that it names may be none
        return part

    def words(self) -> str:
        """As people say it."""
        only = f", only {' and '.join(self.only)}" if self.only else ""
        return self.list + only + (f", without {' and '.join(self.without)}" if self.without else "")

    def as_json(self) -> dict[str, Any]:
        """For the store."""
        return {"list": self.list, "only": list(self.only), "without": list(self.without)}

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> "Audience":
        """Back from the store."""
        return cls(said["list"], tuple(said.get("only", ())), tuple(said.get("without", ())))


def needed(site: Site) -> bool:
    """Whether a mailing needs an approval: people have accounts, and it is not one person who runs the site."""
    return not site.settings.site.one_operator and Account.objects.exists()


def newest_of(issue: IssueRow) -> Approval | None:
    """What was submitted last of ``issue``."""
    rows = Approval.objects.filter(revision__issue=issue).select_related("revision__issue", "submitted_by", "by")
    return rows.order_by("-pk").first()


def history(issue: IssueRow, *, most: int = 20) -> list[Approval]:
    """What was submitted of ``issue``, the newest first."""
    rows = Approval.objects.filter(revision__issue=issue).select_related("revision", "submitted_by", "by")
    return list(rows.defer("revision__source", "revision__translations").order_by("-pk")[:most])


def submit(site: Site, revision: Revision, whom: Audience, *, by: Account, note: str, now: datetime) -> Approval:
    """Ask for approval of ``revision`` to ``whom``; what was submitted for the same people before is withdrawn.

    Raises ``ApprovalError`` (nobody would get it, or there is something newer), ``NoSuchList``, ``SegmentError``,
    ``VariantError``, ``IssueError``.
    """
    if newest(revision.issue.slug).pk != revision.pk:
        raise ApprovalError("the issue was changed meanwhile; look at it again, then submit it")
    part = whom.part()
    sealed = seal(site, revision, whom.list, now=now, part=part)
    if not sealed.count:
        raise ApprovalError("nobody would get it: choose other people")
    with transaction.atomic():
        IssueRow.objects.select_for_update().get(pk=revision.issue_id)
        for one in Approval.objects.filter(revision__issue=revision.issue_id, state__in=STANDING):
            if one.state == State.WAITING or one.audience["part"] == part.as_json():
                _move(one, State.WITHDRAWN, by=by, now=now, reason="it was submitted anew", was=STANDING)
        made = Approval.objects.create(
            revision=revision,
            audience={**whom.as_json(), "part": part.as_json(), "sender": _sender(site, revision, whom.list, now)},
            content_hash=sealed.content,
            audience_hash=sealed.audience,
            count=sealed.count,
            submitted_by=by,
            submitted_at=now,
            note=note,
        )
        _note(made, "submit", by, now, recipients=sealed.count, audience=whom.words())
    approval_notices.submitted(site, made)
    return made


def may_decide(site: Site, approval: Approval, who: Account) -> str:
    """Why ``who`` may not decide on it; nothing where they may."""
    if not who.may(Role.APPROVER):
        return "only an approver can decide"
    if site.settings.site.one_operator:
        return ""
    if approval.submitted_by_id == who.pk:
        return "you submitted it: somebody else must approve it"
    if approval.revision.account_id == who.pk:
        return "you wrote what is in it: somebody else must approve it"
    return ""


def decide(site: Site, approval: Approval, *, by: Account, approve: bool, reason: str, now: datetime) -> Approval:
    """Approve it, or send it back with a ``reason``. Raises ``ApprovalError``; then it is as it was, or void."""
    if why := may_decide(site, approval, by):
        raise ApprovalError(why)
    if not approve and not reason.strip():
        raise ApprovalError("say what is to be changed, so that the editor knows")
    approval = looked(site, approval, now=now)
    if approval.state == State.VOID:
        raise ApprovalError(f"it was changed since it was submitted: {approval.reason}; it has to be submitted again")
    with transaction.atomic():
        if not _move(approval, State.APPROVED if approve else State.RETURNED, by=by, now=now, reason=reason.strip()):
            raise ApprovalError(f"it is decided already: {approval.state}")
        _note(approval, "approve" if approve else "send back", by, now, recipients=approval.count)
    approval_notices.decided(site, approval)
    return approval


def withdraw(approval: Approval, *, by: Account, now: datetime) -> None:
    """Take back what waits, or was approved. Raises ``ApprovalError``."""
    with transaction.atomic():
        if not _move(approval, State.WITHDRAWN, by=by, now=now, reason="", was=STANDING):
            raise ApprovalError(f"it is {approval.state} and cannot be withdrawn")
        _note(approval, "withdraw", by, now)


def looked(site: Site, approval: Approval, *, now: datetime) -> Approval:
    """``approval`` after a look at whether it still holds; void, with what changed, where it does not. Once the issue
    was mailed by it, it stays as it is.

    What cannot be rendered at all is not looked at: it cannot be mailed either. Raises ``IssueError`` and the like.
    """
    if approval.state not in STANDING or mailed_by(approval):
        return approval
    if found := _changed(site, approval, now):
        _void(approval, found, now)
    return approval


def mailed_by(approval: Approval) -> Mailing | None:
    """The mailing that it was given for, once that was started and not cancelled."""
    rows = Mailing.objects.filter(revision__issue=approval.revision.issue_id, list__slug=approval.audience["list"])
    since = rows.filter(started_at__gte=approval.submitted_at, dry_run=False).exclude(state=Mailing.State.CANCELLED)
    return next((one for one in since.order_by("-pk") if one.audience == approval.audience["part"]), None)


def require(site: Site, plan: Plan, *, now: datetime) -> Approval | None:
    """The approval by which ``plan`` may be mailed; ``None`` where the site needs none. Raises ``NotApproved``."""
    if not needed(site):
        return None
    rows = Approval.objects.filter(revision__issue=plan.revision.issue_id).select_related("revision__issue")
    given = [one for one in rows.order_by("-pk") if one.audience["list"] == plan.mailing_list.slug]
    if not given:
        raise _not_approved("it was not submitted for approval", plan)
    same = [one for one in given if one.audience["part"] == plan.part.as_json()]
    if not same:
        looked(site, given[0], now=now)
        if given[0].state == State.VOID:
            raise _not_approved(_said(given[0]), plan)
        raise _not_approved(
            f"what was submitted is for other people: {Audience.of_json(given[0].audience).words()}", plan
        )
    other = same[0].content_hash != content_seal(plan)
    if other:
        looked(site, same[0], now=now)
    if same[0].state != State.APPROVED:
        raise _not_approved(_said(same[0]), plan)
    if other:
        raise _not_approved(f"revision {same[0].revision.number} is, and this is {plan.revision.number}", plan)
    return same[0]


def hold_to(approval: Approval, plan: Plan, subscriptions: "array[int]") -> None:
    """Call it in the transaction that freezes ``plan`` to these. Raises ``NotApproved``: it was taken back meanwhile,
    or other people would get it than those it was given for."""
    now = Approval.objects.select_for_update().get(pk=approval.pk)
    whom = audience_seal(plan.mailing_list.slug, plan.part, subscriptions)
    if now.state != State.APPROVED:
        raise _not_approved(_said(now), plan)
    if (now.audience_hash, now.count) != (whom, len(subscriptions)):
        those = "not the same people" if now.count == len(subscriptions) else f"{len(subscriptions):,}"
        raise _not_approved(f"it was approved for {now.count:,} recipients, and now there are {those}", plan)


def _changed(site: Site, approval: Approval, now: datetime) -> list[str]:
    """What is not as it was when it was submitted."""
    whom = Audience.of_json(approval.audience)
    revision = newest(approval.revision.issue.slug)
    try:
        part = whom.part()
        now_sealed = seal(site, revision, whom.list, now=now, part=part)
    except (SegmentError, VariantError, MailingError) as error:
        return [str(error)]
    was = Seal(approval.content_hash, approval.audience_hash, approval.count)
    if now_sealed == was:
        return []
    sender = _sender(site, revision, whom.list, now)
    return changes(
        approval, revision, was, now_sealed, same_part=part.as_json() == approval.audience["part"], sender=sender
    )


def _void(approval: Approval, found: list[str], now: datetime) -> None:
    rows = Approval.objects.filter(pk=approval.pk, state__in=STANDING)
    rows.update(state=State.VOID, voided_at=now, reason="; ".join(found))
    approval.refresh_from_db(fields=["state", "voided_at", "reason", "by", "at"])


def _move(
    approval: Approval, state: str, *, by: Account, now: datetime, reason: str, was: tuple[str, ...] = (State.WAITING,)
) -> bool:
    """Whether it could be moved to ``state``: whoever was faster has decided."""
    rows = Approval.objects.filter(pk=approval.pk, state__in=was)
    moved = rows.update(state=state, by=by, at=now, reason=reason)
    approval.refresh_from_db(fields=["state", "voided_at", "reason", "by", "at"])
    return bool(moved)


def _sender(site: Site, revision: Revision, list_slug: str, now: datetime) -> str:
    issue = open_revision(revision).issue
    made = envelope_of(site, issue, list_of(list_slug), slug=revision.issue.slug, date=now)
    return f"{made.sender_name} <{made.sender_email}>, replies to {made.reply_to}"


def _said(approval: Approval) -> str:
    """How it stands, in words."""
    if approval.state == State.WAITING:
        return "it waits for an approver to decide"
    if approval.state == State.RETURNED:
        return f"it was sent back: {approval.reason}"
    if approval.state == State.WITHDRAWN:
        return "what was submitted was withdrawn"
    return f"it was changed after it was submitted: {approval.reason}"


def _not_approved(why: str, plan: Plan) -> NotApproved:
    return NotApproved(plan.revision.issue.slug, why)


def _note(approval: Approval, action: str, by: Account, now: datetime, **detail: Any) -> None:
    thing = f"issue {approval.revision.issue.slug}"
    detail |= {"approval": approval.pk, "revision": approval.revision.number}
    Audit.objects.create(actor=by.name, action=action, object=thing, at=now, detail=detail)
