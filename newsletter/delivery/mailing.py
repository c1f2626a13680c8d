"""Starts a mailing: everything about it is frozen in one transaction, and from then on only the rows count."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from newsletter.delivery import approval, journal, origin
from newsletter.delivery.approval import NotApproved
from newsletter.delivery.frozen import freeze_envelope
from newsletter.delivery.plan import (
    ALREADY,
    ChecksFailed,
    CountMismatch,
    MailingError,
    NotReady,
    Plan,
    existing,
    got_already,
    key_of,
    list_of,
    plan_mailing,
)
from newsletter.delivery.schedule import Schedule
from newsletter.delivery.snapshot import Snapshot
from newsletter.models import Approval, Mailing, Revision
from newsletter.models import Issue as IssueRow
from newsletter.site import Site
from subscribers import audience
from subscribers.audience import EVERYBODY, Part
from subscribers.stores import on_postgres

BATCH = 1_000
"""Recipients of one batch."""


def start_mailing(
    site: Site,
    revision: Revision,
    list_slug: str,
    *,
    confirm_count: int,
    actor: str,
    now: datetime,
    schedule: Schedule | None = None,
    part: Part = EVERYBODY,
) -> Mailing:
    """Mail ``revision`` to the list, or to a part of it: freeze what goes out, from whom and to whom. Sending is
    ``engine.send_mailing``.

    An issue goes to a list once, or to the same part of it: a second start, of whatever revision, gives back the
    mailing that there is. Who got the issue through another mailing is left out. Nothing can leave before the undo
    window has passed, nor before the time of ``schedule``.

    Where people have accounts, and not one person runs the site, somebody else than the author must have approved
    exactly this content, to exactly these people.

    Raises ``NoSuchList``, ``NotReady`` (settings), ``ChecksFailed``, ``NotApproved``, ``CountMismatch``
    (``confirm_count`` is not the number of recipients), ``MailingError`` (nobody to mail), ``IssueError``; then no
    mailing is there.
    """
    origin.check(site, now=now)  # before there is a mailing that it would pause
    if there := existing(revision, list_of(list_slug), part):
        return there
    try:
        return _start(
            site, revision, list_slug, confirm_count=confirm_count, actor=actor, now=now, schedule=schedule, part=part
        )
    except (MailingError, IntegrityError):  # another start may have been faster; then there is nobody left to mail
        if there := existing(revision, list_of(list_slug), part):
            return there
        raise


def _start(
    site: Site,
    revision: Revision,
    list_slug: str,
    *,
    confirm_count: int,
    actor: str,
    now: datetime,
    schedule: Schedule | None,
    part: Part,
) -> Mailing:
    plan = plan_mailing(site, revision, list_slug, now=now, part=part, at=schedule.at if schedule else None)
    if plan.problems:
        raise NotReady(plan.problems)
    if plan.errors:
        raise ChecksFailed(plan.errors)
    approved = approval.require(site, plan, now=now)
    undo = timedelta() if plan.provider == "outbox" else site.settings.delivery.undo
    try:
        return freeze(
            plan, confirm_count=confirm_count, actor=actor, now=now, undo=undo, schedule=schedule, approved=approved
        )
    except NotApproved:
        if approved:
            approval.looked(site, approved, now=now)
        raise


@transaction.atomic
def freeze(
    plan: Plan,
    *,
    confirm_count: int,
    actor: str,
    now: datetime,
    undo: timedelta,
    schedule: Schedule | None = None,
    approved: Approval | None = None,
) -> Mailing:
    """The rows of the mailing that ``plan`` describes, all at once. Raises ``CountMismatch``, ``NotApproved``,
    ``MailingError``."""
    IssueRow.objects.select_for_update().get(pk=plan.revision.issue_id)  # two lists of one issue start after another
    if there := existing(plan.revision, plan.mailing_list, plan.part):
        return there
    start = max(now + undo, schedule.at - plan.lead) if schedule else now + undo
    mailing = Mailing.objects.create(
        key=f"/dry run {secrets.token_urlsafe(16)}"
        if plan.dry_run
        else key_of(plan.revision, plan.mailing_list, plan.part),
        dry_run=plan.dry_run,
        revision=plan.revision,
        list=plan.mailing_list,
        provider=plan.provider,
        envelope=freeze_envelope(plan.envelope),
        audience=plan.part.as_json(),
        count=0,
        by=actor,
        started_at=now,
        not_before=start,
        latest_start=start + schedule.span if schedule else None,
        send_at=schedule.at if schedule and plan.lead else None,
    )
    got = got_already(plan.revision)
    rows = Snapshot(mailing, plan, got, now, actor, size=BATCH)
    rows.freeze()
    if not rows.count:
        raise MailingError(f"nobody on the list '{plan.mailing_list.slug}' can be mailed now")
    if rows.count != confirm_count:
        raise CountMismatch(confirm_count, rows.count)
    if approved:
        approval.hold_to(approved, plan, rows.subscriptions)
    mailing.count = rows.count
    mailing.left_out = audience.excluded(plan.mailing_list.slug, at=now, part=plan.part) | (
        {ALREADY: rows.already} if rows.already else {}
    )
    mailing.save(update_fields=["count", "left_out"])
    journal.note("mailing", mailing=mailing.pk, state="started", recipients=rows.count)
    if on_postgres():
        from newsletter.delivery import tasks  # noqa: PLC0415  (procrastinate is an app of sites on PostgreSQL only)

        tasks.defer(mailing.pk, now=now)
    return mailing
