"""A worker whose connection to PostgreSQL is cut makes a new one, and does not count it against the batch."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import Error, connection

from newsletter.delivery.clock import store_now
from newsletter.delivery.providers.base import Accepted
from newsletter.models import Batch, Mailing
from newsletter.site import Site
from tests import postgres
from tests.delivery.test_tasks import do, provider
from tests.delivery.worlds import Scripted, make_mailing, states

__all__ = ["provider"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def on_postgres(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), postgres.django_on("cut"), django_db_blocker.block():
        yield


def cut() -> None:
    """End every session of Django's; its connection finds that out when it is used next."""
    with postgres.server().connect("cut") as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'newsletter' "
            "AND datname = 'cut'"
        )


def test_between_two_jobs(provider: Scripted) -> None:
    mailing = make_mailing(2)
    batch = Batch.objects.get()
    cut()
    do(batch)
    assert states(mailing) == {"accepted": 2}


def test_within_a_job(provider: Scripted, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsletter.delivery import tasks

    monkeypatch.setattr(tasks, "TRIES", 1)
    make_mailing(2)
    batch = Batch.objects.get()
    provider.answer = lambda *_: cut() or Accepted("yes")
    with pytest.raises(Error):
        tasks.send_batch(type("Job", (), {"should_abort": lambda _: False})(), batch.mailing_id, batch.pk)
    assert connection.is_usable() and Mailing.objects.get().state == "running"
    assert states(Mailing.objects.get()) == {"submitting": 2}
    assert Batch.objects.get().lease_until <= store_now() + tasks.AFTER_FAILURE, "another takes it up before long"
