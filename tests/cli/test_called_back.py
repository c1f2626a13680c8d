"""``newsletter mailing cancel`` where the provider holds the mails: it takes back what it can and names the rest."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.delivery.engine import sender_lock
from newsletter.delivery.ledger import LEASE
from newsletter.models import Batch, Delivery, Mailing
from newsletter.settings import Settings
from newsletter.site import Site
from tests.cli.conftest import Run
from tests.cli.test_sending import issue
from tests.stubs.sendgrid_stub import KEY, Account, running_stub

__all__ = ["issue"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with running_stub() as made:
        for name, value in {
            "DELIVERY__PROVIDER": "sendgrid",
            "DELIVERY__UNDO": "0s",
            "SENDER__EMAIL": "news@example.org",
            "SITE__BASE_URL": "https://news.example.org",
            "PROVIDERS__ALLOW_TEST_ADDRESSES": "true",
            "PROVIDERS__SENDGRID__HOST": made.host,
            "PROVIDERS__SENDGRID__API_KEY": KEY,
        }.items():
            monkeypatch.setenv(f"NEWSLETTER_{name}", value)
        yield made


def held(stub: Account) -> int:
    """How many mails leave later; notices leave at once."""
    return sum(mail["batch_id"] is not None for mail in stub.leaving())


def test_what_was_handed_over_is_taken_back(run: Run, issue: Path, stub: Account) -> None:
    ran = run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    assert ran.code == 0 and "handed over, leaves at" in ran.out and held(stub) == 3
    number = Mailing.objects.get().pk
    ran = run("mailing", "cancel", number)
    assert ran.code == 0 and "3 were taken back before their mail left" in ran.err
    assert held(stub) == 0 and set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert run("issue", "send", issue, "--list", "upr", "--confirm-count", 3).code == 0
    assert held(stub) == 3, "those who did not get it can be mailed"


def test_what_can_no_longer_be_taken_back_is_named(run: Run, issue: Path, stub: Account) -> None:
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    for number in range(10):
        stub.batches[str(number)] = stub.cancelled[str(number)] = stub.now()
    ran = run("mailing", "cancel", Mailing.objects.get().pk)
    assert ran.code == 0 and "0 were taken back" in ran.err
    assert "3 stay mailed: handed over, leaves at" in ran.err and held(stub) == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}


def test_a_pause_names_what_leaves_all_the_same(run: Run, issue: Path, stub: Account) -> None:
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 3)
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(state="pending")
    Batch.objects.update(state="pending")
    number = Mailing.objects.get().pk
    ran = run("mailing", "pause", number)
    assert ran.code == 0 and "2 of it are handed over, leaves at" in ran.err
    assert f"newsletter mailing cancel {number}" in ran.err and held(stub) == 3


def test_a_cancel_names_what_has_no_answer_yet(
    run: Run, issue: Path, stub: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 3, "--detach")
    Delivery.objects.update(state="submitting")
    Batch.objects.update(state="claimed", lease_until=datetime.now(UTC) + LEASE)
    monkeypatch.setattr("newsletter.delivery.engine.MOMENT", timedelta(seconds=0.2))
    number = Mailing.objects.get().pk
    with sender_lock(Site(issue.parent, Settings())):
        ran = run("mailing", "cancel", number)
    assert ran.code == 0 and "3 are in calls to sendgrid that have no answer yet" in ran.err
