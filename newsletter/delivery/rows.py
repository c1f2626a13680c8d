"""The statements that a sender makes for every group, written out: most of its own time would go into making them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

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
_COUNT = f"SELECT count(*) FROM {_ATTEMPT} WHERE batch_id=%s"
_PENDING = f"FROM {_DELIVERY} WHERE batch_id=%s AND state='pending'"
_ROW = ("id", "subscription_id", "public_id", "address", "name", "token")
"""The columns of the first fields of ``claims.Row``."""
_SUBMIT = f"UPDATE {_DELIVERY} SET state='submitting', attempt_id=%s, reason='', actor=%s, at=%s WHERE"
_ALIKE = f"UPDATE {_DELIVERY} SET state=%s, reason=%s, actor=%s, at=%s, tries=tries+%s WHERE"
_STILL = "attempt_id=%s AND state='submitting'"
_NEW = "WITH new (id, attempt, state, reason, actor, tried) AS"
_MOVE = (
    f"UPDATE {_DELIVERY} SET state=new.state, reason=new.reason, actor=new.actor, at=%s, tries=tries+new.tried "
    f"FROM new WHERE {_DELIVERY}.id=new.id"
)
_ATTEMPTS = (
    f"INSERT INTO {_ATTEMPT} (batch_id, number, fence, started_at, hold, send_at, slot, provider_ref, outcome, answer) "
    "VALUES"
)
_END = f"UPDATE {_ATTEMPT} SET outcome=%s, answer=%s, provider_ref=%s, slot=%s, ended_at=%s WHERE id=%s"


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


def attempts(batch: int) -> int:
    """How many attempts there were on the batch."""
    return _number(_COUNT, batch)


def pending_ids(batch: int) -> tuple[int, ...]:
    """The rows of the batch that are pending, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {as_one(['id'])} {_PENDING}", (batch,))
        return tuple(sorted(key for (key,) in json.loads(cursor.fetchone()[0])))


def pending(batch: int, keys: Sequence[int]) -> dict[int, Row]:
    """Those rows of the batch that are pending, by their id; nobody else changes them until the transaction ends."""
    columns = as_one((*_ROW, json_in('"values"'), "tries"))
    lock = "FOR UPDATE" if on_postgres() else ""
    with connection.cursor() as cursor:
        sql = f"SELECT {columns} FROM (SELECT * {_PENDING} AND {among('id')} {lock}) one"
        cursor.execute(sql, (batch, ids_of(keys)))
        return {row[0]: Row._make(row) for row in json.loads(cursor.fetchone()[0])}


def start(claim: Claim, holds: Sequence[Hold | None], *, now: datetime) -> list[int]:
    """A new attempt for each of ``holds``; their ids."""
    if not holds:
        return []
    first = attempts(claim.batch) + 1
    values: list[Any] = []
    for number, hold in enumerate(holds, first):
        under = (hold.ref, _time(hold.leaves_at), True) if hold else ("", None, False)
        values += (claim.batch, number, claim.fence, _time(now), *under)
    marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, '', '', '')"] * len(holds))
    with connection.cursor() as cursor:
        cursor.execute(f"{_ATTEMPTS} {marks} RETURNING number, id", values)
        return [key for _, key in sorted(cursor.fetchall())]


def submit(intents: Iterable[Intent], *, now: datetime, actor: str) -> None:
    """The rows of each intent are being submitted in its attempt."""
    with connection.cursor() as cursor:
        for intent in intents:
            if intent.rows:
                keys = ids_of([row.pk for row in intent.rows])
                cursor.execute(f"{_SUBMIT} {among('id')}", (intent.attempt, actor, _time(now), keys))


def move(rows: Mapping[int, Settled], *, now: datetime) -> None:
    """Rows to their new states."""
    _move([(key, 0, row) for key, row in rows.items()], now)


def settle(results: Sequence[Result], *, now: datetime) -> None:
    """The rows of attempts to their new states, as far as the attempts are still submitting them; and their ends."""
    moves = []
    with connection.cursor() as cursor:
        for result in results:
            attempt, alike = result.intent.attempt, set({id(row): row for row in result.settled.values()}.values())
            if len(alike) == 1:  # so it is with nearly all
                (row,) = alike
                to = (row.state, row.reason[:300], row.actor, _time(now), int(row.tried))
                cursor.execute(f"{_ALIKE} {among('id')} AND {_STILL}", (*to, ids_of(result.settled), attempt))
            else:
                moves += [(key, attempt, row) for key, row in result.settled.items()]
    _move(moves, now, f"AND {_DELIVERY}.attempt_id=new.attempt AND {_DELIVERY}.state='submitting'")
    ends = [
        (result.outcome, result.answer, result.ref[:200], result.slot, _time(now), result.intent.attempt)
        for result in results
        if not result.open
    ]
    if ends:
        with connection.cursor() as cursor:
            cursor.executemany(_END, ends)


def _move(moves: Sequence[tuple[int, int, Settled]], now: datetime, only: str = "") -> None:
    """Rows, each with its attempt, to their new states: one statement, in which other threads have no part."""
    if not moves:
        return
    values = [
        value
        for key, attempt, row in moves
        for value in (key, attempt, row.state, row.reason[:300], row.actor, int(row.tried))
    ]
    new = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(moves))
    with connection.cursor() as cursor:
        cursor.execute(f"{_NEW} (VALUES {new}) {_MOVE} {only}", (*values, _time(now)))


def _time(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _do(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _number(sql: str, key: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, (key,))
        return int(cursor.fetchone()[0])
