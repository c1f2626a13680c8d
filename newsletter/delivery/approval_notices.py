"""Tells approvers by mail that an issue waits for them, and whoever submitted it what was decided."""

from collections.abc import Iterable

from newsletter.models import Account, Approval, Notice, Role
from newsletter.site import Site


def submitted(site: Site, approval: Approval) -> None:
    """Write down a mail to each who may decide; it is sent soon after (``reader_notices``)."""
    involved = {approval.submitted_by_id, approval.revision.account_id}
    staff = [one for one in Account.objects.filter(is_active=True) if one.pk not in involved]
    approvers = [one for one in staff if Role.APPROVER in one.roles]
    by = approval.submitted_by.name if approval.submitted_by else approval.revision.author
    lines = [f"{by} submitted '{approval.revision.issue.title}' for approval."]
    lines += [f"It would go to {approval.count:,} readers of the list '{approval.audience['list']}'."]
    if approval.note:
        lines += ["", approval.note]
    asked = approvers or [one for one in staff if one.may(Role.APPROVER)]
    _write(site, approval, asked, "waits for your approval", lines)


def decided(site: Site, approval: Approval) -> None:
    """Write down a mail to whoever submitted it."""
    by, to = approval.by, approval.submitted_by
    if by is None or to is None or by.pk == to.pk or not to.is_active:
        return
    approved = approval.state == Approval.State.APPROVED
    words = "approved" if approved else "sent back"
    lines = [f"{by.name} {'approved' if approved else 'sent back'} '{approval.revision.issue.title}'."]
    if approval.reason:
        lines += ["", approval.reason]
    _write(site, approval, [to], f"was {words}", lines)


def _write(site: Site, approval: Approval, to: Iterable[Account], what: str, lines: list[str]) -> None:
    issue = approval.revision.issue
    text = "\n".join([*lines, "", f"{site.settings.site.base_url}/issues/{issue.slug}/approval/"])
    values = {"subject": f"{issue.title} {what}", "text": text}
    Notice.objects.bulk_create(
        [
            Notice(
                key=f"approval/{approval.pk}/{approval.state}/{who.pk}",
                kind="approval",
                address=who.email,
                values=values,
                state=Notice.State.WAITING,
                attempt_at=approval.at or approval.submitted_at,
            )
            for who in to
        ],
        ignore_conflicts=True,
    )
