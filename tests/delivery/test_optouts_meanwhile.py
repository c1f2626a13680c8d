"""An opt-out that meets a sender on PostgreSQL, where one can be committed while the other is under way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from newsletter.delivery import ledger, rows
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.providers.base import Accepted
from newsletter.models import Attempt, Batch, Delivery, Mailing
from newsletter.site import Site
from subscribers import consent, suppression
from subscribers.address import normalise
from subscribers.importing import import_file
from subscribers.models import MailingList, Subscription
from tests.delivery.worlds import NOW, Clock, Scripted, make_mailing

pytestmark = pytest.mark.django_db(transaction=True)
LONG, SHORT = 30.0, 0.3
READER = "reader0@example.org"


@pytest.fixture(scope="module", autouse=True)
def on_postgres(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests.postgres import django_on

    with django_db_blocker.unblock(), django_on("meanwhile"), django_db_blocker.block():
        yield


class Other(threading.Thread):
    """Does something on a connection of its own."""

    def __init__(self, deed: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.deed = deed
        self.done = threading.Event()
        self.failed: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.deed()
        except Exception as error:
            self.failed = error
        finally:
            connection.close()
            self.done.set()

    def end(self) -> None:
        assert self.done.wait(LONG), "it still waits"
        assert self.failed is None, self.failed


def leave(_: Path) -> None:
    consent.unsubscribe(Subscription.objects.get(subscriber__email_norm=READER).token, at=NOW, source="link")


def suppress(_: Path) -> None:
    suppression.suppress(normalise(READER), reason="complained", actor="a", at=NOW)


def suppress_host(_: Path) -> None:
    suppression.suppress_host("example.org", reason="manual", actor="a", at=NOW)


def take_in(folder: Path) -> None:
    file = folder / "readers.csv"
    file.write_text(f"email,status\n{READER},unsubscribed\n")
    import_file(file, MailingList.objects.get(), at=NOW, actor="a")


@contextmanager
def halted(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> Iterator[tuple[threading.Event, threading.Event]]:
    """``name`` is done and then goes on no further until the second event is set; the first tells that it is there."""
    there, go_on = threading.Event(), threading.Event()
    real = getattr(place, name)

    def wait(*words: Any, **more: Any) -> Any:
        found = real(*words, **more)
        there.set()
        assert go_on.wait(LONG)
        return found

    monkeypatch.setattr(place, name, wait)
    try:
        yield there, go_on
    finally:
        go_on.set()


DEEDS = [leave, suppress, suppress_host, take_in]


def sending(site: Site, mailing: Mailing, provider: Scripted) -> Other:
    clock = Clock()
    return Other(lambda: send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep))


@pytest.mark.parametrize("opt_out", DEEDS)
@pytest.mark.parametrize("group", [1, 3])
def test_who_leaves_between_the_look_at_it_and_the_commit_of_the_intent_is_not_mailed(
    monkeypatch: pytest.MonkeyPatch, site: Site, tmp_path: Path, opt_out: Callable[[Path], None], group: int
) -> None:
    mailing = make_mailing(3)
    provider = Scripted(lambda *_: Accepted("yes"), group=group)
    with halted(monkeypatch, rows, "submit") as (there, go_on):
        sender = sending(site, mailing, provider)
        assert there.wait(LONG)
        Other(lambda: opt_out(tmp_path)).end()  # waits for nobody
        go_on.set()
    sender.end()
    mailed = {address for call in provider.calls for address in call}
    ends = dict(Delivery.objects.values_list("address", "state"))
    assert READER not in mailed and ends[READER] in {"cancelled", "suppressed"}
    assert mailed == {address for address, state in ends.items() if state == "accepted"}
    assert len(mailed) == (0 if opt_out is suppress_host else 2)
    assert not Attempt.objects.filter(ended_at=None).exists() and Batch.objects.get().state == "done"


def test_a_claim_that_is_lost_meanwhile_mails_nobody_of_those_left(
    monkeypatch: pytest.MonkeyPatch, site: Site, tmp_path: Path
) -> None:
    mailing = make_mailing(3)
    provider = Scripted(lambda *_: Accepted("yes"), group=3)
    with halted(monkeypatch, rows, "submit") as (there, go_on), halted(monkeypatch, ledger, "gone") as (asked, answer):
        answer.set()
        sender = sending(site, mailing, provider)
        assert there.wait(LONG) and asked.wait(LONG)
        leave(tmp_path)
        answer.clear(), asked.clear()
        go_on.set()
        assert asked.wait(LONG)
        Batch.objects.update(fence=F("fence") + 1)
        answer.set()
    sender.end()
    assert provider.calls == []
