"""An opt-out that meets a sender on PostgreSQL: whichever is committed first is seen by the other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from newsletter.delivery import ledger, rows
from subscribers import consent, optouts, suppression
from subscribers.address import normalise
from subscribers.importing import import_file
from subscribers.models import MailingList, Subscription
from tests.delivery.worlds import NOW, make_list, make_mailing, make_reader, states

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


@pytest.mark.parametrize("opt_out", DEEDS)
def test_no_opt_out_is_committed_between_the_look_at_it_and_the_intent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opt_out: Callable[[Path], None]
) -> None:
    mailing = make_mailing(1)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    with halted(monkeypatch, rows, "submit") as (there, go_on):
        sender = Other(lambda: ledger.intend(claim, [claim.pending], now=NOW, actor="a"))
        assert there.wait(LONG)
        other = Other(lambda: opt_out(tmp_path))
        assert not other.done.wait(SHORT), "it is acknowledged, and the mail is not handed over yet"
        go_on.set()
    sender.end(), other.end()
    assert states(mailing) == {"submitting": 1}


@pytest.mark.parametrize("opt_out", DEEDS)
def test_an_opt_out_that_is_being_committed_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opt_out: Callable[[Path], None]
) -> None:
    mailing = make_mailing(1)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    with halted(monkeypatch, optouts, "append") as (there, go_on):
        other = Other(lambda: opt_out(tmp_path))
        assert there.wait(LONG)
        sender = Other(lambda: ledger.intend(claim, [claim.pending], now=NOW, actor="a"))
        assert not sender.done.wait(SHORT)
        go_on.set()
    other.end(), sender.end()
    assert list(states(mailing)) in (["cancelled"], ["suppressed"])


def test_opt_outs_and_senders_do_not_wait_for_their_like() -> None:
    for number in range(2):
        make_reader(number, make_list())
    first, second = Subscription.objects.order_by("pk").values_list("token", flat=True)
    with transaction.atomic():
        consent.unsubscribe(first, at=NOW, source="link")
        Other(lambda: consent.unsubscribe(second, at=NOW, source="link")).end()
    with transaction.atomic():
        optouts.barrier()
        Other(transaction.atomic(optouts.barrier)).end()
