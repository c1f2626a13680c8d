"""What listens, what it does in its turn, and how long things are kept."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.events import inbox, loop, mailbox, process, retention, sendgrid_lists
from newsletter.models import Delivery, Event, WebhookInbox
from newsletter.site import Site
from tests.delivery.worlds import make_mailing, make_site
from tests.events.posts import NOW, event, post

pytestmark = pytest.mark.django_db


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def test_it_looks_at_once_goes_on_after_a_mistake_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def look_around(*_: object, **__: object) -> None:
        looks.append("around")
        raise OSError

    def process_waiting(**_: object) -> int:
        looks.append("inbox")
        return 0

    monkeypatch.setattr(loop, "look_around", look_around)
    monkeypatch.setattr(process, "process_waiting", process_waiting)
    monkeypatch.setattr(loop, "EVERY", 60.0)
    monkeypatch.setattr(loop, "GATHER", 0.0)
    running = loop.Loop(make_site(tmp_path))
    running.start()
    try:
        assert until(lambda: looks == ["around"])
        inbox.arrived.set()
        assert until(lambda: looks == ["around", "inbox"]), "woken, not waited for; the minute is not over"
    finally:
        began = time.monotonic()
        running.stop()
    assert time.monotonic() - began < 5


def test_a_round_does_everything_and_one_mistake_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(sendgrid_lists, "pull_if_due", lambda *_, **__: done.append("lists"))
    site = make_site(tmp_path, bounces={"maildir": "nowhere"})
    with pytest.raises(mailbox.MailboxError):
        mailbox.read(site, now=NOW)
    Event.objects.create(provider="x", external_id="1", kind="delivered", at=NOW - timedelta(days=401))
    loop.look_around(site, now=lambda: NOW)
    assert done == ["lists"] and not Event.objects.exists()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path, events={"keep": "10d", "keep_raw": "2d"})


def test_what_is_too_old_is_deleted_and_what_it_did_stays(site: Site) -> None:
    make_mailing(2)
    first, second = Delivery.objects.order_by("pk")
    for days, delivery in ((11, first), (3, second)):
        at = NOW - timedelta(days=days)
        inbox.take("sendgrid", post([event(days, "delivered", delivery.public_id, at=at)]), at=at)
    process.process_waiting(now=lambda: NOW)
    waits = inbox.take("sendgrid", b"[]", at=NOW - timedelta(days=30))
    assert retention.purge(site, now=NOW) == 3
    assert list(Event.objects.values_list("delivery", "inbox")) == [(second.pk, None)]
    assert list(WebhookInbox.objects.values_list("pk", flat=True)) == [waits], "nobody has looked into it yet"
    assert set(Delivery.objects.values_list("event", flat=True)) == {"delivered"}
    assert retention.purge(site, now=NOW) == 0


def test_many_old_rows_go_in_small_steps(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 3)
    old = NOW - timedelta(days=20)
    Event.objects.bulk_create(Event(provider="x", external_id=str(n), kind="delivered", at=old) for n in range(10))
    assert retention.purge(site, now=NOW) == 10


def test_who_waits_for_an_answer_goes_first() -> None:
    inbox._asking.add(-1)
    try:
        began = time.monotonic()
        with inbox.after_who_waits():
            waited = time.monotonic() - began
    finally:
        inbox._asking.discard(-1)
    assert 0.9 * inbox.PATIENCE <= waited < 5 * inbox.PATIENCE, "but not for ever"
