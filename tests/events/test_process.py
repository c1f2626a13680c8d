"""From what came in to what follows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.events import deliveries, inbox, process
from newsletter.models import Delivery, Event, Mailing, WebhookInbox
from subscribers import feedback, suppression
from subscribers.models import Consent, Feedback, Subscription, Suppression
from tests.delivery.worlds import make_mailing
from tests.events.posts import NOW, event, post

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _connected(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(feedback, "deliveries", deliveries.reached)
    yield


@pytest.fixture
def sent() -> list[Delivery]:
    """Three mails that the provider took."""
    make_mailing(3, provider="sendgrid")
    Delivery.objects.update(state="accepted")
    return list(Delivery.objects.order_by("pk"))


def came(*events: dict[str, Any]) -> WebhookInbox:
    number = inbox.take("sendgrid", post(events), at=NOW)
    assert process.process([number], now=NOW)
    return WebhookInbox.objects.get(pk=number)


def row(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def test_the_highest_rank_counts_whenever_it_came(sent: list[Delivery]) -> None:
    one, two, _ = sent
    later = NOW + timedelta(minutes=1)
    came(event(1, "delivered", one.public_id, at=later), event(2, "processed", two.public_id))
    came(event(3, "deferred", one.public_id), event(4, "deferred", two.public_id, at=NOW - timedelta(hours=1)))
    assert (row(one).event, row(one).event_at) == ("delivered", NOW)
    assert row(two).event == "deferred"
    came(event(5, "spamreport", one.public_id))
    came(event(6, "bounce", one.public_id, type="bounce"))
    assert (row(one).event, row(one).state) == ("complained", "accepted")
    assert Event.objects.filter(delivery=one).count() == 4


def test_the_same_twice_counts_once(sent: list[Delivery]) -> None:
    told = event(1, "bounce", sent[0].public_id, type="bounce")
    came(told, told)
    came(told)
    assert Event.objects.count() == Feedback.objects.count() == 1
    assert suppression.reasons([sent[0].email_norm]) == {sent[0].email_norm: "bounced"}


def test_only_what_tells_something_new_is_kept_as_it_came(sent: list[Delivery]) -> None:
    first = event(1, "delivered", sent[0].public_id)
    kept = [came(first), came(first), came(event(2, "open", sent[0].public_id)), came(first, {"event": "x"})]
    assert [bool(bytes(row.body)) for row in kept] == [True, False, False, True], "the last has a problem"


def test_a_bounce_is_of_the_mail_not_of_what_the_event_calls_it(sent: list[Delivery]) -> None:
    came(event(1, "bounce", sent[0].public_id, type="bounce", email="reader1@example.org"))
    assert suppression.suppressed([one.email_norm for one in sent]) == {sent[0].email_norm}


@pytest.mark.parametrize("kind", ["processed", "deferred", "delivered", "bounce", "dropped", "spamreport"])
def test_an_event_resolves_what_was_unknown(sent: list[Delivery], kind: str) -> None:
    Delivery.objects.filter(pk=sent[0].pk).update(state="unknown")
    came(event(1, kind, sent[0].public_id, reason="Bounced Address"))
    found = row(sent[0])
    assert (found.state, found.actor) == ("accepted", "provider sendgrid")
    assert "an event proves it" in found.reason


@pytest.mark.parametrize(
    ("kind", "state"), [("delivered", "accepted"), ("processed", "pending"), ("dropped", "pending")]
)
def test_who_has_the_mail_is_not_mailed_again(sent: list[Delivery], kind: str, state: str) -> None:
    """The call was taken back, and it left all the same."""
    Delivery.objects.filter(pk=sent[0].pk).update(state="pending")
    came(event(1, kind, sent[0].public_id))
    assert row(sent[0]).state == state


@pytest.mark.parametrize("state", ["submitting", "refused", "failed", "suppressed", "cancelled"])
def test_other_states_stay(sent: list[Delivery], state: str) -> None:
    Delivery.objects.filter(pk=sent[0].pk).update(state=state)
    came(event(1, "bounce", sent[0].public_id, type="bounce"))
    assert (row(sent[0]).state, row(sent[0]).event) == (state, "bounced")


def test_an_event_that_is_faster_than_the_answer_resolves_it_later(sent: list[Delivery]) -> None:
    Delivery.objects.update(state="submitting")
    came(event(1, "delivered", sent[0].public_id))
    Delivery.objects.update(state="unknown")
    Mailing.objects.update(started_at=NOW)
    assert process.resolve_late(now=NOW) == 1
    assert [one.state for one in Delivery.objects.order_by("pk")] == ["accepted", "unknown", "unknown"]


def test_what_is_about_no_mail_of_ours_is_kept_and_does_nothing(sent: list[Delivery]) -> None:
    came(
        event(1, "bounce", "x" * 22, type="bounce", email=sent[0].address),
        event(2, "spamreport", email=sent[0].address),
    )
    assert list(Event.objects.values_list("kind", "delivery")) == [("bounced", None), ("complained", None)]
    assert not Feedback.objects.exists() and not Suppression.objects.exists()
    assert Subscription.objects.filter(state="active").count() == 3


def test_one_bad_event_among_999_good(sent: list[Delivery]) -> None:
    events = [event(number, "delivered", sent[number % 3].public_id) for number in range(999)]
    events.insert(500, {"event": "delivered", "timestamp": "soon"})
    kept = came(*events)
    assert Event.objects.count() == 999
    assert kept.problem == "1 of 1,000 could not be read: event 501: it has no sg_event_id" and kept.done_at == NOW


def test_an_opt_out_is_of_one_list_or_of_all(sent: list[Delivery]) -> None:
    from tests.delivery.worlds import make_list, make_reader

    other = make_list("other")
    for number in range(2):
        make_reader(number, other)
    came(event(1, "group_unsubscribe", sent[0].public_id), event(2, "unsubscribe", sent[1].public_id))
    left = Subscription.objects.filter(state="unsubscribed").values_list("subscriber__email", "list__slug")
    assert sorted(left) == [
        ("reader0@example.org", "upr"),
        ("reader1@example.org", "other"),
        ("reader1@example.org", "upr"),
    ]


def test_a_delivery_between_soft_bounces_begins_the_count_anew(sent: list[Delivery]) -> None:
    public_id = sent[0].public_id
    days = [event(day, "blocked", public_id, at=NOW - timedelta(days=20 - day)) for day in range(5)]
    came(*days)
    assert suppression.reasons([sent[0].email_norm]) == {sent[0].email_norm: "soft-bounces"}
    came(event("late", "delivered", public_id, at=NOW - timedelta(days=17.5)))
    assert suppression.reasons([sent[0].email_norm]) == {}


def test_what_nobody_reads_is_a_problem_and_stops_nothing(
    sent: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.take("carrier pigeon", b"coo", at=NOW)
    inbox.take("sendgrid", b"\xff not json", at=NOW)
    inbox.take("sendgrid", post([event(1, "delivered", sent[0].public_id)]), at=NOW)
    assert process.process_waiting(now=lambda: NOW) == 3
    problems = list(WebhookInbox.objects.order_by("pk").values_list("problem", flat=True))
    assert "nothing here reads" in problems[0] and "not JSON" in problems[1] and problems[2] == ""
    assert inbox.waiting() == [] and process.process_waiting(now=lambda: NOW) == 0


def test_whoever_dies_in_the_middle_leaves_nothing_wrong(sent: list[Delivery], monkeypatch: pytest.MonkeyPatch) -> None:
    events = [event(1, "bounce", sent[0].public_id, type="bounce"), event(2, "delivered", sent[1].public_id)]
    number = inbox.take("sendgrid", post(events), at=NOW)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(feedback, "record", die)
        with pytest.raises(KeyboardInterrupt):
            process.process([number], now=NOW)
    assert inbox.waiting() == [number] and not Feedback.objects.exists()
    assert process.process([number], now=NOW) and not process.process([number], now=NOW)
    assert Feedback.objects.count() == 1 and Event.objects.count() == 2


_EVENTS = st.lists(
    st.tuples(
        st.integers(0, 99),
        st.sampled_from(
            ["processed", "deferred", "delivered", "bounce", "blocked", "dropped", "spamreport", "unsubscribe"]
        ),
        st.integers(0, 2),
        st.integers(0, 40),
    ),
    max_size=10,
    unique_by=lambda one: one[0],
)


def state_after(told: list[tuple[int, str, int, int]], sent: list[Delivery], cut: int) -> object:
    for table in (Event, Feedback, Suppression, Consent, WebhookInbox):
        table.objects.all().delete()
    Subscription.objects.update(state="active")
    Delivery.objects.update(state="unknown", event="", event_at=None)
    events = [
        event(
            number, kind, sent[which].public_id, at=NOW - timedelta(days=day), type="bounce", reason="Bounced Address"
        )
        for number, kind, which, day in told
    ]
    came(*events[:cut])
    came(*events[cut:])
    standing = Suppression.objects.filter(lifted_at=None).order_by("value_hash")
    return (
        list(Delivery.objects.order_by("pk").values_list("state", "event", "event_at")),
        sorted(Event.objects.values_list("external_id", "kind", "delivery", "at")),
        list(standing.values_list("value_hash", "reason", "at")),
        sorted(Subscription.objects.values_list("pk", "state")),
    )


@given(told=_EVENTS, data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_repetition_ends_the_same(
    sent: list[Delivery], told: list[tuple[int, str, int, int]], data: st.DataObject
) -> None:
    more = data.draw(st.lists(st.sampled_from(told), max_size=5)) if told else []
    again = data.draw(st.permutations(told + more))
    cut = data.draw(st.integers(0, len(again)))
    assert state_after(told, sent, len(told)) == state_after(again, sent, cut)
