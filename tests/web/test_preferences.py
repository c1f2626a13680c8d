"""The page that every mail links to, and the links to one's own data."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.models import Notice
from newsletter.web.public.preferences import months_after
from subscribers import audience, suppression
from subscribers.models import Consent, MailedLink, Subscriber, Subscription, Topic
from tests.web.readers import links_in, make_lists, make_reader, send

pytestmark = [pytest.mark.django_db]
UNKNOWN = "A" * 22


@pytest.fixture
def reader(site) -> Subscription:
    lists = make_lists()
    Topic.objects.create(slug="housing", name="Housing")
    return make_reader(lists[0])


def page(visitor, reader) -> str:
    return visitor.get(f"/p/{reader.token}").content.decode()


def post(visitor, reader, do="save", query="", **more):
    key = re.search(r'name="key" value="(\w+)"', page(visitor, reader))[1]
    said = {"key": key, "do": do, "list": ["news"], "language": "en", "timezone": "", "pause": "", **more}
    return visitor.post(f"/p/{reader.token}{query}", said)


def states() -> dict[str, str]:
    return dict(Subscription.objects.values_list("list__slug", "state"))


def test_the_page_tells_nobody_who_it_is(visitor, reader):
    answer = visitor.get(f"/p/{reader.token}")
    html = answer.content.decode()
    assert "a***@e***.org" in html
    assert "ana@" not in html
    assert "example.org" not in html
    assert "Board" not in html, "neither public nor theirs"
    assert not answer.cookies
    assert "<script" not in html
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(visitor, reader, method):
    getattr(visitor, method)(f"/p/{reader.token}")
    assert (Consent.objects.count(), Notice.objects.count()) == (0, 0)


def test_saving(visitor, reader):
    said = {"topic": ["housing"], "language": "ar", "timezone": "Asia/Beirut", "pause": "3"}
    answer = post(visitor, reader, query="?language=en", list=["alerts"], **said)
    html = answer.content.decode()
    assert '<html lang="ar" dir="rtl">' in html, "in the language that was just chosen"
    assert "تم الحفظ." in html
    assert states() == {"news": "unsubscribed", "alerts": "active"}
    subscriber = Subscriber.objects.get()
    assert (subscriber.language, subscriber.timezone) == ("ar", "Asia/Beirut")
    assert [one.topic.slug for one in subscriber.choices.all()] == ["housing"]
    joined = Consent.objects.get(action="subscribed")
    assert (joined.source, joined.wording) == ("preference page", "Example Network may send me “Alerts”.")
    until = Subscription.objects.get(list__slug="alerts").paused_until
    assert timedelta(days=88) < until - datetime.now(UTC) < timedelta(days=93)
    assert audience.count("alerts") == 0
    # What is paused stays so unless they say otherwise.
    post(visitor, reader, list=["alerts"], pause="keep")
    assert Subscription.objects.get(list__slug="alerts").paused_until == until
    post(visitor, reader, list=["alerts"], pause="")
    assert audience.count("alerts") == 1


def test_a_pause_until_a_day(visitor, reader):
    day = datetime.now(UTC).date() + timedelta(days=40)
    post(visitor, reader, pause="date", until=str(day), timezone="UTC")
    assert Subscription.objects.get().paused_until == datetime(day.year, day.month, day.day, tzinfo=UTC)


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01", "9999-12-31", "2026-02-30", "-1"])
def test_a_day_that_cannot_be_changes_nothing(visitor, reader, until):
    answer = post(visitor, reader, pause="date", until=until, list=["alerts"], language="fr")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert states() == {"news": "active"}
    assert Subscriber.objects.get().language == "en"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 22), 3, date(2027, 2, 22)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_after(day, months, then):
    assert months_after(day, months) == then


def test_what_nobody_offered_is_not_taken(visitor, reader):
    post(visitor, reader, list=["news", "board", "x"], language="tlh", timezone="Mars/Base", topic=["x"])
    subscriber = Subscriber.objects.get()
    assert (subscriber.language, subscriber.timezone, states()) == ("en", "", {"news": "active"})


@pytest.mark.parametrize("said", [{}, {"do": "leave"}, {"do": "leave", "key": "x"}, {"List-Unsubscribe": "One-Click"}])
def test_a_program_that_posts_to_every_link_changes_nothing(visitor, reader, said):
    assert visitor.post(f"/p/{reader.token}", said).status_code == 400
    assert states() == {"news": "active"}


def test_the_key_of_one_page_opens_no_other(visitor, reader):
    other = make_reader(reader.list, "ben@example.net")
    key = re.search(r'name="key" value="(\w+)"', page(visitor, other))[1]
    assert visitor.post(f"/p/{reader.token}", {"key": key, "do": "leave"}).status_code == 400


def test_leaving_everything(visitor, reader):
    html = post(visitor, reader, "leave").content.decode()
    assert "unsubscribed from everything" in html
    assert states() == {"news": "unsubscribed"}
    assert suppression.reasons(["ana@example.org"]) == {"ana@example.org": "unsubscribed"}


def test_unknown_looks_like_erased(visitor, reader):
    token = reader.token
    reader.subscriber.delete()
    for method in ("get", "post"):
        gone, unknown = (getattr(visitor, method)(f"/p/{one}") for one in (token, UNKNOWN))
        assert gone.status_code == 200
        assert gone.content == unknown.content
    assert visitor.get("/p/short").status_code == 404


def mailed_link(visitor, reader, site, do, **more) -> str:
    answer = post(visitor, reader, do, **more)
    assert "A mail with a link is on its way" in answer.content.decode()
    return links_in(send(site)[-1])[0]


def test_downloading(visitor, reader, site):
    link = mailed_link(visitor, reader, site, "download")
    shown = visitor.get(link)
    assert "ana@example.org" not in shown.content.decode()
    assert shown.content.decode().count("<button") == 1
    answer = visitor.post(link)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(answer.content)["email"] == "ana@example.org"
    for again in (visitor.post(link), visitor.get(link), visitor.get(f"/l/{UNKNOWN}")):
        assert "This link no longer works" in again.content.decode()


def test_erasing(visitor, reader, site):
    link = mailed_link(visitor, reader, site, "erase")
    visitor.get(link)
    assert Subscriber.objects.exists()
    assert "Your data is erased" in visitor.post(link).content.decode()
    assert not Subscriber.objects.exists()
    assert suppression.reasons(["ana@example.org"]) == {"ana@example.org": "erased"}
    assert "This link no longer works" in visitor.post(link).content.decode()
    assert "You are unsubscribed" in visitor.post(f"/u/{reader.token}").content.decode()


def test_moving(visitor, reader, site):
    link = mailed_link(visitor, reader, site, "move", email="new@example.net")
    visitor.get(link)
    assert Subscriber.objects.get().email == "ana@example.org"
    assert "Your address is changed" in visitor.post(link).content.decode()
    assert Subscriber.objects.get().email == "new@example.net"
    assert send(site)[-1]["To"] == "ana@example.org"
    assert "n***@e***.net" in page(visitor, reader)


def test_moving_to_who_is_known_tells_nothing(visitor, reader, site):
    make_reader(reader.list, "known@example.net")
    answers = [post(visitor, reader, "move", email=f"{who}@example.net").content for who in ("known", "other")]
    assert answers[0] == answers[1]
    assert [mail["To"] for mail in send(site)] == ["known@example.net", "other@example.net"]


def test_moving_to_what_is_no_address(visitor, reader):
    answer = post(visitor, reader, "move", email="nobody")
    assert answer.status_code == 400
    assert "This is no address" in answer.content.decode()


@pytest.mark.parametrize("do", ["download", "erase", "move"])
def test_a_link_lasts_an_hour(visitor, reader, site, do):
    link = mailed_link(visitor, reader, site, do, email="new@example.net")
    left = MailedLink.objects.get().expires_at - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    MailedLink.objects.update(expires_at=datetime.now(UTC))
    assert "This link no longer works" in visitor.post(link).content.decode()
    assert Subscriber.objects.get().email == "ana@example.org"
