"""The statements that a sender makes for every group, written out: most of its own time would go into making them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from newsletter.delivery.claims import Claim, Intent, Result, Row, Settled
from newsletter.delivery.providers.base import Hold
from newsletter.models import Attempt, Batch, Delivery, Mailing
from subscribers.stores import among, as_one, ids_of, json_in, on_postgres, pairs_table

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
_KEY, _VALUE = "CAST(new.key AS BIGINT)", "CAST(new.value AS BIGINT)"
_SUBMIT = f"UPDATE {_DELIVERY} SET state='submitting', attempt_id={_VALUE}, reason='', actor=%s, at=%s FROM"
_TO = "WITH become (number, attempt, state, reason, actor, tried) AS"
_MOVE = (
    f"UPDATE {_DELIVERY} SET state=become.state, reason=become.reason, actor=become.actor, at=%s, "
    "tries=tries+become.tried FROM"
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


def submit(intents: Iterable[Intent], *, now: datetime, actor: str) -> None:
    """The rows of each intent are being submitted in its attempt."""
    attempts = {row.pk: intent.attempt for intent in intents for row in intent.rows}
    if attempts:
        _do(f"{_SUBMIT} {pairs_table('new')} WHERE {_DELIVERY}.id={_KEY}", actor, _time(now), json.dumps(attempts))


def move(rows: Mapping[int, Settled], *, now: datetime) -> None:
    """Rows to their new states."""
    _move([(0, rows)], now)


def settle(results: Sequence[Result], *, now: datetime) -> None:
    """The rows of attempts to their new states, as far as the attempts are still submitting them; and their ends."""
    _move([(result.intent.attempt, result.settled) for result in results], now, _STILL)
    ended = [result for result in results if not result.open]
    if ended:
        values = [
            value for one in ended for value in (one.intent.attempt, one.outcome, one.answer, one.ref[:200], one.slot)
        ]
        _do(f"{_ENDED} (VALUES {_marks('(%s, %s, %s, %s, %s)', len(ended))}) {_END}", *values, _time(now))


def _move(moves: Sequence[tuple[int, Mapping[int, Settled]]], now: datetime, only: str = "") -> None:
    """The rows of attempts to their new states: nearly all become the same, so that is written once for many."""
    become: dict[tuple[int, Settled], int] = {}
    new = {key: become.setdefault((attempt, row), len(become)) for attempt, rows in moves for key, row in rows.items()}
    if not new:
        return
    values = [
        value
        for (attempt, row), number in become.items()
        for value in (number, attempt, row.state, row.reason[:300], row.actor, int(row.tried))
    ]
    marks = _marks("(%s, %s, %s, %s, %s, %s)", len(become))
    found = f"{pairs_table('new')} JOIN become ON become.number={_VALUE} WHERE {_DELIVERY}.id={_KEY} {only}"
    _do(f"{_TO} (VALUES {marks}) {_MOVE} {found}", *values, _time(now), json.dumps(new))


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
