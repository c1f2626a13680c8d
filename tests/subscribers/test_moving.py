"""A change of address, proven by a link that was mailed to the new one."""

from datetime import UTC, datetime, timedelta

import pytest

from subscribers import consent, links, moving, suppression
from subscribers.address import normalise
from subscribers.models import Consent, MailingList, Subscriber, Subscription, Topic, TopicChoice
from subscribers.preferences import preferences_of
from tests.subscribers.post import post  # noqa: F401 - the fixture ``mailed``

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def lists() -> list[MailingList]:
    return [MailingList.objects.create(slug=slug, name=slug, double_opt_in=False) for slug in ("a", "b", "c")]


def on(email: str, mailing_list: MailingList) -> Subscription:
    return consent.subscribe(normalise(email), mailing_list, at=NOW, source="form")


def ask(subscription: Subscription, to: str, *, at: datetime = NOW) -> None:
    moving.ask(preferences_of(subscription.token, at=at), normalise(to), at=at)


def press(mailed, *, at: datetime = NOW) -> bool:
    found = links.find(links.mint(mailed[-1].values["link"], at=at), links.Purpose.MOVE)
    return moving.move(found, at=at, wording="Use this address")


def test_the_new_address_is_proven_and_the_old_one_told(lists, mailed) -> None:
    mine = on("old@example.org", lists[0])
    ask(mine, "New@example.net")
    assert [(one.kind, one.address) for one in mailed] == [("move", "New@example.net")]
    assert Subscriber.objects.get().email == "old@example.org"
    assert press(mailed)
    assert [(one.email, one.email_norm) for one in Subscriber.objects.all()] == [("New@example.net", "new@example.net")]
    assert (mailed[-1].kind, mailed[-1].address) == ("moved", "old@example.org")
    assert "New@example.net" not in str(mailed[-1])
    last = Consent.objects.order_by("-pk")[0]
    assert (last.subscription, last.action, last.source, last.wording) == (
        mine,
        "confirmed",
        "change of address",
        "Use this address",
    )


def test_a_link_works_once_and_for_an_hour(lists, mailed) -> None:
    mine = on("old@example.org", lists[0])
    ask(mine, "new@example.net")
    key = links.mint(mailed[-1].values["link"], at=NOW)
    found = links.find(key, links.Purpose.MOVE)
    assert not moving.move(found, at=NOW + timedelta(hours=1), wording="")
    assert moving.move(found, at=NOW, wording="")
    assert not moving.move(found, at=NOW, wording="")


def test_who_is_known_at_both_becomes_one(lists, mailed) -> None:
    a, b, c = lists
    mine, theirs = on("old@example.org", a), on("new@example.net", a)
    mine_b, theirs_b = on("old@example.org", b), on("new@example.net", b)
    theirs_c = on("new@example.net", c)
    consent.unsubscribe(mine_b.token, at=NOW, source="x")
    consent.unsubscribe(theirs.token, at=NOW, source="x")
    topic = Topic.objects.create(slug="housing", name="Housing")
    for one in (mine, theirs):
        TopicChoice.objects.create(subscriber=one.subscriber, topic=topic)
    Subscriber.objects.filter(pk=mine.subscriber_id).update(attributes={"city": "Bern"}, language="fr")
    Subscriber.objects.filter(pk=theirs.subscriber_id).update(attributes={"city": "Ulm", "x": 1}, language="de")
    before = Consent.objects.count()
    ask(mine, "new@example.net")
    assert press(mailed)
    [reader] = Subscriber.objects.all()
    assert (reader.email, reader.language, reader.attributes) == ("new@example.net", "fr", {"city": "Bern", "x": 1})
    assert dict(reader.subscriptions.values_list("list__slug", "state")) == {
        "a": "active",
        "b": "active",
        "c": "active",
    }
    assert Consent.objects.count() == before + 3, "no evidence is lost, and each active one is confirmed"
    assert reader.choices.count() == 1
    # The links in mails to both work on.
    for token in (mine.token, theirs.token, mine_b.token, theirs_b.token, theirs_c.token):
        consent.unsubscribe(token, at=NOW, source="link")
        assert preferences_of(token, at=NOW).subscriber == reader
    assert set(reader.subscriptions.values_list("state", flat=True)) == {"unsubscribed"}


def test_links_survive_a_second_merge(lists, mailed) -> None:
    first, second, third = (on(f"{name}@example.org", lists[0]) for name in ("one", "two", "three"))
    ask(second, "one@example.org")
    assert press(mailed)
    ask(third, "one@example.org", at=NOW + timedelta(days=1))
    assert press(mailed, at=NOW + timedelta(days=1))
    for one in (first, second, third):
        assert consent.of_token(one.token) is not None
    consent.unsubscribe(first.token, at=NOW, source="link")
    assert Subscription.objects.get().state == "unsubscribed"


def test_the_same_address_written_otherwise(lists, mailed) -> None:
    mine = on("ana@example.org", lists[0])
    ask(mine, "ana@example.org")
    assert mailed == []
    ask(mine, "Ana@Example.org")
    assert press(mailed)
    assert Subscriber.objects.get().email == "Ana@example.org"


@pytest.mark.parametrize(("reason", "number"), [("complained", 0), ("manual", 0), ("unsubscribed", 1), ("erased", 1)])
def test_a_suppressed_address_is_asked_only_where_it_may_answer(lists, mailed, reason: str, number: int) -> None:
    suppression.suppress(normalise("new@example.net"), reason=reason, actor="x", at=NOW)
    ask(on("old@example.org", lists[0]), "new@example.net")
    assert len(mailed) == number
    if number:
        press(mailed)
        assert not suppression.is_suppressed(normalise("new@example.net"))


def test_strangers_get_few_mails(lists, mailed) -> None:
    mine, other = on("old@example.org", lists[0]), on("other@example.org", lists[0])
    for number in range(6):
        ask(mine, f"v{number}@example.net")
    assert len(mailed) == 3
    ask(other, "v0@example.net")
    assert len(mailed) == 3, "one a day for an address, whoever asks"
