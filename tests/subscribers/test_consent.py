"""Transitions of a subscription, and their evidence."""

from datetime import UTC, datetime, timedelta

import pytest

from subscribers import consent
from subscribers.address import normalise
from subscribers.consent import TokenError
from subscribers.models import Consent, MailingList, Subscription

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def make_list(*, double_opt_in: bool = False) -> MailingList:
    return MailingList.objects.create(slug="upr-network", name="UPR network", double_opt_in=double_opt_in)


def subscribe(mailing_list: MailingList) -> Subscription:
    return consent.subscribe(normalise("Alice@example.org"), mailing_list, at=NOW, source="form", wording="Yes")


def state(subscription: Subscription) -> str:
    return Subscription.objects.get(pk=subscription.pk).state


def evidence(subscription: Subscription) -> list[tuple[str, datetime, str]]:
    return list(subscription.consents.order_by("pk").values_list("action", "at", "source"))


def test_single_opt_in_is_active_at_once() -> None:
    subscription = subscribe(make_list())
    assert state(subscription) == "active"
    assert evidence(subscription) == [("subscribed", NOW, "form")]
    assert Consent.objects.get().wording == "Yes"
    assert subscription.subscriber.email == "Alice@example.org"


def test_double_opt_in_waits_for_the_confirmation() -> None:
    subscription = subscribe(make_list(double_opt_in=True))
    assert state(subscription) == "pending"
    consent.confirm(subscription.token, at=LATER, source="mail")
    consent.confirm(subscription.token, at=LATER, source="mail")
    assert state(subscription) == "active"
    assert evidence(subscription) == [("subscribed", NOW, "form"), ("confirmed", LATER, "mail")]


def test_subscribing_again_changes_nothing_while_active() -> None:
    mailing_list = make_list(double_opt_in=True)
    subscription = subscribe(mailing_list)
    consent.confirm(subscription.token, at=NOW, source="mail")
    again = consent.subscribe(normalise("ALICE@EXAMPLE.org"), mailing_list, at=LATER, source="form")
    assert again == subscription
    assert state(subscription) == "active"
    assert len(evidence(subscription)) == 2


@pytest.mark.parametrize("double_opt_in", [False, True])
def test_unsubscribe_holds_and_is_recorded_once(double_opt_in: bool) -> None:
    subscription = subscribe(make_list(double_opt_in=double_opt_in))
    consent.unsubscribe(subscription.token, at=LATER, source="link")
    consent.unsubscribe(subscription.token, at=LATER, source="link")
    consent.confirm(subscription.token, at=LATER, source="an old confirmation mail")
    assert state(subscription) == "unsubscribed"
    assert evidence(subscription) == [("subscribed", NOW, "form"), ("unsubscribed", LATER, "link")]


def test_the_reader_can_come_back_by_their_own_word() -> None:
    mailing_list = make_list(double_opt_in=True)
    subscription = subscribe(mailing_list)
    consent.unsubscribe(subscription.token, at=NOW, source="link")
    consent.subscribe(normalise("alice@example.org"), mailing_list, at=LATER, source="form")
    assert state(subscription) == "unsubscribed", "anybody may have filled in the form"
    assert consent.confirm(subscription.token, at=LATER, source="mail", wording="Yes, me")
    assert state(subscription) == "active"
    asked, confirmed = subscription.consents.order_by("pk")[2:]
    assert (confirmed.confirms, confirmed.wording) == (asked, "Yes, me")
    assert not consent.confirm(subscription.token, at=LATER, source="mail")


def test_an_unknown_token_is_answered_alike_and_changes_nothing() -> None:
    subscription = subscribe(make_list())
    consent.unsubscribe("A" * 22, at=NOW, source="link")
    assert state(subscription) == "active"


@pytest.mark.parametrize("token", ["", "A" * 21, "A" * 23, "A" * 21 + "=", "A" * 22 + "\n", "É" * 22])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenError, match="not whole"):
        consent.unsubscribe(token, at=NOW, source="link")


def test_evidence_is_not_changed() -> None:
    subscribe(make_list())
    row = Consent.objects.get()
    row.wording = "No"
    with pytest.raises(TypeError, match="only ever added"):
        row.save()
    assert Consent.objects.get().wording == "Yes"


def test_who_was_taken_off_can_leave_for_good_or_come_back() -> None:
    """An import that brought them was undone."""
    subscription = subscribe(make_list(double_opt_in=True))
    Subscription.objects.update(state="removed")
    assert consent.confirm(subscription.token, at=LATER, source="link")
    assert state(subscription) == "active"
    Subscription.objects.update(state="removed")
    consent.unsubscribe(subscription.token, at=LATER, source="link")
    assert state(subscription) == "unsubscribed"
    assert [action for action, _, _ in evidence(subscription)] == ["subscribed", "confirmed", "unsubscribed"]
