"""What comes back of mails: the policy table, any order and repetition, and taking it back."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from subscribers import consent, feedback, suppression
from subscribers.address import normalise
from subscribers.models import Consent, Feedback, MailingList, Subscriber, Subscription, Suppression

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANA, EVE = "ana@example.org", "eve@example.org"
"""A reader of two lists, and somebody who is on none."""


@pytest.fixture
def ana() -> Subscriber:
    reader = Subscriber.objects.create(email=ANA, email_norm=ANA)
    for slug in ("one", "two"):
        mailing_list = MailingList.objects.create(slug=slug, name=slug)
        Subscription.objects.create(subscriber=reader, list=mailing_list, state="active")
    return reader


def tell(number: object, kind: str, norm: str = ANA, *, at: datetime = NOW, **more: object) -> Feedback:
    return feedback.record("sendgrid", f"id-{number}", norm=norm, kind=kind, at=at, **more)  # type: ignore[arg-type]


def reason(norm: str = ANA) -> str | None:
    return suppression.reasons([norm]).get(norm)


def lists() -> list[str]:
    return sorted(Subscription.objects.exclude(state="unsubscribed").values_list("list__slug", flat=True))


@pytest.mark.parametrize(
    ("kind", "why", "on"),
    [
        ("hard", "bounced", ["one", "two"]),
        ("soft", None, ["one", "two"]),
        ("complaint", "complained", []),
        ("unsubscribe", None, []),
    ],
)
def test_what_each_kind_does_at_once(ana: Subscriber, kind: str, why: str | None, on: list[str]) -> None:
    told = tell(1, kind, detail="550 no such user")
    assert (reason(), lists(), told.subscriber_id) == (why, on, ana.pk)
    assert ANA not in str([list(rows.values()) for rows in (Feedback.objects.all(), Suppression.objects.all())])


def test_an_opt_out_of_one_list_leaves_the_other(ana: Subscriber) -> None:
    tell(1, "unsubscribe", subscription=ana.subscriptions.get(list__slug="one").pk)
    assert (lists(), reason()) == (["two"], None)


def test_who_is_no_reader_and_opts_out_is_not_mailed_by_the_next_import() -> None:
    tell(1, "unsubscribe", EVE)
    assert reason(EVE) == "unsubscribed"


def test_who_came_back_since_stays(ana: Subscriber) -> None:
    one = ana.subscriptions.get(list__slug="one")
    consent.record(one, Consent.Action.RESUBSCRIBED, at=NOW + DAY, source="page")
    tell(1, "unsubscribe")
    assert lists() == ["one"]


def test_the_owner_may_have_another_address_by_now(ana: Subscriber) -> None:
    told = tell(1, "complaint", "old@example.org", subscriber=ana.pk)
    assert told.subscriber_id == ana.pk and lists() == [] and reason("old@example.org") == "complained"


def soft(days: Sequence[float], norm: str = ANA) -> None:
    for day in days:
        tell(f"soft {day}", "soft", norm, at=NOW + day * DAY)


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ([0, 1, 2, 3], None),
        ([0, 1, 2, 3, 4], "soft-bounces"),
        ([0, 0.1, 0.2, 0.3, 0.4], None),  # all on one day
        ([0, 1, 2, 3, 31], None),  # too far apart
        ([0, 1, 2, 3, 30], "soft-bounces"),
        ([0, 20, 27, 34, 41, 48], "soft-bounces"),  # the last five
    ],
)
def test_soft_bounces_count_by_days_within_a_time(days: list[float], why: str | None) -> None:
    soft(days)
    assert reason() == why


def test_the_counts_are_settings(settings: Settings) -> None:
    settings.SOFT_BOUNCES, settings.SOFT_WITHIN = 2, 3 * DAY
    soft([0, 4])
    assert reason() is None
    soft([7])
    assert reason() == "soft-bounces"


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """When mails reached Ana."""
    times: list[datetime] = []
    monkeypatch.setattr(feedback, "deliveries", lambda _, after, before: [at for at in times if after < at < before])
    yield times


def test_a_mail_that_arrived_between_begins_the_count_anew(ana: Subscriber, reached: list[datetime]) -> None:
    reached.append(NOW + 2.5 * DAY)
    soft([0, 1, 2, 3, 4, 5, 6])
    assert reason() is None
    soft([7])
    assert reason() == "soft-bounces"


def test_a_delivery_that_is_told_late_lifts_what_soft_bounces_brought(ana: Subscriber, reached: list[datetime]) -> None:
    soft([0, 1, 2, 3, 4])
    assert reason() == "soft-bounces"
    reached.append(NOW + 2.5 * DAY)
    feedback.delivered([ana.pk], NOW + 2.5 * DAY)
    assert reason() is None
    tell("hard", "hard")
    feedback.delivered([ana.pk], NOW + 2.5 * DAY)
    assert reason() == "bounced"


def test_undo_lifts_what_it_brought_and_is_on_record() -> None:
    told = tell(1, "hard")
    assert feedback.undo(told, actor="desk", at=NOW + DAY) is True
    told.refresh_from_db()
    assert (reason(), told.undone_by, told.undone_at) == (None, "desk", NOW + DAY)
    with pytest.raises(feedback.UndoError, match="before"):
        feedback.undo(told, actor="desk", at=NOW + DAY)
    tell(1, "hard")
    assert reason() is None, "the same told again"
    tell(2, "hard", at=NOW + DAY / 2)
    assert reason() is None, "it happened before somebody took it back"
    tell(3, "hard", at=NOW + 2 * DAY)
    assert reason() == "bounced", "it happened again"


def test_undo_lifts_nothing_that_stands_for_another_reason() -> None:
    hard, complaint = tell(1, "hard"), tell(2, "complaint")
    assert reason() == "complained"
    assert feedback.undo(complaint, actor="desk", at=NOW + DAY) is False and reason() == "bounced"
    assert feedback.undo(hard, actor="desk", at=NOW + DAY) is True and reason() is None


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("word", ["manual", "erased", "unsubscribed"])
def test_undo_never_lifts_somebodys_word(word: str, first: bool) -> None:
    def say() -> None:
        suppression.suppress(normalise(ANA), reason=word, actor="desk", at=NOW)

    if first:
        say()
    told = tell(1, "hard")
    if not first:
        say()
    assert feedback.undo(told, actor="desk", at=NOW + DAY) is False
    assert reason() == word


def test_the_readers_own_word_is_not_undone(ana: Subscriber) -> None:
    with pytest.raises(feedback.UndoError, match="own word"):
        feedback.undo(tell(1, "unsubscribe"), actor="desk", at=NOW)
    complaint = tell(2, "complaint")
    assert feedback.undo(complaint, actor="desk", at=NOW + DAY) is True
    assert lists() == [] and reason() is None


def test_what_a_person_lifted_counts_no_more_and_what_is_new_does() -> None:
    tell(1, "hard")
    assert suppression.lift(normalise(ANA), at=NOW + DAY, actor="desk")
    tell(2, "hard", at=NOW)
    assert reason() is None
    tell(3, "soft", at=NOW + 2 * DAY)
    assert reason() is None, "the old bounce does not come back with a new one"
    assert set(Feedback.objects.exclude(undone_at=None).values_list("external_id", flat=True)) == {"id-1", "id-2"}


Told = tuple[int, str, str, float]
_TOLD = st.lists(
    st.tuples(
        st.integers(0, 99),
        st.sampled_from(["hard", "soft", "soft", "soft", "soft", "complaint", "unsubscribe", "delivered"]),
        st.sampled_from([ANA, EVE]),
        st.integers(0, 80).map(lambda half: half / 2),
    ),
    max_size=14,
    unique_by=lambda one: one[0],
)


def state_after(told: Sequence[Told], times: list[datetime]) -> object:
    """How everything stands after ``told`` in this order, from nothing."""
    Feedback.objects.all().delete()
    Suppression.objects.all().delete()
    Consent.objects.all().delete()
    Subscription.objects.update(state="active")
    times.clear()
    ana = Subscriber.objects.get()
    for number, kind, norm, day in told:
        at = NOW + day * DAY
        if kind == "delivered":
            times.append(at)
            feedback.delivered([ana.pk], at)
        else:
            tell(number, kind, norm, at=at)
    rows = Suppression.objects.filter(lifted_at=None).order_by("value_hash")
    brought = Feedback.objects.filter(suppression__lifted_at=None).exclude(suppression=None)
    return (
        list(rows.values_list("value_hash", "reason", "at")),
        lists(),
        sorted(Feedback.objects.values_list("external_id", "kind", "value_hash", "at")),
        sorted(brought.values_list("external_id", flat=True)),
    )


@given(told=_TOLD, data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_repetition_gives_the_same(
    ana: Subscriber, reached: list[datetime], told: list[Told], data: st.DataObject
) -> None:
    again = data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told), max_size=6)) if told else []))
    assert state_after(told, reached) == state_after(again, reached)


def test_every_order_of_a_hard_case(ana: Subscriber, reached: list[datetime], settings: Settings) -> None:
    settings.SOFT_BOUNCES = 3
    told = [(1, "soft", ANA, 0.0), (2, "soft", ANA, 1.0), (3, "delivered", ANA, 1.5), (4, "soft", ANA, 2.0)]
    told.append((5, "soft", ANA, 3.0))
    states = {repr(state_after(order, reached)) for order in permutations(told)}
    assert len(states) == 1 and reason() is None
