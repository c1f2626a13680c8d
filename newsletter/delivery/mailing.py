"""Starts a mailing: everything about it is frozen in one transaction, and from then on only the rows count."""

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from newsletter.delivery import journal, origin
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
from newsletter.delivery.readers import Values, language_for, used_names, whole_name
from newsletter.delivery.schedule import Schedule
from newsletter.models import Batch, Delivery, Mailing, Revision
from newsletter.models import Issue as IssueRow
from newsletter.models import Rendering as RenderingRow
from newsletter.site import Site
from subscribers import attributes, audience
from subscribers.audience import EVERYBODY, Held, Part
from subscribers.stores import at_of, insert_rows, on_postgres, room

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
    part: Part = EVERYBODY,
) -> Mailing:
    """Mail ``revision`` to the list, or to a part of it: freeze what goes out, from whom and to whom. Sending is
    ``engine.send_mailing``.

    An issue goes to a list once, or to the same part of it: a second start, of whatever revision, gives back the
    mailing that there is. Who got the issue through another mailing is left out. Nothing can leave before the undo
    window has passed, nor before the time of ``schedule``.

    Raises ``NoSuchList``, ``NotReady`` (settings), ``ChecksFailed``, ``CountMismatch`` (``confirm_count`` is not the
    number of recipients), ``MailingError`` (nobody to mail), ``IssueError``; then nothing is changed.
    """
    origin.check(site, now=now)  # before there is a mailing that it would pause
    if there := existing(revision, list_of(list_slug), part):
        return there
    plan = plan_mailing(site, revision, list_slug, now=now, part=part, at=schedule.at if schedule else None)
    if plan.problems:
        raise NotReady(plan.problems)
    if plan.errors:
        raise ChecksFailed(plan.errors)
    undo = timedelta() if plan.provider == "outbox" else site.settings.delivery.undo
    try:
        return freeze(plan, confirm_count=confirm_count, actor=actor, now=now, undo=undo, schedule=schedule)
    except IntegrityError:  # another start was faster
        if there := existing(revision, plan.mailing_list, part):
            return there
        raise


@transaction.atomic
def freeze(
    plan: Plan, *, confirm_count: int, actor: str, now: datetime, undo: timedelta, schedule: Schedule | None = None
) -> Mailing:
    """The rows of the mailing that ``plan`` describes, all at once. Raises ``CountMismatch``, ``MailingError``."""
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
    rows = _Rows(mailing, plan, got, now, actor)
    with room():
        insert_rows(Delivery._meta.db_table, _COLUMNS, rows.all())
    if not rows.count:
        raise MailingError(f"nobody on the list '{plan.mailing_list.slug}' can be mailed now")
    if rows.count != confirm_count:
        raise CountMismatch(confirm_count, rows.count)
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


@dataclass
class _Open:
    """The batch of a language and variant that is being filled."""

    rendering: RenderingRow
    values: Values
    batch: int = 0
    left: int = 0
    """So many more have room in it."""


class _Rows:
    """The rows of the deliveries, made while they stream by."""

    def __init__(self, mailing: Mailing, plan: Plan, got: set[int], now: datetime, actor: str) -> None:
        self.mailing, self.plan, self.got, self.actor = mailing, plan, got, actor
        self.now = now
        self.count = self.already = self._batches = 0
        self._kinds = attributes.declared()
        self._open: dict[tuple[str, Held], _Open] = {}
        self._places: dict[tuple[str, Held], _Open] = {}

    def all(self) -> Iterator[tuple[Any, ...]]:
        """One row for each recipient, in the order of ``_COLUMNS``."""
        plan, mailing, actor, at, ids = self.plan, self.mailing.pk, self.actor, at_of(self.now), _public_ids()
        for reader in audience.members(plan.mailing_list.slug, at=self.now, part=plan.part, told=plan.told):
            if reader.subscriber_id in self.got:
                self.already += 1
                continue
            self.count += 1
            place = self._places.get((reader.language, reader.held))
            if place is None or not place.left:
                place = self._room(reader.language, reader.held)
            place.left -= 1
            name = whole_name(reader)
            yield (
                mailing,
                place.batch,
                reader.subscriber_id,
                reader.subscription_id,
                reader.email_norm,
                reader.email,
                name[:200],
                reader.token,
                place.values(reader, name),
                next(ids),
                "pending",
                "",
                actor,
                at,
                0,
            )

    def _room(self, wanted: str, held: Held) -> _Open:
        """A batch with room for a reader whose language is ``wanted``, and who is in these of the segments."""
        variant = self.plan.variant(held)
        language = language_for(wanted, variant.renderings, self.plan.language)
        place = self._open.get((language, held))
        if place is None:
            rendering = variant.renderings[language]
            row = freeze_rendering(self.mailing, rendering, variant.name)
            place = self._open[language, held] = _Open(row, Values(used_names(rendering), row.language, self._kinds))
        self._places[wanted, held] = place
        if not place.left:
            self._batches += 1
            place.left = BATCH
            batch = Batch(mailing=self.mailing, rendering=place.rendering, number=self._batches)
            batch.next_at = self.mailing.not_before
            batch.save(force_insert=True)
            place.batch = batch.pk
        return place


def _public_ids() -> Iterator[str]:
    """Names that nobody can guess: 22 characters, of which each thousand has its first four in common, so that they
    come to stand in one place of the index; the others are 108 random bits."""
    while True:
        block = urlsafe_b64encode(os.urandom(3 + 15 * BATCH)).decode()
        yield from (block[:4] + block[at : at + 18] for at in range(4, len(block), 20))
