"""How each issue stands, from the first draft until it is mailed: told from the rows, remembered nowhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, Max, OuterRef

from newsletter.models import Approval, Batch, Mailing, Revision
from newsletter.models import Issue as IssueRow


class Stage(StrEnum):
    """The stages in the order of an issue's life."""

    DRAFT = "draft"
    REVIEW = "in review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"


@dataclass(frozen=True)
class Standing:
    """One issue at a moment."""

    issue: IssueRow
    number: int
    """Of its newest revision."""
    changed_at: datetime
    by: str
    """Who saved that revision."""
    stage: Stage
    at: datetime | None = None
    """When it was submitted, approved or started, or when it leaves."""
    mailing: Mailing | None = None
    """The one that tells the stage."""
    returned: bool = False
    """A draft that was sent back by an approver and not changed since."""


def standings(*, now: datetime, slug: str = "") -> list[Standing]:
    """Every issue that has been saved, the one that was started last first; or that of ``slug`` alone."""
    newest = Revision.objects.order_by("issue_id", "-number").defer("source", "translations", "assets", "sequences")
    if slug:
        newest = newest.filter(issue__slug=slug)
    last = dict(newest.order_by().values_list("issue_id").annotate(Max("number")))
    found = {}
    for row in newest.filter(number__in=set(last.values())).select_related("issue"):
        if row.number == last[row.issue_id]:
            found[row.issue_id] = row
    mailings, approvals = _mailings(list(found)), _approvals(list(found))
    told = (_standing(row, mailings.get(key), approvals.get(key), now) for key, row in found.items())
    return sorted(told, key=lambda one: -one.issue.pk)


def _standing(row: Revision, mailing: Mailing | None, approval: Approval | None, now: datetime) -> Standing:
    stage, at, returned = Stage.DRAFT, None, False
    if mailing:
        stage, at = _of_mailing(mailing, now)
    elif approval and approval.revision_id == row.pk:
        if approval.state == Approval.State.WAITING:
            stage, at = Stage.REVIEW, approval.submitted_at
        elif approval.state == Approval.State.APPROVED:
            stage, at = Stage.APPROVED, approval.at
        returned = approval.state == Approval.State.RETURNED
    return Standing(row.issue, row.number, row.at, row.author, stage, at, mailing, returned)


def _of_mailing(mailing: Mailing, now: datetime) -> tuple[Stage, datetime]:
    unfinished = mailing.unfinished  # type: ignore[attr-defined]  # annotated below
    leaves_at = mailing.send_at or mailing.not_before
    if not unfinished and leaves_at <= now:
        return Stage.SENT, leaves_at
    if mailing.state == Mailing.State.PAUSED:
        return Stage.PAUSED, mailing.started_at
    if leaves_at > now and mailing.latest_start is not None:
        return Stage.SCHEDULED, leaves_at
    return Stage.SENDING, mailing.started_at


def _mailings(issues: list[int]) -> dict[int, Mailing]:
    """Of each issue the mailing that is under way, else the newest that is done."""
    unfinished = Exists(Batch.objects.filter(mailing=OuterRef("pk")).exclude(state=Batch.State.DONE))
    rows = Mailing.objects.filter(revision__issue__in=issues, dry_run=False).exclude(state=Mailing.State.CANCELLED)
    rows = rows.annotate(unfinished=unfinished).select_related("revision", "list").order_by("unfinished", "pk")
    return {row.revision.issue_id: row for row in rows.defer("revision__source", "revision__translations")}


def _approvals(issues: list[int]) -> dict[int, Approval]:
    rows = Approval.objects.filter(revision__issue__in=issues).select_related("revision").order_by("pk")
    return {row.revision.issue_id: row for row in rows.defer("revision__source", "revision__translations")}
