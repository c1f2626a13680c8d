"""The time, as all who send from one store agree on it."""

import time
from datetime import UTC, datetime, timedelta
from typing import cast

from django.db import connection

from subscribers.stores import on_postgres

FRESH = 1.0
"""Seconds for which PostgreSQL's answer is carried on by this machine's ticks: a sender asks a dozen times a batch."""
_heard: tuple[str, float, datetime] | None = None
"""Of which database, at which tick, and what it said."""


def store_now() -> datetime:
    """The time of the store: leases hold across machines whose clocks differ. On SQLite that is this machine's."""
    global _heard  # noqa: PLW0603  (the clock of a process)
    if not on_postgres():
        return datetime.now(UTC)
    database, tick = str(connection.settings_dict["NAME"]), time.monotonic()
    heard = _heard
    if heard is None or heard[0] != database or tick - heard[1] > FRESH:
        heard = _heard = database, tick, _ask()
    return heard[2] + timedelta(seconds=tick - heard[1])


def _ask() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")  # not now(), which stands still within a transaction
        [moment] = cursor.fetchone()
    return cast(datetime, moment).astimezone(UTC)
