"""Who looks into events waits for no sender for long, on PostgreSQL, where both hold rows."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, transaction

from newsletter.events import process
from newsletter.events.told import Told
from newsletter.models import Delivery, Event
from tests.delivery.test_optouts_meanwhile import LONG, Other
from tests.delivery.worlds import NOW, make_mailing, states

pytestmark = pytest.mark.django_db(transaction=True)
DEADLOCK_TIMEOUT = 1.0
"""Seconds after which PostgreSQL ends one of two that wait for each other, as it is set by default."""


@pytest.fixture(scope="module", autouse=True)
def on_postgres(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests.postgres import django_on

    with django_db_blocker.unblock(), django_on("giving_way"), django_db_blocker.block():
        yield


def test_events_give_way_to_a_sender_before_one_of_them_is_chosen() -> None:
    mailing = make_mailing(2)
    Delivery.objects.update(state="unknown")
    ids = list(Delivery.objects.order_by("pk").values_list("public_id", flat=True))
    told = [(1, Told(key, Event.Kind.DELIVERED, NOW, delivery=key)) for key in ids]
    there, go_on = threading.Event(), threading.Event()

    def sender() -> None:
        with transaction.atomic():
            list(Delivery.objects.select_for_update().filter(public_id=ids[1]))
            there.set()
            assert go_on.wait(LONG)
            list(Delivery.objects.select_for_update().filter(public_id=ids[0]))

    sending = Other(sender)
    assert there.wait(LONG)
    began = time.monotonic()
    threading.Timer(0.1, go_on.set).start()
    with pytest.raises(OperationalError, match="lock timeout"):
        process._take("sendgrid", told, NOW)
    assert time.monotonic() - began < DEADLOCK_TIMEOUT
    sending.end()
    assert not Event.objects.exists()
    process._take("sendgrid", [(row, one) for row, (_, one) in zip((None, None), told, strict=True)], NOW)
    assert states(mailing) == {"accepted": 2}
