"""``newsletter event``, as it is typed."""

import json
from pathlib import Path

import pytest

from newsletter.events import inbox, process
from newsletter.models import Audit, Delivery, Event
from subscribers import suppression
from tests.cli.conftest import Run
from tests.delivery.worlds import make_mailing
from tests.events.mails import dsn
from tests.events.posts import NOW, event, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def bounced() -> Delivery:
    make_mailing(2, provider="sendgrid")
    found = Delivery.objects.order_by("pk")[0]
    told = event(1, "bounce", found.public_id, type="bounce", reason="550 no such user", at=NOW)
    inbox.take("sendgrid", post([told, event(2, "unsubscribe", found.public_id), {}]), at=NOW)
    process.process_waiting(now=lambda: NOW)
    return found


def test_show_and_undo(run: Run, bounced: Delivery) -> None:
    shown = run("event", "show", "--mailing", bounced.mailing_id)
    assert "550 no such user" in shown.out and "hard, suppresses" in shown.out and bounced.address in shown.out
    [_, told] = json.loads(run("event", "show", "--subscriber", bounced.address.upper(), "--json").out)
    assert (told["kind"], told["mailing"], told["delivery"]) == ("bounced", bounced.mailing_id, bounced.public_id)
    undone = run("event", "undo", told["event"])
    assert (undone.code, "may be mailed again" in undone.err, "list of its own" in undone.err) == (0, True, True)
    assert suppression.reasons([bounced.email_norm]) == {}
    assert Audit.objects.get().object == f"event {told['event']}"
    assert "undone by" in run("event", "show", "--subscriber", bounced.address).out
    assert run("event", "undo", told["event"]).code == 1


def test_what_cannot_be_undone(run: Run, bounced: Delivery) -> None:
    own_word = Event.objects.get(kind="unsubscribed")
    ran = run("event", "undo", own_word.pk)
    assert (ran.code, "own word" in ran.err) == (1, True)
    assert run("event", "undo", 999).code == 2
    assert not Audit.objects.exists()


def test_inbox(run: Run, bounced: Delivery) -> None:
    assert "1 of 3 could not be read: event 3: it has no type" in run("event", "inbox").out
    inbox.take("sendgrid", b"[]", at=NOW)
    found = json.loads(run("event", "inbox", "--json").out)
    assert found["waiting"] == 1 and found["problems"][0]["provider"] == "sendgrid"


def test_read_the_mailbox_once(run: Run, site: Path, bounced: Delivery) -> None:
    assert "no mailbox is named" in run("event", "read").err
    assert run("settings", "set", "bounces.maildir", "bounces").code == 0
    assert (run("event", "read").code, "cannot be read" in run("event", "read").err) == (1, True)
    for name in ("new", "cur", "tmp"):
        (site / "bounces" / name).mkdir(parents=True)
    other = Delivery.objects.order_by("pk")[1]
    raw = dsn("5.1.1", to=f"bounces+{other.public_id}@example.org")
    (site / "bounces" / "new" / "1").write_bytes(raw)
    assert "1 mails were read; 1 posts and mails looked into" in run("event", "read").err
    assert suppression.reasons([other.email_norm]) == {other.email_norm: "bounced"}
    assert json.loads(run("event", "read", "--json").out) == {"mails": 0, "looked_into": 0}


def test_nothing_is_said_of_what_nobody_asked_for(run: Run) -> None:
    assert run("event", "show").code == 2
    assert run("event", "show", "--mailing", 9).code == 2
    assert "Nothing was told yet" in run("event", "show", "--subscriber", "ana@example.org").err


def test_pull_needs_an_account(run: Run) -> None:
    ran = run("suppression", "pull")
    assert (ran.code, "no API key" in ran.err) == (1, True)
