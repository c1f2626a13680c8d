"""The recipients of a mailing, frozen as rows of the ledger, a batch at a time.

Here is decided who gets which rendering. What a mail says of a reader is copied within the store; only what must be put
into words of a language first (a number, a date, yes or no) is fetched from it.
"""

import json
import os
from array import array
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection

from newsletter.delivery.frozen import freeze_rendering
from newsletter.delivery.plan import MailingError, Plan
from newsletter.delivery.readers import Values, language_for, used_names, whole_name, whole_name_sql
from newsletter.delivery.variants import Variant
from newsletter.models import Batch, Delivery, Mailing
from newsletter.models import Rendering as RenderingRow
from subscribers import attributes, audience
from subscribers.audience import Held
from subscribers.models import Subscriber, Subscription
from subscribers.stores import as_json, at_of, pairs_table, room, then

_BLOCK = 1_000
"""Public ids that begin alike."""


@dataclass
class _Place:
    """The batch of a language and variant that is being filled."""

    rendering: RenderingRow
    values: Values
    keys: list[int] = field(default_factory=list)
    """Subscriptions."""
    worded: list[int] = field(default_factory=list)
    """Those of them whose values are not just copied."""


class Snapshot:
    """Freezes who gets ``mailing``: whom ``plan`` describes but those who have ``got`` the issue; ``size`` of them in a
    batch."""

    def __init__(self, mailing: Mailing, plan: Plan, got: set[int], now: datetime, actor: str, *, size: int) -> None:
        self.mailing, self.plan, self.got, self.now, self.actor = mailing, plan, got, now, actor
        self._size = size
        self._at = at_of(now)
        self.count = self.already = self._batches = 0
        self.subscriptions = array("q")
        """Whose they are, in their order."""
        self._kinds = attributes.declared()
        self._ids = _public_ids()
        self._made: dict[tuple[str, Held], _Place] = {}
        self._places: dict[tuple[str, Held], _Place] = {}

    def freeze(self) -> None:
        """Write the rows. Raises ``MailingError`` where readers changed under way, as they can on PostgreSQL."""
        with room():
            for readers in self._readers():
                for key, _, subscriber, language, worded, held in readers:
                    if subscriber in self.got:
                        self.already += 1
                        continue
                    place = self._places.get((language, held)) or self._place(language, held)
                    self.subscriptions.append(key)
                    place.keys.append(key)
                    if worded:
                        place.worded.append(key)
                    if len(place.keys) == self._size:
                        self._fill(place)
            for place in self._made.values():
                if place.keys:
                    self._fill(place)

    def _readers(self) -> Iterator[list[audience.Member]]:
        plan = self.plan
        variants = plan.variants.values() or [Variant((), plan.renderings)]
        made = [rendering for variant in variants for rendering in variant.renderings.values()]
        shown = Values(frozenset().union(*map(used_names, made)), plan.language, self._kinds)
        return audience.roll(
            plan.mailing_list.slug,
            at=self.now,
            part=plan.part,
            told=plan.told,
            texts=shown.texts,
            worded=shown.dates,
        )

    def _place(self, wanted: str, held: Held) -> _Place:
        """Where a reader goes whose language is ``wanted``, and who is in these of the segments."""
        variant = self.plan.variant(held)
        language = language_for(wanted, variant.renderings, self.plan.language)
        place = self._made.get((language, held))
        if place is None:
            rendering = variant.renderings[language]
            row = freeze_rendering(self.mailing, rendering, variant.name)
            place = self._made[language, held] = _Place(row, Values(used_names(rendering), row.language, self._kinds))
        self._places[wanted, held] = place
        return place

    def _fill(self, place: _Place) -> None:
        """A batch of those who are in ``place``, and their rows; then it is empty again."""
        self._batches += 1
        batch = Batch(mailing=self.mailing, rendering=place.rendering, number=self._batches)
        batch.next_at = self.mailing.not_before
        batch.save(force_insert=True)
        names = dict(zip(islice(self._ids, len(place.keys)), place.keys, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(_insert(place.values), (self.mailing.pk, batch.pk, self.actor, self._at, json.dumps(names)))
            if cursor.rowcount != len(names):
                raise MailingError("readers were erased just now; nothing was sent, try it again")
            if place.worded:
                readers = audience.recipients(place.worded)
                said = {one.subscription_id: place.values(one, whole_name(one)) for one in readers}
                others = {name: said[key] for name, key in names.items() if key in said}
                cursor.execute(_write_values(), (json.dumps(others),))
        self.count += len(names)
        place.keys, place.worded = [], []


def _insert(values: Values) -> str:
    """SQL for the rows of a batch; asks for mailing, batch, actor, time, and public id -> subscription."""
    columns = {
        "mailing_id": "%s",
        "batch_id": "%s",
        "actor": "%s",
        "at": "%s",
        "subscriber_id": "reader.id",
        "subscription_id": "known.id",
        "email_norm": "reader.email_norm",
        "address": "reader.email",
        "name": f"substr({whole_name_sql()}, 1, 200)",
        "token": "known.token",
        '"values"': values.sql,
        "public_id": "one.key",
        "state": f"'{Delivery.State.PENDING.value}'",
        "reason": "''",
        "tries": "0",
    }
    return (
        f"INSERT INTO {Delivery._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} "  # noqa: S608
        f"FROM {pairs_table('one')} "
        f"{then()} {Subscription._meta.db_table} known ON known.id = CAST(one.value AS BIGINT) "
        f"{then()} {Subscriber._meta.db_table} reader ON reader.id = known.subscriber_id"
    )


def _write_values() -> str:
    """SQL for other values of some rows; asks for public id -> values."""
    return (
        f'UPDATE {Delivery._meta.db_table} SET "values" = {as_json("new.value")} FROM {pairs_table("new")} '  # noqa: S608
        f"WHERE {Delivery._meta.db_table}.public_id = new.key"
    )


def _public_ids() -> Iterator[str]:
    """Names that nobody can guess: 22 characters, of which each thousand has its first four in common, so that they
    come to stand in one place of the index; the others are 108 random bits."""
    while True:
        block = urlsafe_b64encode(os.urandom(3 + 15 * _BLOCK)).decode()
        yield from (block[:4] + block[at : at + 18] for at in range(4, len(block), 20))
