"""The difference between a mailing and the last one to the list: each number, the people behind it, and the law."""

from collections import Counter
from datetime import timedelta

import pytest

from newsletter.delivery.mailing import freeze
from newsletter.delivery.plan import ALREADY
from newsletter.models import Delivery, Mailing, Revision
from newsletter.reports.difference import ERASED, NEW, ON_A_PAGE, PAUSED, difference, people
from subscribers import audience, segments, suppression
from subscribers.address import normalise
from subscribers.audience import EVERYBODY, OUTSIDE, Part
from subscribers.models import MailingList, Subscriber, Subscription
from tests.delivery.worlds import NOW, make_list, make_plan, make_reader, make_revision

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
LATER = NOW + timedelta(days=30)
NO_TIME = timedelta()


def mailed(slug: str, upr: MailingList, part: Part = EVERYBODY) -> Mailing:
    count = audience.count(upr.slug, at=NOW, part=part)
    plan = make_plan(make_revision(slug), upr, part=part)
    mailing = freeze(plan, confirm_count=count, actor="ed", now=NOW, undo=NO_TIME)
    Delivery.objects.filter(mailing=mailing).update(state="accepted")
    return mailing


def suppress(number: int, reason: str = "manual") -> None:
    suppression.suppress(normalise(f"reader{number}@example.org"), reason=reason, actor="ed", at=NOW)


def change(number: int, **values: object) -> None:
    Subscription.objects.filter(subscriber__email_norm=f"reader{number}@example.org").update(**values)


@pytest.fixture
def upr() -> MailingList:
    """Twelve readers who all got the last issue, and then went their ways."""
    upr = make_list()
    for number in range(12):
        make_reader(number, upr, language="en" if number % 2 else "es")
    mailed("september", upr)
    change(0, state="unsubscribed")
    change(1, paused_until=LATER + timedelta(days=1))
    change(2, paused_until=LATER - timedelta(days=1))  # over by then
    suppress(3)
    suppress(4, "bounced")
    Subscriber.objects.filter(email_norm="reader5@example.org").delete()
    change(6, state="removed")
    for number in (20, 21, 22):
        make_reader(number, upr, language="en")
    suppress(22)
    return upr


def listed(upr: MailingList, revision: Revision, why: str, part: Part = EVERYBODY) -> list[str]:
    found, more = people(upr, part, revision, at=LATER, why=why)
    assert not more
    return [one.address.split("@")[0] for one in found]


def test_each_reason_with_its_people(upr: MailingList) -> None:
    october = make_revision("october-2020")
    found = difference(upr, EVERYBODY, october, at=LATER)
    assert found is not None
    assert (found.before, found.new, found.now, found.kept) == (12, 2, 8, 6)
    assert found.gone == {
        ERASED: 1,
        PAUSED: 1,
        "removed": 1,
        "suppressed: bounced": 1,
        "suppressed: manual": 1,
        "unsubscribed": 1,
    }
    assert found.last.revision.issue.slug == "september"
    assert found.same_part
    assert listed(upr, october, NEW) == ["reader20", "reader21"]
    assert listed(upr, october, "unsubscribed") == ["reader0"]
    assert listed(upr, october, PAUSED) == ["reader1"]
    assert listed(upr, october, "suppressed: manual") == ["reader3"]
    assert listed(upr, october, "suppressed: bounced") == ["reader4"]
    assert listed(upr, october, "removed") == ["reader6"]
    assert len(listed(upr, october, ERASED)) == 1
    assert listed(upr, october, "'; DROP TABLE") == []


def test_it_is_the_count_that_would_be_mailed(upr: MailingList) -> None:
    october = make_revision("october-2020")
    english = Part((segments.parse("language = en"),))
    for part in (EVERYBODY, english):
        found = difference(upr, part, october, at=LATER)
        assert found is not None
        assert found.now == audience.count(upr.slug, at=LATER, part=part)
        assert found.before - sum(found.gone.values()) + found.new == found.now
        for why, number in {**found.gone, NEW: found.new}.items():
            assert Counter({why: number}) == Counter({why: len(listed(upr, october, why, part))})
        assert found.gone.get(OUTSIDE, 0) == (4 if part == english else 0)  # 2, 4, 8, 10
        assert found.same_part == part.whole


def test_who_has_the_issue_already_is_gone(upr: MailingList) -> None:
    october = make_revision("october-2020")
    spanish = Part((segments.parse("language = es"),))
    mailing = mailed("october-2020", upr, spanish)
    found = difference(upr, EVERYBODY, october, at=LATER)
    assert found is not None
    assert found.last.revision.issue.slug == "september"
    assert found.gone[ALREADY] == mailing.count == 2
    assert found.before - sum(found.gone.values()) + found.new == found.now
    assert listed(upr, october, ALREADY) == ["reader8", "reader10"]


def test_the_last_one_to_the_same_part_comes_first(upr: MailingList) -> None:
    english = Part((segments.parse("language = en"),))
    to_some = mailed("english", upr, english)
    to_all = mailed("all", upr)
    october = make_revision("october-2020")
    for part, last in ((english, to_some), (EVERYBODY, to_all), (Part((segments.parse("language = es"),)), to_all)):
        found = difference(upr, part, october, at=LATER)
        assert found is not None and found.last == last
    Mailing.objects.filter(pk=to_all.pk).update(state="cancelled")
    found = difference(upr, EVERYBODY, october, at=LATER)
    assert found is not None and found.last.revision.issue.slug == "september"
    Mailing.objects.exclude(pk=to_some.pk).update(dry_run=True)
    found = difference(upr, EVERYBODY, october, at=LATER)
    assert found is not None and found.last == to_some


def test_a_first_mailing_differs_from_nothing(upr: MailingList) -> None:
    assert difference(make_list("other"), EVERYBODY, make_revision("october-2020"), at=LATER) is None
    assert people(make_list("other"), EVERYBODY, make_revision("x"), at=LATER, why=NEW) == ([], False)


def test_people_come_by_pages(upr: MailingList) -> None:
    october = make_revision("october-2020")
    for number in range(100, 100 + ON_A_PAGE):
        make_reader(number, upr)
    suppress(100)
    pages = [people(upr, EVERYBODY, october, at=LATER, why=NEW, page=page) for page in (1, 2, 3)]
    assert [(len(found), more) for found, more in pages] == [(ON_A_PAGE, True), (1, False), (0, False)]
    assert len({one.address for found, _ in pages for one in found}) == ON_A_PAGE + 1
