"""Workers listen, too. On PostgreSQL only."""

from collections.abc import Iterator
from typing import Any

import pytest
from procrastinate.contrib.django import app

from newsletter.events import inbox, loop
from newsletter.models import Event, WebhookInbox
from tests.events.posts import NOW, event, post

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def on_postgres(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests.postgres import django_on

    with django_db_blocker.unblock(), django_on("tasks"), django_db_blocker.block():
        yield


def test_a_job_looks_into_what_came_in_and_around_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []
    monkeypatch.setattr(loop, "look_around", lambda *_, **__: rounds.append(1))
    inbox.take("sendgrid", post([event(1, "delivered")]), at=NOW)
    inbox.take("sendgrid", post([event(2, "open")]), at=NOW)
    from newsletter.events.tasks import listen

    listen.func(timestamp=15)
    assert not rounds and Event.objects.count() == 1
    assert [bool(bytes(row.body)) for row in WebhookInbox.objects.order_by("pk")] == [True, False]
    listen.func(timestamp=120)
    assert rounds


def test_the_worker_knows_it() -> None:
    assert "newsletter.events.tasks" in app.import_paths
    app.perform_import_paths()
    assert "newsletter.listen" in {task.name for task in app.tasks.values()}
    assert ("newsletter.listen", "") in app.periodic_registry.periodic_tasks
