"""The time, as all who send from one store agree on it."""

from datetime import UTC, datetime
from typing import cast

from django.db import connection

from subscribers.stores import on_postgres


def store_now() -> datetime:
    """The time of the store: leases hold across machines whose clocks differ. On SQLite that is this machine's."""
    if not on_postgres():
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")  # not now(), which stands still within a transaction
        [moment] = cursor.fetchone()
    return cast(datetime, moment).astimezone(UTC)
