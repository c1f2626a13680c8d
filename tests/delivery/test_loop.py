"""The loop of SQLite sends what is due, and nothing else."""

import time
from datetime import timedelta

import pytest

from newsletter.delivery import ledger, loop
from newsletter.delivery.engine import sender_lock
from newsletter.delivery.loop import Loop, send_due
from newsletter.models import Batch, Issue, Mailing, Notice
from newsletter.site import Site
from tests.delivery.worlds import NOW, Clock, make_mailing, states

pytestmark = pytest.mark.django_db


def mailing(slug: str, **more: object) -> Mailing:
    made = make_mailing(2, slug=slug, **more)
    Issue.objects.filter(slug="october-2020").update(slug=slug)
    return made


def test_what_is_due_is_sent_and_the_editor_told(site: Site) -> None:
    due, later, paused = mailing("a"), mailing("b", undo=timedelta(minutes=5)), mailing("c")
    ledger.pause(paused.pk, reason="a person")
    clock = Clock()
    assert send_due(site, now=clock.now) == 1 and send_due(site, now=clock.now) == 0
    assert [states(one) for one in (due, later, paused)] == [{"accepted": 2}, {"pending": 2}, {"pending": 2}]
    assert Notice.objects.get().key.startswith(f"mailing/{due.pk}/finished/")
    clock.at += timedelta(minutes=5)
    assert send_due(site, now=clock.now) == 1 and states(later) == {"accepted": 2}


def test_what_a_dead_sender_left_is_taken_up(site: Site) -> None:
    left = mailing("a")
    ledger.claim(left.pk, now=NOW, exactly_once=True)
    assert send_due(site, now=Clock().now) == 1 and states(left) == {"accepted": 2}


def test_it_waits_while_a_command_sends_and_ends_when_asked(site: Site) -> None:
    waits = mailing("a")
    with sender_lock(site):
        assert send_due(site, now=Clock().now) == 0
    assert send_due(site, now=Clock().now, stop=lambda: True) == 0
    assert states(waits) == {"pending": 2}


def test_a_late_schedule_is_not_started(site: Site) -> None:
    late = mailing("a")
    Mailing.objects.update(latest_start=NOW - timedelta(seconds=1))
    send_due(site, now=Clock().now)
    late.refresh_from_db()
    assert late.state == "paused" and states(late) == {"pending": 2}


def test_a_mistake_does_not_end_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def fail(*_: object, **__: object) -> int:
        looks.append(1)
        raise RuntimeError

    monkeypatch.setattr(loop, "send_due", fail)
    monkeypatch.setattr(loop, "EVERY", 0.01)
    running = Loop(site)
    running.start()
    end = time.monotonic() + 10
    while len(looks) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    running.stop()
    assert len(looks) >= 3 and not Batch.objects.exists()
