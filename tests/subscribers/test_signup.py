"""Signing up: one mail a day to whoever is named, and nothing more without their word."""

from datetime import UTC, datetime, timedelta

import pytest

from subscribers import consent, links, signup, suppression
from subscribers.address import normalise
from subscribers.models import Consent, MailedLink, MailingList, SignUp, Subscriber, Subscription, Topic
from tests.subscribers.post import post  # noqa: F401 - the fixture ``mailed``

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ADDRESS = "Ana@example.org"


def make_list(slug: str = "upr", *, double_opt_in: bool = True) -> MailingList:
    return MailingList.objects.create(slug=slug, name=slug.upper(), public=True, double_opt_in=double_opt_in)


def ask(mailing_list: MailingList, email: str = ADDRESS, *, at: datetime = NOW, **said: object) -> None:
    words = {"language": "es", "first_name": "Ana", "source": "sign-up page", "wording": "I agree", **said}
    signup.ask(mailing_list, normalise(email), at=at, **words)
    assert signup.take_waiting(at=at) == 1
    assert not SignUp.objects.exists()


def follow(mailed, *, at: datetime = NOW) -> tuple[str, MailedLink]:
    key = links.mint(mailed[-1].values["link"], at=at)
    found = links.find(key, links.Purpose.CONFIRM)
    assert found is not None
    return key, found


def state(email: str = ADDRESS) -> str:
    return Subscription.objects.get(subscriber__email_norm=email.lower()).state


def evidence() -> list[tuple[str, str, str]]:
    return list(Consent.objects.order_by("pk").values_list("action", "source", "wording"))


def press(mailed, *, at: datetime = NOW) -> bool:
    return signup.confirm(follow(mailed, at=at)[1], at=at, source="confirmation link", wording="Yes")


def test_who_confirms_is_subscribed_and_the_evidence_says_how(mailed) -> None:
    Topic.objects.create(slug="housing", name="Housing")
    ask(make_list(), topics=["housing", "none"])
    assert state() == "pending"
    [notice] = mailed
    assert (notice.kind, notice.address, notice.language) == ("confirm", ADDRESS, "es")
    assert "Ana" not in str(dict(notice.values)), "nothing that was typed is mailed"
    assert Subscriber.objects.get().attributes == {}, "nor kept before it is confirmed"
    assert press(mailed)
    assert state() == "active"
    assert evidence() == [
        ("subscribed", "sign-up page", "I agree"),
        ("confirmed", "confirmation link", "Yes"),
    ]
    assert Consent.objects.get(action="confirmed").confirms == Consent.objects.get(action="subscribed")
    reader = Subscriber.objects.get()
    assert (reader.attributes, reader.language) == ({"first_name": "Ana"}, "es")
    assert [one.topic.slug for one in reader.choices.all()] == ["housing"]


def test_a_link_works_once(mailed) -> None:
    ask(make_list())
    key, link = follow(mailed)
    assert signup.confirm(link, at=NOW, source="x", wording="")
    assert not signup.confirm(links.find(key, links.Purpose.CONFIRM), at=NOW, source="x", wording="")
    assert len(evidence()) == 2


def test_a_link_expires_and_can_be_asked_for_again(mailed) -> None:
    ask(make_list())
    _, link = follow(mailed)
    late = NOW + timedelta(days=7)
    assert not signup.confirm(link, at=late, source="x", wording="")
    assert state() == "pending"
    signup.ask_again(link, at=late)
    signup.ask_again(link, at=late)
    assert [one.kind for one in mailed] == ["confirm", "confirm"]
    assert signup.confirm(follow(mailed, at=late)[1], at=late, source="x", wording="")
    assert state() == "active"


def test_a_link_that_works_is_not_mailed_again(mailed) -> None:
    ask(make_list())
    signup.ask_again(follow(mailed)[1], at=NOW + timedelta(days=6))
    assert len(mailed) == 1


def test_a_thousand_sign_ups_are_one_mail_a_day(mailed) -> None:
    lists = [make_list(), make_list("other")]
    for number in range(1_000):
        signup.ask(lists[number % 2], normalise(ADDRESS), at=NOW, source="x", wording="")
    assert sum(signup.take_waiting(at=NOW) for _ in range(3)) == 1_000
    assert len(mailed) == 1
    assert Consent.objects.count() == 1, "what is not mailed is not evidence, either"
    ask(lists[0], at=NOW + timedelta(hours=23, minutes=59))
    assert len(mailed) == 1
    ask(lists[0], at=NOW + timedelta(days=1))
    assert len(mailed) == 2


