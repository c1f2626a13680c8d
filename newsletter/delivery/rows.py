"""The statements that a sender makes for every group, written out: most of its own time would go into making them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from newsletter.delivery.claims import Claim, Intent, Result, Row, Settled
from newsletter.delivery.providers.base import Hold
from newsletter.models import Attempt, Batch, Delivery, Mailing
from subscribers.stores import among, as_one, ids_of, json_in, on_postgres

_BATCH, _MAILING = Batch._meta.db_table, Mailing._meta.db_table
_ATTEMPT, _DELIVERY = Attempt._meta.db_table, Delivery._meta.db_table
_NEXT = (
    f"SELECT id, rendering_id, fence FROM {_BATCH} WHERE mailing_id=%s "
    "AND (state='pending' AND next_at<=%s OR state='claimed' AND lease_until<=%s)"
)
_HOLD = f"SELECT id FROM {_BATCH} WHERE id=%s"
_TAKE = f"UPDATE {_BATCH} SET state='claimed', fence=%s, lease_until=%s WHERE id=%s"
_GIVE_BACK = f"UPDATE {_BATCH} SET state=%s, lease_until=NULL, next_at=%s WHERE id=%s"
_OPEN = f"SELECT EXISTS (SELECT 1 FROM {_DELIVERY} WHERE batch_id=%s AND state IN ('pending', 'submitting'))"
_RENEW = f"UPDATE {_BATCH} SET lease_until=%s WHERE id=%s AND fence=%s AND state='claimed'"
_RUNS = f"SELECT count(*) FROM {_MAILING} WHERE id=%s AND state='running'"
_LAST = f"SELECT coalesce(max(number), 0) FROM {_ATTEMPT} WHERE batch_id=%s"
_PENDING = f"FROM {_DELIVERY} WHERE batch_id=%s AND state='pending'"
_ROW = ("id", "subscription_id", "public_id", "address", "name", "token")
"""The columns of the first fields of ``claims.Row``."""
_TO_SUBMIT = "WITH become (first, last, attempt) AS"
_SUBMIT = (
    f"UPDATE {_DELIVERY} SET state='submitting', attempt_id=become.attempt, reason='', actor=%s, at=%s FROM become"
)
_TO = "WITH become (first, last, attempt, state, reason, actor, tried) AS"
_MOVE = (
    f"UPDATE {_DELIVERY} SET state=become.state, reason=become.reason, actor=become.actor, at=%s, "
    "tries=tries+become.tried FROM become"
)
_STILL = f"AND {_DELIVERY}.attempt_id=become.attempt AND {_DELIVERY}.state='submitting'"
_ATTEMPTS = (
    f"INSERT INTO {_ATTEMPT} (batch_id, number, fence, started_at, hold, send_at, slot, provider_ref, outcome, answer) "
    "VALUES"
)
_ENDED = "WITH ended (attempt, outcome, answer, ref, slot) AS"
_END = (
    f"UPDATE {_ATTEMPT} SET outcome=ended.outcome, answer=ended.answer, provider_ref=ended.ref, slot=ended.slot, "
    f"ended_at=%s FROM ended WHERE {_ATTEMPT}.id=ended.attempt"
)


class Found(NamedTuple):
    """What a sender reads before it intends."""

    runs: bool
    """Whether the mailing runs."""
    attempts: int
    """How many there were on the batch."""
    pending: dict[int, Row]
    """The rows that were asked about and are pending, by their id."""


def next_batch(mailing: int, only: int | None, *, now: datetime) -> tuple[int, int, int] | None:
    """The id, rendering and fencing number of the first batch that is due at ``now``, or of ``only`` if it is; nobody
    else changes it until the transaction ends, and what somebody else is changing is passed over."""
    sql = _NEXT + (" AND id=%s" if only else "") + " ORDER BY number LIMIT 1"
    values = (mailing, _time(now), _time(now), *((only,) if only else ()))
    with connection.cursor() as cursor:
        cursor.execute(sql + (" FOR UPDATE SKIP LOCKED" if on_postgres() else ""), values)
        found: tuple[int, int, int] | None = cursor.fetchone()
        return found


def hold(batch: int) -> None:
    """Nobody else changes the batch until the transaction ends. For who moves rows of it without a claim: a sender does
    the same before it moves any, so neither overlooks what the other did, nor do they wait for each other's rows."""
    _do(_HOLD + (" FOR UPDATE" if on_postgres() else ""), batch)


def take(batch: int, fence: int, until: datetime) -> None:
    """The batch is claimed under ``fence`` for as long as ``until``."""
    _do(_TAKE, fence, _time(until), batch)


def give_back(batch: int, state: str, next_at: datetime) -> None:
    """The batch is in ``state`` and nobody has it any more."""
    _do(_GIVE_BACK, state, _time(next_at), batch)


def has_open(batch: int) -> bool:
    """Whether rows of the batch have no end state."""
    return bool(_number(_OPEN, batch))


def renew(batch: int, fence: int, until: datetime) -> bool:
    """Renew the lease of a claim; whether it still stands."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, (_time(until), batch, fence))
        return bool(cursor.rowcount)


def runs(mailing: int) -> bool:
    """Whether the mailing runs."""
    return _number(_RUNS, mailing) == 1


def pending_ids(batch: int) -> tuple[int, ...]:
    """The rows of the batch that are pending, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id), max(id), count(*) {_PENDING}", (batch,))
        first, last, number = cursor.fetchone()
        if number and last - first + 1 == number:  # as they were made
            return tuple(range(first, last + 1))
        cursor.execute(f"SELECT {as_one(['id'])} {_PENDING}", (batch,))
        return tuple(sorted(key for (key,) in json.loads(cursor.fetchone()[0])))


