"""Starts a mailing: everything about it is frozen in one transaction, and from then on only the rows count."""

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from json.encoder import encode_basestring_ascii as _quoted
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
from newsletter.delivery.readers import language_for, reader_values, used_names
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
    plan = plan_mailing(site, revision, list_slug, now=now, part=part)
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
    """The batch of a language that is being filled."""

    rendering: RenderingRow
    names: frozenset[str]
    batch: int = 0
    left: int = 0
    """So many more have room in it."""

    def values_json(self, values: Mapping[str, str]) -> str:
        """Those that the rendering shows. Written out: it is done a million times."""
        shown = [f"{_quoted(name)}: {_quoted(value)}" for name in self.names if (value := values.get(name))]
        return f"{{{', '.join(shown)}}}"


class _Rows:
    """The rows of the deliveries, made while they stream by."""

    def __init__(self, mailing: Mailing, plan: Plan, got: set[int], now: datetime, actor: str) -> None:
        self.mailing, self.plan, self.got, self.actor = mailing, plan, got, actor
        self.now = now
        self.at = at_of(now)
        self.count = self.already = self._batches = 0
        self._open: dict[tuple[str, Held], _Open] = {}
        self._places: dict[tuple[str, Held], _Open] = {}
        self._ids = _public_ids()

    def all(self) -> Iterator[tuple[Any, ...]]:
        """One row for each recipient, in the order of ``_COLUMNS``."""
        plan, kinds = self.plan, attributes.declared()
        for reader in audience.members(plan.mailing_list.slug, at=self.now, part=plan.part, told=plan.told):
            if reader.subscriber_id in self.got:
                self.already += 1
                continue
            self.count += 1
            place = self._room(reader.language, reader.held)
            values = reader_values(reader, place.rendering.language, kinds)
            if "timezone" in place.names:
                values["language"] = place.rendering.language
            yield (
                self.mailing.pk,
                place.batch,
                reader.subscriber_id,
                reader.subscription_id,
                reader.email_norm,
                reader.email,
                values["name"][:200],
                reader.token,
                place.values_json(values),
                next(self._ids),
                "pending",
                "",
                self.actor,
                self.at,
                0,
            )

    def _room(self, wanted: str, held: Held) -> _Open:
        """The batch for a reader whose language is ``wanted``, and who is in these of the segments."""
        place = self._places.get((wanted, held))
        if place is None:
            variant = self.plan.variant(held)
            language = language_for(wanted, variant.renderings, self.plan.language)
            if (language, held) not in self._open:
                rendering = variant.renderings[language]
                row = freeze_rendering(self.mailing, rendering, variant.name)
                self._open[language, held] = _Open(row, used_names(rendering))
            place = self._places[wanted, held] = self._open[language, held]
        if not place.left:
            self._batches += 1
            place.left = BATCH
            batch = Batch(mailing=self.mailing, rendering=place.rendering, number=self._batches)
            batch.next_at = self.mailing.not_before
            batch.save(force_insert=True)
            place.batch = batch.pk
        place.left -= 1
        return place


def _public_ids() -> Iterator[str]:
    """Names that nobody can guess: 22 characters, of which each thousand has its first four in common, so that they
    come to stand in one place of the index; the others are 108 random bits."""
    while True:
        block = urlsafe_b64encode(os.urandom(3 + 15 * BATCH)).decode()
        yield from (block[:4] + block[at : at + 18] for at in range(4, len(block), 20))
