"""Mailed links, and how often somebody may ask."""

from datetime import UTC, datetime, timedelta

import pytest

from subscribers import links, throttle
from subscribers.links import Purpose
from subscribers.models import MailedLink, Subscriber, Throttle

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def reader() -> Subscriber:
    return Subscriber.objects.create(email="ana@example.org", email_norm="ana@example.org")


def test_a_link_is_nowhere_but_in_its_mail(reader: Subscriber) -> None:
    made = links.make(Purpose.ERASE, reader, at=NOW)
    key = links.mint(made.pk, at=NOW)
    assert len(key) == 22
    assert key not in str(list(MailedLink.objects.values()))
    assert links.find(key, Purpose.ERASE) == made


def test_a_link_is_for_its_purpose_only(reader: Subscriber) -> None:
    key = links.mint(links.make(Purpose.DOWNLOAD, reader, at=NOW).pk, at=NOW)
    assert links.find(key, Purpose.ERASE, Purpose.MOVE, Purpose.CONFIRM) is None


@pytest.mark.parametrize(("purpose", "hours"), [(Purpose.CONFIRM, 168), (Purpose.ERASE, 1), (Purpose.MOVE, 1)])
def test_its_time_begins_with_its_mail(reader: Subscriber, purpose: Purpose, hours: int) -> None:
    made = links.make(purpose, reader, at=NOW)
    sent = NOW + timedelta(hours=5)
    found = links.find(links.mint(made.pk, at=sent), purpose)
    assert not links.use(found, at=sent + timedelta(hours=hours))
    assert links.use(found, at=sent + timedelta(hours=hours) - timedelta(seconds=1))
    assert not links.use(found, at=sent), "once"


def test_a_second_mail_ends_the_first_link(reader: Subscriber) -> None:
    made = links.make(Purpose.ERASE, reader, at=NOW)
    first, second = links.mint(made.pk, at=NOW), links.mint(made.pk, at=NOW)
    assert links.find(first, Purpose.ERASE) is None
    assert links.find(second, Purpose.ERASE) == made


def test_what_nobody_wants_any_more_gets_no_link(reader: Subscriber) -> None:
    made = links.make(Purpose.ERASE, reader, at=NOW)
    assert links.use(made, at=NOW)
    assert links.mint(made.pk, at=NOW) is None
    reader.delete()
    assert links.mint(made.pk, at=NOW) is None


def test_old_links_are_forgotten(reader: Subscriber) -> None:
    links.make(Purpose.ERASE, reader, at=NOW)
    assert links.forget(at=NOW + timedelta(days=30)) == 0
    assert links.forget(at=NOW + timedelta(days=31)) == 1


def test_so_many_in_a_window_and_no_more() -> None:
    def allow(minutes: int, who: str = "x") -> bool:
        at = NOW + timedelta(minutes=minutes)
        return throttle.allow("knock", who, most=2, within=timedelta(hours=1), at=at)

    assert [allow(0), allow(1), allow(2), allow(59)] == [True, True, False, False]
    assert allow(59, "y")
    assert [allow(60), allow(61), allow(62)] == [True, True, False]
    assert "x" not in {row.key_hash for row in Throttle.objects.all()}
    assert throttle.forget(before=NOW + timedelta(minutes=60)) == 1
