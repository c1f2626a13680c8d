"""Starts a mailing: everything about it is frozen in one transaction, and from then on only the rows count."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from newsletter.delivery import journal
from newsletter.delivery.frozen import freeze_envelope, freeze_rendering
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
from newsletter.delivery.readers import language_for, reader_values, used_names
from newsletter.delivery.schedule import Schedule
from newsletter.models import Batch, Delivery, Mailing, Revision
from newsletter.models import Issue as IssueRow
from newsletter.models import Rendering as RenderingRow
from newsletter.site import Site
from subscribers import audience
from subscribers.stores import at_of, insert_rows, on_postgres

BATCH = 1_000
"""Recipients of one batch."""
_COLUMNS = (
    "mailing_id",
    "batch_id",
    "subscriber_id",
    "subscription_id",
    "email_norm",
    "address",
    "name",
    "token",
    "values",
    "public_id",
    "state",
    "reason",
    "actor",
    "at",
    "tries",
)


def start_mailing(
    site: Site,
    revision: Revision,
    list_slug: str,
    *,
    confirm_count: int,
    actor: str,
    now: datetime,
    schedule: Schedule | None = None,
) -> Mailing:
    """Mail ``revision`` to the list: freeze what goes out, from whom and to whom. Sending is ``engine.send_mailing``.

    An issue goes to a list once: a second start, of whatever revision, gives back the mailing that there is. Who got
    the issue through another list is left out. Nothing can leave before the undo window has passed, nor before the
    time of ``schedule``.

    Raises ``NoSuchList``, ``NotReady`` (settings), ``ChecksFailed``, ``CountMismatch`` (``confirm_count`` is not the
    number of recipients), ``MailingError`` (nobody to mail), ``IssueError``; then nothing is changed.
    """
    if there := existing(revision, list_of(list_slug)):
        return there
    plan = plan_mailing(site, revision, list_slug, now=now)
    if plan.problems:
        raise NotReady(plan.problems)
    if plan.errors:
        raise ChecksFailed(plan.errors)
    undo = timedelta() if plan.provider == "outbox" else site.settings.delivery.undo
    try:
        return freeze(plan, confirm_count=confirm_count, actor=actor, now=now, undo=undo, schedule=schedule)
    except IntegrityError:  # another start was faster
        if there := existing(revision, plan.mailing_list):
            return there
        raise


@transaction.atomic
def freeze(
    plan: Plan, *, confirm_count: int, actor: str, now: datetime, undo: timedelta, schedule: Schedule | None = None
) -> Mailing:
    """The rows of the mailing that ``plan`` describes, all at once. Raises ``CountMismatch``, ``MailingError``."""
    IssueRow.objects.select_for_update().get(pk=plan.revision.issue_id)  # two lists of one issue start after another
    if there := existing(plan.revision, plan.mailing_list):
        return there
    start = max(now + undo, schedule.at - plan.lead) if schedule else now + undo
    mailing = Mailing.objects.create(
        key=f"/dry run {secrets.token_urlsafe(16)}" if plan.dry_run else key_of(plan.revision, plan.mailing_list),
        dry_run=plan.dry_run,
        revision=plan.revision,
        list=plan.mailing_list,
        provider=plan.provider,
        envelope=freeze_envelope(plan.envelope),
        count=0,
        by=actor,
        started_at=now,
        not_before=start,
        latest_start=start + schedule.span if schedule else None,
        send_at=schedule.at if schedule and plan.lead else None,
    )
    got = got_already(plan.revision)
    rows = _Rows(mailing, plan, got, now, actor)
    insert_rows(Delivery._meta.db_table, _COLUMNS, rows.all())
    if not rows.count:
        raise MailingError(f"nobody on the list '{plan.mailing_list.slug}' can be mailed now")
    if rows.count != confirm_count:
        raise CountMismatch(confirm_count, rows.count)
    mailing.count = rows.count
    mailing.left_out = audience.excluded(plan.mailing_list.slug, at=now) | (
        {ALREADY: rows.already} if rows.already else {}
    )
    mailing.save(update_fields=["count", "left_out"])
    journal.note("mailing", mailing=mailing.pk, state="started", recipients=rows.count)
    if on_postgres():
        from newsletter.delivery import tasks  # noqa: PLC0415  (procrastinate is an app of sites on PostgreSQL only)

        tasks.defer(mailing.pk, now=now)
    return mailing


@dataclass
class _Open:
    """The batch of a language that is being filled."""

    rendering: RenderingRow
    names: frozenset[str]
    batch: Batch | None = None
    filled: int = 0


class _Rows:
    """The rows of the deliveries, made while they stream by."""

    def __init__(self, mailing: Mailing, plan: Plan, got: set[int], now: datetime, actor: str) -> None:
        self.mailing, self.plan, self.got, self.actor = mailing, plan, got, actor
        self.now = now
        self.at = at_of(now)
        self.count = self.already = self._batches = 0
        self._open: dict[str, _Open] = {}

    def all(self) -> Iterator[tuple[Any, ...]]:
        """One row for each recipient, in the order of ``_COLUMNS``."""
        for reader in audience.members(self.plan.mailing_list.slug, at=self.now):
            if reader.subscriber_id in self.got:
                self.already += 1
                continue
            self.count += 1
            language = language_for(reader.language, self.plan.renderings, self.plan.language)
            open_batch = self._room(language)
            values = reader_values(reader)
            if "timezone" in open_batch.names:
                values["language"] = language
            yield (
                self.mailing.pk,
                open_batch.batch.pk if open_batch.batch else None,
                reader.subscriber_id,
                reader.subscription_id,
                reader.email_norm,
                reader.email,
                values["name"][:200],
                reader.token,
                json.dumps({name: value for name, value in values.items() if value and name in open_batch.names}),
                secrets.token_urlsafe(16),
                Delivery.State.PENDING.value,
                "",
                self.actor,
                self.at,
                0,
            )

    def _room(self, language: str) -> _Open:
        place = self._open.get(language)
        if place is None:
            rendering = self.plan.renderings[language]
            place = self._open[language] = _Open(freeze_rendering(self.mailing, rendering), used_names(rendering))
        if place.batch is None or place.filled == BATCH:
            self._batches += 1
            place.filled = 0
            place.batch = Batch.objects.create(
                mailing=self.mailing, rendering=place.rendering, number=self._batches, next_at=self.mailing.not_before
            )
        place.filled += 1
        return place
