"""A backup that is read back into PostgreSQL is noticed by any machine, also by one that sent nothing since."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from newsletter.delivery import origin
from newsletter.models import Mailing
from newsletter.site import Site
from tests.delivery.worlds import NOW, make_mailing, states

pytestmark = pytest.mark.django_db
TABLE = "newsletter_site"


@pytest.fixture(scope="module", autouse=True)
def on_postgres(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests.postgres import django_on

    with django_db_blocker.unblock(), django_on("origin"), django_db_blocker.block():
        yield


def read_back() -> None:
    """What ``pg_restore --clean`` does to each table: it is dropped, made anew, and filled with the same rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE other (LIKE {TABLE} INCLUDING ALL); INSERT INTO other SELECT * FROM {TABLE}")
        cursor.execute(f"DROP TABLE {TABLE} CASCADE; ALTER TABLE other RENAME TO {TABLE}")


def test_a_backup_that_was_read_back_pauses_what_is_under_way(site: Site) -> None:
    mailing = make_mailing(2)
    assert origin.check(site, now=NOW).reason == "" == origin.check(site, now=NOW).reason
    read_back()
    opened = origin.check(site, now=NOW + timedelta(minutes=1))
    assert opened.reason == origin.COPY and opened.mailings == (mailing.pk,)
    assert states(mailing) == {"unknown": 2} and Mailing.objects.get().state == "paused"
    assert origin.check(site, now=NOW + timedelta(minutes=2)).reason == "", "it is said once"


def test_a_table_that_is_written_anew_in_its_place_is_no_backup(site: Site) -> None:
    """As VACUUM FULL and ALTER TABLE do."""
    make_mailing(1)
    origin.check(site, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} ALTER COLUMN identifier TYPE varchar(101); ANALYZE {TABLE}")
    assert origin.check(site, now=NOW).reason == ""
