"""Who may be mailed, and who no longer."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from subscribers import audience, consent, paging, segments, suppression
from subscribers.address import normalise
from subscribers.models import MailingList, Subscriber, Subscription

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)


@pytest.fixture
def upr() -> MailingList:
    return MailingList.objects.create(slug="upr", name="UPR", double_opt_in=False)


def add(mailing_list: MailingList, name: str) -> Subscription:
    return consent.subscribe(normalise(f"{name}@example.org"), mailing_list, at=NOW, source="test")


def mailed(at: datetime = NOW) -> list[str]:
    return [recipient.email.partition("@")[0] for recipient in audience.members("upr", at=at)]


def test_a_recipient_has_all_that_a_mail_can_say(upr: MailingList) -> None:
    subscription = add(upr, "Alice")
    Subscriber.objects.update(
        name="Alice A", language="es", timezone="America/Lima", attributes={"first_name": "Alice"}
    )
    assert list(audience.members("upr", at=NOW)) == [
        audience.Recipient(
            subscription_id=subscription.pk,
            token=subscription.token,
            subscriber_id=subscription.subscriber_id,
            email="Alice@example.org",
            email_norm="alice@example.org",
            name="Alice A",
            language="es",
            timezone="America/Lima",
            attributes={"first_name": "Alice"},
        )
    ]


def test_each_reason_keeps_out_and_is_counted(upr: MailingList) -> None:
    everyone = {name: add(upr, name) for name in ("active", "gone", "paused", "back", "bounced", "waiting", "blocked")}
    add(MailingList.objects.create(slug="other", name="Other"), "elsewhere")
    consent.unsubscribe(everyone["gone"].token, at=NOW, source="test")
    Subscription.objects.filter(pk=everyone["paused"].pk).update(paused_until=NOW + timedelta(seconds=1))
    Subscription.objects.filter(pk=everyone["back"].pk).update(paused_until=NOW)
    Subscription.objects.filter(pk=everyone["waiting"].pk).update(state="pending")
    suppression.suppress(normalise("bounced@example.org"), reason="bounced", actor="test", at=NOW)
    Subscriber.objects.filter(email_norm="blocked@example.org").update(email_norm="blocked@example.net")
    suppression.suppress_host("example.net", reason="manual", actor="test", at=NOW)

    assert mailed() == ["active", "back"]
    assert audience.count("upr", at=NOW) == 2
    assert audience.excluded("upr", at=NOW) == {
        "unsubscribed": 1,
        "pending": 1,
        "paused": 1,
        "suppressed: bounced": 1,
        "suppressed: manual, whole host": 1,
    }
    ids = [subscription.pk for subscription in everyone.values()]
    assert audience.no_longer([*ids, 999_999], at=NOW) == {
        everyone["gone"].pk: "unsubscribed",
        everyone["paused"].pk: "paused",
        everyone["waiting"].pk: "pending",
        everyone["bounced"].pk: "suppressed: bounced",
        everyone["blocked"].pk: "suppressed: manual, whole host",
        999_999: "erased",
    }
    assert mailed(NOW + timedelta(seconds=1)) == ["active", "paused", "back"]


def test_an_unknown_list_is_an_error_before_the_first_reader() -> None:
    with pytest.raises(MailingList.DoesNotExist):
        audience.members("nowhere")
    with pytest.raises(MailingList.DoesNotExist):
        audience.count("nowhere")


def test_pages_join_without_gap_or_repeat(upr: MailingList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "CHUNK", 3)
    names = [f"reader{number}" for number in range(7)]
    for name in names:
        add(upr, name)
    assert mailed() == names
    assert audience.count("upr", at=NOW) == 7


def test_a_batch_is_read_again_in_few_queries(
    upr: MailingList, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    subscribers = Subscriber.objects.bulk_create(
        Subscriber(email=f"r{n}@example.org", email_norm=f"r{n}@example.org") for n in range(1_000)
    )
    rows = Subscription.objects.bulk_create(
        Subscription(subscriber=subscriber, list=upr, state="active") for subscriber in subscribers
    )
    suppression.suppress(normalise("r5@example.org"), reason="complained", actor="test", at=NOW)
    suppression.suppress_host("example.com", reason="manual", actor="test", at=NOW)
    with django_assert_max_num_queries(4):
        assert audience.no_longer([row.pk for row in rows], at=NOW) == {rows[5].pk: "suppressed: complained"}


def test_a_part_of_a_list(upr: MailingList) -> None:
    for name, country in (("alice", "CH"), ("bea", "CH"), ("carl", "FR"), ("dan", ""), ("eve", "CH"), ("fay", "CH")):
        subscriber = add(upr, name).subscriber
        Subscriber.objects.filter(pk=subscriber.pk).update(name=name, attributes={"first_name": country})
    consent.unsubscribe(Subscription.objects.get(subscriber__name="eve").token, at=NOW, source="test")
    suppression.suppress(normalise("fay@example.org"), reason="bounced", actor="test", at=NOW)
    swiss, bea = segments.parse("first_name = CH"), segments.parse("name = bea")
    for part, names in (
        (audience.Part(), ["alice", "bea", "carl", "dan"]),
        (audience.Part((swiss,)), ["alice", "bea"]),
        (audience.Part(exclude=(swiss,)), ["carl", "dan"]),
        (audience.Part((swiss,), (bea,)), ["alice"]),
    ):
        found = [recipient.name for recipient in audience.members("upr", at=NOW, part=part)]
        assert found == names
        tally = audience.tally("upr", at=NOW, part=part)
        assert tally.mailable == len(names)
        assert tally.mailable + sum(tally.excluded.values()) == 6
    assert audience.excluded("upr", at=NOW, part=audience.Part((swiss,))) == {
        "unsubscribed": 1,
        "suppressed: bounced": 1,
        "not in the segment": 2,
    }
    with pytest.raises(segments.SegmentError, match="no list"):
        audience.members("upr", at=NOW, part=audience.Part((segments.parse("list = nowhere"),)))


def test_which_segments_each_reader_is_in(upr: MailingList) -> None:
    for name, country in (("alice", "CH"), ("bea", "CH"), ("carl", "FR"), ("eve", "CH")):
        subscriber = add(upr, name).subscriber
        Subscriber.objects.filter(pk=subscriber.pk).update(name=name, attributes={"first_name": country})
    consent.unsubscribe(Subscription.objects.get(subscriber__name="eve").token, at=NOW, source="test")
    told = [segments.parse("first_name = CH"), segments.parse("name = alice")]
    found = {one.name: one.held for one in audience.members("upr", at=NOW, told=told)}
    assert found == {"alice": (True, True), "bea": (True, False), "carl": (False, False)}
    assert audience.held("upr", told, at=NOW) == dict.fromkeys(found.values(), 1)
    assert audience.held("upr", told, at=NOW, part=audience.Part((told[1],))) == {(True, True): 1}
    assert audience.held("upr", [], at=NOW) == {(): 3}
    assert audience.held_by(Subscriber.objects.get(name="bea"), told) == (True, False)
