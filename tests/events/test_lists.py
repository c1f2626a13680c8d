"""SendGrid's own lists of whom it mails no more, read once a day."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.events import inbox, process, sendgrid_lists
from newsletter.events.sendgrid_lists import PullError, pull, pull_if_due
from newsletter.models import Event, WebhookInbox
from newsletter.site import Site
from subscribers import suppression
from subscribers.models import Feedback, Subscription
from tests.delivery.worlds import make_list, make_reader, make_site
from tests.events.posts import NOW
from tests.stubs.sendgrid_account import Account
from tests.stubs.sendgrid_stub import KEY, running_stub

pytestmark = pytest.mark.django_db

CREATED = int((NOW - timedelta(days=1)).timestamp())


def entry(name: str, *, created: int = CREATED, **more: str) -> dict[str, object]:
    return {"email": f"{name}@example.org", "created": created, **more}


LISTS = {
    "bounces": [
        entry("gone", reason="550 no such user gone@example.org", status="5.1.1"),
        entry("full", reason="552 full", status="5.2.2"),
    ],
    "blocks": [entry("blocked", reason="554 listed", status="5.7.1")],
    "invalid_emails": [entry("invalid", reason="Known bad domain")],
    "spam_reports": [entry("reader0", ip="192.0.2.1")],
    "unsubscribes": [entry("reader1"), entry("stranger")],
}


@pytest.fixture
def account() -> Iterator[Account]:
    with running_stub() as account:
        account.lists = LISTS
        yield account


@pytest.fixture
def site(tmp_path: Path, account: Account, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(sendgrid_lists, "_tried", {})
    for number in range(2):
        make_reader(number, make_list())
    return make_site(tmp_path, providers={"sendgrid": {"host": account.host, "api_key": KEY}})


def process_all() -> None:
    process.process_waiting(now=lambda: NOW)


def test_each_list_does_what_it_says(site: Site) -> None:
    assert pull(site, now=NOW) == 7
    process_all()
    asked = [f"{name}@example.org" for name in ("gone", "full", "blocked", "invalid", "reader0", "reader1", "stranger")]
    assert {norm.partition("@")[0]: why for norm, why in suppression.reasons(asked).items()} == {
        "gone": "bounced",
        "invalid": "bounced",
        "reader0": "complained",
        "stranger": "unsubscribed",
    }
    assert Subscription.objects.filter(state="unsubscribed").count() == 2
    assert set(Feedback.objects.filter(kind="soft").values_list("source", flat=True)) == {"sendgrid-lists"}


def test_no_address_is_left_of_the_lists(site: Site) -> None:
    pull(site, now=NOW)
    process_all()
    kept = str(list(Event.objects.values())) + str(list(Feedback.objects.values()))
    kept += str([(bytes(row.body), row.headers) for row in WebhookInbox.objects.all()])
    assert "@example.org" not in kept


def test_the_same_again_counts_once(site: Site) -> None:
    for _ in range(2):
        pull(site, now=NOW)
        process_all()
    assert Event.objects.count() == Feedback.objects.count() == 7


def test_pages_and_what_is_new(site: Site, account: Account) -> None:
    account.lists = {
        "bounces": [entry(f"r{number}", created=CREATED - number, status="5.1.1") for number in range(1_203)]
    }
    assert pull(site, now=NOW) == 1_203
    account.lists = {"bounces": [entry("new", created=CREATED + 60), entry("old", created=CREATED - 3 * 86_400)]}
    assert pull(site, now=NOW) == 1
    asked = [path for path, _ in account.paths if "/bounces" in path]
    assert [path.partition("offset=")[2] for path in asked[:3]] == ["0", "500", "1000"]
    assert "start_time=" not in asked[0] and "start_time=" in asked[-1]


def test_once_a_day(site: Site) -> None:
    assert pull_if_due(site, now=NOW)
    assert not pull_if_due(site, now=NOW + timedelta(hours=23))
    assert pull_if_due(site, now=NOW + timedelta(hours=24))


def test_a_pull_that_fails_is_tried_again_later(site: Site, account: Account) -> None:
    account.faults = ["status 429 60"]
    assert pull_if_due(site, now=NOW)
    assert not WebhookInbox.objects.exists()
    assert not pull_if_due(site, now=NOW + timedelta(minutes=1))
    assert pull_if_due(site, now=NOW + timedelta(hours=1))
    assert WebhookInbox.objects.count() == 5


@pytest.mark.parametrize(
    ("fault", "says"), [("status 401", "does not give"), ("status 500", "does not give"), ("drop", "cannot be read")]
)
def test_what_goes_wrong(site: Site, account: Account, fault: str, says: str) -> None:
    account.faults = [fault]
    with pytest.raises(PullError, match=says):
        pull(site, now=NOW)


def test_without_an_account_nothing_is_asked(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    assert not pull_if_due(site, now=NOW)
    with pytest.raises(PullError, match="no API key"):
        pull(site, now=NOW)


def test_a_broken_entry_costs_no_other() -> None:
    body = b'[{"email": "no address", "created": 1603800000}, 7, {"email": "a@example.org", "created": 1603800000}]'
    inbox.take(sendgrid_lists.NAME, body, at=NOW, headers={"list": "bounces"})
    process_all()
    assert Event.objects.count() == 1
    assert WebhookInbox.objects.get().problem.startswith("2 of 3 could not be read")