def look(claim: Claim, keys: Sequence[int]) -> Found:
    """How the mailing, the batch and those rows of it stand; nobody else changes the rows until the transaction ends.

    One statement, as is each that follows: a sender waits for the interpreter after every one.
    """
    columns = as_one((*_ROW, json_in('"values"'), "tries"))
    lock = "FOR UPDATE" if on_postgres() else ""
    found = f"SELECT {columns} FROM (SELECT * {_PENDING} AND {among('id')} {lock}) one"
    with connection.cursor() as cursor:
        values = (claim.mailing, claim.batch, claim.batch, ids_of(keys))
        cursor.execute(f"SELECT ({_RUNS}), ({_LAST}), ({found})", values)
        running, attempts, pending = cursor.fetchone()
    return Found(running == 1, attempts, {row[0]: Row._make(row) for row in json.loads(pending)})


def start(claim: Claim, holds: Sequence[Hold | None], after: int, *, now: datetime) -> list[int]:
    """A new attempt for each of ``holds``, numbered from the one ``after`` which they come; their ids."""
    if not holds:
        return []
    at = _time(now)
    values: list[Any] = []
    for number, hold in enumerate(holds, after + 1):
        under = (hold.ref, _time(hold.leaves_at), True) if hold else ("", None, False)
        values += (claim.batch, number, claim.fence, at, *under)
    marks = _marks("(%s, %s, %s, %s, %s, %s, %s, '', '', '')", len(holds))
    with connection.cursor() as cursor:
        cursor.execute(f"{_ATTEMPTS} {marks} RETURNING number, id", values)
        return [key for _, key in sorted(cursor.fetchall())]


def submit(batch: int, intents: Iterable[Intent], *, now: datetime, actor: str) -> None:
    """The rows of each intent, which are of ``batch``, are being submitted in its attempt."""
    values: list[Any] = []
    for intent in intents:
        for run in _runs([row.pk for row in intent.rows]):
            values += (*run, intent.attempt)
    if values:
        marks = _marks("(%s, %s, %s)", len(values) // 3)
        _do(f"{_TO_SUBMIT} (VALUES {marks}) {_SUBMIT} {_within()}", *values, actor, _time(now), batch)


def move(batch: int, rows: Mapping[int, Settled], *, now: datetime) -> None:
    """Rows of ``batch`` to their new states."""
    _move(batch, [(0, rows)], now)


def settle(batch: int, results: Sequence[Result], *, now: datetime) -> None:
    """The rows of attempts on ``batch`` to their new states, as far as the attempts are still submitting them; and the
    ends of these."""
    _move(batch, [(result.intent.attempt, result.settled) for result in results], now, _STILL)
    ended = [result for result in results if not result.open]
    if ended:
        values = [
            value for one in ended for value in (one.intent.attempt, one.outcome, one.answer, one.ref[:200], one.slot)
        ]
        _do(f"{_ENDED} (VALUES {_marks('(%s, %s, %s, %s, %s)', len(ended))}) {_END}", *values, _time(now))


def _move(batch: int, moves: Sequence[tuple[int, Mapping[int, Settled]]], now: datetime, only: str = "") -> None:
    """The rows of attempts to their new states: nearly all become the same, so that is written once for many."""
    values: list[Any] = []
    for attempt, rows in moves:
        for row, keys in _alike(rows):
            for run in _runs(keys):
                values += (*run, attempt, row.state, row.reason[:300], row.actor, int(row.tried))
    if values:
        marks = _marks("(%s, %s, %s, %s, %s, %s, %s)", len(values) // 7)
        _do(f"{_TO} (VALUES {marks}) {_MOVE} {_within()} {only}", *values, _time(now), batch)


def _within() -> str:
    """SQL for rows of a batch that are in one of the ranges. SQLite is not to look for them by the batch (that is what
    the + says); PostgreSQL may, and must not think that a range holds a third of the table."""
    of_batch = f"{_DELIVERY}.batch_id" if on_postgres() else f"+{_DELIVERY}.batch_id"
    return f"WHERE {_DELIVERY}.id BETWEEN become.first AND become.last AND {of_batch}=%s"


def _alike(rows: Mapping[int, Settled]) -> Iterable[tuple[Settled, Collection[int]]]:
    """What rows become, each with the keys of those that do."""
    if len(set(map(id, rows.values()))) == 1:
        return [(next(iter(rows.values())), rows)]
    alike: dict[Settled, list[int]] = {}
    for key, row in rows.items():
        alike.setdefault(row, []).append(key)
    return alike.items()


def _runs(keys: Collection[int]) -> Iterator[tuple[int, int]]:
    """First and last of what follows one another without a gap. The rows of a batch were made so; thus a whole batch is
    written as one range."""
    if keys and max(keys) - min(keys) + 1 == len(keys):  # no key is there twice
        yield min(keys), max(keys)
        return
    for _, run in groupby(enumerate(sorted(keys)), lambda pair: pair[1] - pair[0]):
        found = [key for _, key in run]
        yield found[0], found[-1]


def _marks(one: str, number: int) -> str:
    return ", ".join([one] * number)


def _time(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _do(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _number(sql: str, key: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, (key,))
        return int(cursor.fetchone()[0])
