"""The form of a public list: one answer for all, and few mails."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter.models import Notice
from subscribers import suppression
from subscribers.address import normalise
from subscribers.models import Consent, MailedLink, SignUp, Subscriber, Subscription, Throttle, Topic
from tests.web.readers import links_in, make_lists, make_reader, send

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def lists(site) -> list:
    return make_lists()


def post(visitor, slug: str = "news", email: str = "ana@example.org", query: str = "", **more):
    headers = more.pop("headers", {})
    return visitor.post(f"/s/{slug}{query}", {"email": email, **more}, headers=headers)


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(visitor, method):
    answer = getattr(visitor, method)("/s/news")
    assert answer.status_code == 200
    assert not SignUp.objects.exists()
    assert not Throttle.objects.exists()


@pytest.mark.parametrize("slug", ["board", "none"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_public_lists_have_a_page(visitor, slug, method):
    assert getattr(visitor, method)(f"/s/{slug}").status_code == 404
    assert not SignUp.objects.exists()


def test_the_form_needs_no_script_and_no_cookie(visitor):
    answer = visitor.get("/s/news")
    html = answer.content.decode()
    assert "<script" not in html
    assert not answer.cookies
    assert "I agree that Example Network sends “News” to my address." in html
    assert 'name="topic"' not in html, "there is none"
    Topic.objects.create(slug="housing", name="Housing <b>")
    assert "Housing &lt;b&gt;" in visitor.get("/s/news").content.decode()


def test_signing_up_and_confirming(visitor, site):
    Topic.objects.create(slug="housing", name="Housing")
    answer = post(visitor, query="?language=fr", first_name=" Zoé\r\n ", language="fr", topic=["housing", "x"])
    assert "Consultez vos courriels" in answer.content.decode()
    [mail] = send(site)
    assert mail["Subject"] == "Merci de confirmer\u00a0: News"
    assert "Zoé" not in mail.as_string()
    [link] = links_in(mail)
    assert link.startswith("/c/")
    shown = visitor.get(link, headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="fr"' in shown, "the reader's language goes before the browser's"
    assert shown.count("<button") == 1
    assert "ana@example.org" not in shown
    assert Subscription.objects.get().state == "pending"
    assert "Vous êtes abonné(e)" in visitor.post(link).content.decode()
    assert "Vous êtes abonné(e)" in visitor.post(link).content.decode()
    assert "Vous êtes abonné(e)" in visitor.get(link).content.decode()
    assert Subscription.objects.get().state == "active"
    reader = Subscriber.objects.get()
    assert (reader.language, reader.attributes) == ("fr", {"first_name": "Zoé"})
    asked, confirmed = Consent.objects.order_by("pk")
    assert asked.source == "sign-up page"
    assert asked.wording.startswith("J’accepte que Example Network envoie «\u00a0News\u00a0»")
    assert (confirmed.source, confirmed.confirms) == ("confirmation link", asked)
    assert confirmed.wording.startswith("Je veux que Example Network")


def test_the_same_answer_whoever_it_is(visitor, site, lists):
    make_reader(lists[0], "subscribed@example.org")
    for reason in ("erased", "complained", "unsubscribed"):
        suppression.suppress(normalise(f"{reason}@example.org"), reason=reason, actor="x", at=datetime.now(UTC))
    people = ["new", "subscribed", "erased", "complained", "unsubscribed"]
    answers = [post(visitor, email=f"{who}@example.org") for who in people]
    assert len({(one.status_code, one.content, str(dict(one.headers))) for one in answers}) == 1
    got = {mail["To"]: links_in(mail)[0][:3] for mail in send(site)}
    assert got == {
        "new@example.org": "/c/",
        "subscribed@example.org": "/p/",
        "erased@example.org": "/c/",
        "unsubscribed@example.org": "/c/",
    }


def test_the_page_does_the_same_work_whoever_it_is(visitor, lists):
    make_reader(lists[0], "known@example.org")
    post(visitor, email="first@example.org")

    def work(email):
        with CaptureQueriesContext(connection) as made:
            post(visitor, email=email)
        asked = [re.sub("'.*?'", "", re.split("VALUES|WHERE", query["sql"])[0]) for query in made.captured_queries]
        return [one for one in asked if "SAVEPOINT" not in one]

    known = work("known@example.org")
    assert known == work("other@example.org")
    assert not [one for one in known if "subscribers_subscri" in one or "suppression" in one], "nobody is looked up"


def test_a_program_that_fills_in_everything_gets_the_answer_and_nothing_else(visitor):
    answer = post(visitor, website="https://spam.example")
    assert answer.content == post(visitor).content
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize(
    "email",
    ["", "ana", "ana@", "a@b.org,c@d.org", "alice@example.org)bob@evil.com", "a@localhost", "a" * 5_000, "a\0@b.org"],
)
def test_what_is_no_address_is_said(visitor, email):
    answer = post(visitor, email=email, first_name="<b>Ana</b>")
    html = answer.content.decode()
    assert answer.status_code == 400
    assert 'role="alert"' in html
    assert "&lt;b&gt;Ana" in html
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"--x\r\ncut off"])
@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain"],
)
def test_rubbish_is_refused(visitor, kind, body):
    assert visitor.post("/s/news", body, content_type=kind).status_code == 400
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        ("https://www.example.com", "sign-up form on www.example.com"),
        ("https://www.example.com:8443", "sign-up form on www.example.com:8443"),
        ("https://news.example.org", "sign-up page"),
        ("null", "sign-up page"),
        ("https://[x", "sign-up page"),
        ("https://a b<script>", "sign-up page"),
        ("", "sign-up page"),
    ],
)
def test_the_evidence_says_where_the_form_stood(visitor, site, origin, source):
    assert post(visitor, "alerts", headers={"Origin": origin} if origin else {}).status_code == 200
    send(site)
    assert Consent.objects.get().source == source


def test_single_opt_in_is_subscribed_at_once(visitor, site):
    assert "Thank you" in post(visitor, "alerts").content.decode()
    assert send(site) == []
    assert Subscription.objects.get().state == "active"


def test_a_thousand_for_one_victim_are_one_mail(site):
    for number in range(300):
        visitor = Client(REMOTE_ADDR=f"203.0.{number // 200}.{number % 200}", HTTP_HOST="news.example.org")
        assert post(visitor, email="victim@example.org" if number % 2 else "Victim@Example.org").status_code == 200
    assert len(send(site)) == 1
    assert Notice.objects.count() == 1


def test_one_visitor_is_slowed_down(visitor):
    codes = [post(visitor, email=f"r{number}@example.org").status_code for number in range(32)]
    assert codes == [200] * 30 + [429] * 2
    other = Client(REMOTE_ADDR="203.0.113.8", HTTP_HOST="news.example.org")
    assert post(other).status_code == 200
    assert "203.0.113.7" not in str(list(Throttle.objects.values()))


def test_all_visitors_together_are_slowed_down(visitor, monkeypatch):
    monkeypatch.setattr("newsletter.web.public.signup.ALL_MOST", 3)
    assert [post(visitor).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_an_expired_link_offers_another(visitor, site):
    post(visitor)
    [mail] = send(site)
    [link] = links_in(mail)
    MailedLink.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    Throttle.objects.all().delete()  # the day is over
    assert "expired" in visitor.get(link).content.decode()
    assert Notice.objects.count() == 1, "to look asks for nothing"
    assert visitor.post(link).status_code == 200
    assert visitor.post(link).status_code == 200
    [_, second] = send(site)
    assert links_in(second) != [link]
    visitor.post(links_in(second)[0])
    assert Subscription.objects.get().state == "active"


def test_an_unknown_link_looks_like_one_that_was_erased(visitor, site):
    post(visitor)
    [link] = links_in(send(site)[0])
    Subscriber.objects.all().delete()
    gone, unknown = visitor.get(link), visitor.get("/c/" + "A" * 22)
    assert gone.status_code == 200
    assert gone.content == unknown.content
    assert visitor.post(link).content == visitor.post("/c/" + "A" * 22).content
    assert visitor.get("/c/short").status_code == 404


def test_a_link_of_another_purpose_confirms_nothing(visitor, site, lists):
    from subscribers import links

    reader = make_reader(lists[0])
    key = links.mint(links.make(links.Purpose.ERASE, reader.subscriber, at=datetime.now(UTC)).pk, at=datetime.now(UTC))
    assert visitor.post(f"/c/{key}").content == visitor.post("/c/" + "A" * 22).content
    assert Subscriber.objects.exists()
