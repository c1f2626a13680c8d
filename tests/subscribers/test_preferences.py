"""What the link in a mail may change, and what not."""

from datetime import UTC, datetime, timedelta

import pytest

from subscribers import audience, consent, suppression
from subscribers.address import normalise
from subscribers.links import Purpose
from subscribers.models import Consent, MailingList, Subscriber, Subscription, Topic, TopicChoice
from subscribers.preferences import Wanted, change, leave_all, mail_link, masked, preferences_of
from tests.subscribers.post import post  # noqa: F401 - the fixture ``mailed``

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def reader() -> Subscription:
    """On the private list ``board``; ``upr`` is public, ``secret`` is not."""
    for slug in ("upr", "board", "secret"):
        MailingList.objects.create(slug=slug, name=slug.upper(), public=slug == "upr", double_opt_in=False)
    for slug in ("housing", "police"):
        Topic.objects.create(slug=slug, name=slug)
    board = MailingList.objects.get(slug="board")
    return consent.subscribe(normalise("ana@example.org"), board, at=NOW, source="form")


def save(token: str, lists=("board",), topics=(), language="", timezone="", paused_until=None, at=NOW) -> None:
    wanted = Wanted(lists, topics, language, timezone, paused_until)
    known = preferences_of(token, at=at)
    change(known, wanted, at=at, source="page", wordings={one.slug: f"Yes: {one.slug}" for one in known.lists})


def states() -> dict[str, str]:
    return dict(Subscription.objects.values_list("list__slug", "state"))


def test_shown_are_public_lists_and_those_they_are_on(reader: Subscription) -> None:
    known = preferences_of(reader.token, at=NOW)
    assert [(one.slug, one.on) for one in known.lists] == [("board", True), ("upr", False)]
    assert [(one.slug, one.on) for one in known.topics] == [("housing", False), ("police", False)]
    assert known.masked == "a***@e***.org"


def test_nobody_is_nobody() -> None:
    assert preferences_of("A" * 22, at=NOW) is None


def test_a_list_is_joined_and_left_with_evidence(reader: Subscription) -> None:
    save(reader.token, lists=["upr"])
    assert states() == {"board": "unsubscribed", "upr": "active"}
    save(reader.token, lists=["upr", "board"])
    assert states() == {"board": "active", "upr": "active"}
    found = list(Consent.objects.order_by("pk").values_list("subscription__list__slug", "action", "source", "wording"))
    assert found[1:] == [
        ("upr", "subscribed", "page", "Yes: upr"),
        ("board", "unsubscribed", "page", ""),
        ("board", "resubscribed", "page", "Yes: board"),
    ]
    save(reader.token, lists=["upr", "board"])
    assert Consent.objects.count() == len(found), "what stays as it is leaves no trace"


@pytest.mark.parametrize("wanted", ["secret", "nonsense"])
def test_a_list_that_is_not_shown_cannot_be_joined(reader: Subscription, wanted: str) -> None:
    save(reader.token, lists=["board", wanted])
    assert states() == {"board": "active"}


def test_a_private_list_can_be_left_and_taken_up_again_by_its_own_link(reader: Subscription) -> None:
    save(reader.token, lists=[])
    save(reader.token, lists=["board"])
    assert states() == {"board": "active"}


def test_topics_language_and_zone(reader: Subscription) -> None:
    save(reader.token, topics=["housing", "none"], language="ar", timezone="Asia/Beirut")
    save(reader.token, topics=["police"], language="ar", timezone="Asia/Beirut")
    subscriber = Subscriber.objects.get()
    assert (subscriber.language, subscriber.timezone) == ("ar", "Asia/Beirut")
    assert list(TopicChoice.objects.values_list("topic__slug", flat=True)) == ["police"]


def test_a_pause_ends_by_itself_or_by_their_word(reader: Subscription) -> None:
    until = NOW + timedelta(days=30)
    save(reader.token, lists=["board", "upr"], paused_until=until)
    assert preferences_of(reader.token, at=NOW).paused_until == until
    assert [audience.count(slug, at=NOW) for slug in ("board", "upr")] == [0, 0]
    assert [audience.count(slug, at=until) for slug in ("board", "upr")] == [1, 1]
    assert preferences_of(reader.token, at=until).paused_until is None
    save(reader.token, lists=["board", "upr"])
    assert audience.count("board", at=NOW) == 1


def test_leaving_everything_holds_against_later_lists(reader: Subscription) -> None:
    save(reader.token, lists=["board", "upr"])
    leave_all(preferences_of(reader.token, at=NOW), at=NOW, source="page")
    leave_all(preferences_of(reader.token, at=NOW), at=NOW, source="page")
    assert set(states().values()) == {"unsubscribed"}
    assert suppression.reasons(["ana@example.org"]) == {"ana@example.org": "unsubscribed"}
    assert Consent.objects.filter(action="unsubscribed").count() == 2


def test_coming_back_ends_their_own_suppression(reader: Subscription) -> None:
    leave_all(preferences_of(reader.token, at=NOW), at=NOW, source="page")
    save(reader.token, lists=["upr"])
    assert not suppression.is_suppressed(normalise("ana@example.org"))
    assert audience.count("upr", at=NOW) == 1


@pytest.mark.parametrize("reason", ["complained", "manual", "bounced"])
def test_no_page_lifts_what_is_not_theirs(reader: Subscription, reason: str) -> None:
    suppression.suppress(normalise("ana@example.org"), reason=reason, actor="x", at=NOW)
    save(reader.token, lists=["upr"])
    assert suppression.is_suppressed(normalise("ana@example.org"))


def test_a_link_for_their_data_goes_to_the_address_a_few_times_a_day(reader: Subscription, mailed) -> None:
    known = preferences_of(reader.token, at=NOW)
    for _ in range(5):
        mail_link(known, Purpose.DOWNLOAD, at=NOW)
    mail_link(known, Purpose.ERASE, at=NOW)
    assert [(one.kind, one.address) for one in mailed] == [("download", "ana@example.org")] * 3 + [
        ("erase", "ana@example.org")
    ]


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("ana@example.org", "a***@e***.org"),
        ("x@a.b.co.uk", "x***@a***.uk"),
        ("é@xn--e1afmkfd.xn--p1ai", "é***@x***.xn--p1ai"),
    ],
)
def test_an_address_is_masked(email: str, shown: str) -> None:
    assert masked(email) == shown