def test_who_is_subscribed_is_told_and_stays_so(mailed) -> None:
    mailing_list = make_list()
    ask(mailing_list)
    press(mailed)
    ask(mailing_list, first_name="Eve", at=NOW + timedelta(days=2))
    assert [one.kind for one in mailed] == ["confirm", "exists"]
    assert mailed[1].values["token"] == Subscription.objects.get().token
    assert Subscriber.objects.get().attributes == {"first_name": "Ana"}


@pytest.mark.parametrize("reason", ["unsubscribed", "bounced", "erased"])
def test_their_own_word_lifts_what_is_theirs(mailed, reason: str) -> None:
    suppression.suppress(normalise(ADDRESS), reason=reason, actor="x", at=NOW)
    ask(make_list())
    assert suppression.is_suppressed(normalise(ADDRESS)), "to ask is not enough"
    assert press(mailed)
    assert not suppression.is_suppressed(normalise(ADDRESS))
    assert state() == "active"


@pytest.mark.parametrize("reason", ["complained", "manual"])
def test_no_mail_where_their_word_does_not_count(mailed, reason: str) -> None:
    suppression.suppress(normalise(ADDRESS), reason=reason, actor="x", at=NOW)
    ask(make_list())
    assert (mailed, Subscriber.objects.count()) == ([], 0)


def test_a_host_is_nobodys_own_word(mailed) -> None:
    suppression.suppress(normalise(ADDRESS), reason="erased", actor="x", at=NOW)
    suppression.suppress_host("example.org", reason="bounced", actor="x", at=NOW)
    ask(make_list())
    assert mailed == []


def test_a_strangers_form_does_not_weaken_an_opt_out(mailed) -> None:
    mailing_list = make_list()
    ask(mailing_list)
    press(mailed)
    consent.unsubscribe(Subscription.objects.get().token, at=NOW, source="link")
    ask(mailing_list, at=NOW + timedelta(days=1))
    assert state() == "unsubscribed", "an import would bring a pending one back"
    assert press(mailed, at=NOW + timedelta(days=1))
    assert state() == "active"


def test_who_unsubscribes_after_asking_stays_so(mailed) -> None:
    ask(make_list())
    consent.unsubscribe(Subscription.objects.get().token, at=NOW, source="link")
    press(mailed)
    assert state() == "unsubscribed"


def test_single_opt_in_is_at_once_and_without_a_mail(mailed) -> None:
    ask(make_list(double_opt_in=False))
    assert (state(), mailed) == ("active", [])
    assert evidence() == [("subscribed", "sign-up page", "I agree")]
    assert Subscriber.objects.get().attributes == {"first_name": "Ana"}


def test_single_opt_in_of_an_erased_reader_asks_first(mailed) -> None:
    suppression.suppress(normalise(ADDRESS), reason="erased", actor="x", at=NOW)
    ask(make_list(double_opt_in=False))
    assert [one.kind for one in mailed] == ["confirm"]
    assert state() == "pending"
    press(mailed)
    assert state() == "active"


def test_a_reader_who_bounced_proves_that_it_works_again(mailed) -> None:
    mailing_list = make_list(double_opt_in=False)
    ask(mailing_list)
    suppression.suppress(normalise(ADDRESS), reason="bounced", actor="x", at=NOW)
    ask(mailing_list, at=NOW + timedelta(days=1))
    press(mailed, at=NOW + timedelta(days=1))
    assert not suppression.is_suppressed(normalise(ADDRESS))
    assert evidence()[-1] == ("confirmed", "confirmation link", "Yes")


def test_strangers_are_forgotten_and_readers_are_not(mailed) -> None:
    upr, other = make_list(), make_list("other", double_opt_in=False)
    ask(upr, "stranger@example.org")
    ask(upr, "reader@example.org")
    press(mailed)
    ask(other, "half@example.org")
    ask(upr, "half@example.org", at=NOW + timedelta(days=1))
    consent.unsubscribe(
        Subscription.objects.get(subscriber__email_norm="half@example.org", list=other).token, at=NOW, source="x"
    )
    assert signup.forget_unconfirmed(at=NOW + timedelta(days=29)) == 0
    assert signup.forget_unconfirmed(at=NOW + timedelta(days=40)) == 1
    left = set(Subscription.objects.values_list("subscriber__email", "list__slug"))
    assert left == {("reader@example.org", "upr"), ("half@example.org", "other")}
