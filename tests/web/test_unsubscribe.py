"""The link of every mail: looking changes nothing, one press unsubscribes, nobody learns who is a subscriber."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from subscribers.models import Consent, FormerToken, MailingList, Subscriber, Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

UNKNOWN = "A" * 22
ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"})
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def subscription() -> Subscription:
    return Subscription.objects.create(
        subscriber=Subscriber.objects.create(email="ana@example.org", email_norm="ana@example.org", language="es"),
        list=MailingList.objects.create(slug="news", name="News"),
        state="active",
    )


def state(subscription: Subscription) -> str:
    subscription.refresh_from_db()
    return subscription.state


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(visitor, subscription, method):
    answer = getattr(visitor, method)(f"/u/{subscription.token}")
    assert answer.status_code == 200
    assert state(subscription) == "active"
    assert not Consent.objects.exists()


def test_the_page_has_one_button(visitor, subscription):
    html = visitor.get(f"/u/{subscription.token}").content.decode()
    assert html.count("<button") == 1
    assert '<form method="post">' in html
    assert "<input" not in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, ""),
        (FORM, ONE_CLICK),
        (FORM, "something=else"),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        ),
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=x", "--x\r\ncut off"),
        ("text/plain", "\x00\xff"),
    ],
)
def test_a_post_unsubscribes_whatever_it_says(subscription, kind, body):
    # Without cookies and from elsewhere, as a mail provider calls.
    visitor = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.7", HTTP_HOST="news.example.org")
    answer = visitor.post(f"/u/{subscription.token}", body, content_type=kind, headers={"Origin": "https://a.example"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert state(subscription) == "unsubscribed"
    consent = Consent.objects.get()
    assert (consent.action, consent.source) == ("unsubscribed", "unsubscribe link")


def test_twice_is_once(visitor, subscription):
    assert [visitor.post(f"/u/{subscription.token}").status_code for _ in range(2)] == [200, 200]
    assert Consent.objects.count() == 1


def test_known_and_unknown_look_alike(visitor, subscription):
    for method in ("get", "post"):
        known = getattr(visitor, method)(f"/u/{subscription.token}")
        unknown = getattr(visitor, method)(f"/u/{UNKNOWN}")
        assert known.content == unknown.content
        assert known.status_code == unknown.status_code == 200
        assert dict(known.headers) == dict(unknown.headers)


@pytest.mark.parametrize(
    "token", ["", "short", "A" * 21, "A" * 23, "A" * 21 + "=", "A" * 21 + "%0A", "A" * 22 + "/", "../x"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_no_token_is_not_found(visitor, method, token):
    answer = getattr(visitor, method)(f"/u/{token}")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(visitor, subscription, method):
    assert getattr(visitor, method)(f"/u/{subscription.token}").status_code == 405
    assert state(subscription) == "active"


def test_the_page_tells_nobody(visitor, subscription):
    answer = visitor.post(f"/u/{subscription.token}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    html = answer.content.decode()
    assert "ana@example.org" not in html
    assert subscription.token not in html


@pytest.mark.parametrize(
    ("wanted", "language", "direction", "button"),
    [
        ("en", "en", "ltr", "Unsubscribe"),
        ("es-MX,es;q=0.9,en;q=0.8", "es", "ltr", "Darme de baja"),
        ("de-CH,fr;q=0.7,en;q=0.3", "fr", "ltr", "Me désabonner"),
        ("ar", "ar", "rtl", "إلغاء الاشتراك"),
        ("AR-EG", "ar", "rtl", "إلغاء الاشتراك"),
        ("en;q=0.1,es;q=0.9", "es", "ltr", "Darme de baja"),
        ("es;q=0,fr", "fr", "ltr", "Me désabonner"),
        ("de, zh", "en", "ltr", "Unsubscribe"),
        ("", "en", "ltr", "Unsubscribe"),
        (";;q=x,,*", "en", "ltr", "Unsubscribe"),
        ("es;q=nan", "en", "ltr", "Unsubscribe"),
    ],
)
def test_the_language_of_the_reader(visitor, wanted, language, direction, button):
    answer = visitor.get(f"/u/{UNKNOWN}", headers={"Accept-Language": wanted})
    html = answer.content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert f">{button}</button>" in html
    assert answer.headers["Content-Language"] == language
    assert answer.headers["Vary"] == "Accept-Language"


def test_the_language_can_be_chosen(visitor):
    html = visitor.get(f"/u/{UNKNOWN}?language=fr", headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="fr"' in html
    assert '<a href="?language=es" lang="es"' in html
    html = visitor.get(f"/u/{UNKNOWN}?language=../../x", headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="es"' in html


def test_all_languages_have_the_same_words():
    from newsletter.web.pages import LANGUAGES, words

    english = words("en")
    for language in LANGUAGES:
        other = words(language)
        assert other.keys() == english.keys()
        for key, text in other.items():
            assert text.count("{name}") == english[key].count("{name}"), (language, key)


def test_an_old_link_works_with_new_keys_and_for_merged_readers(visitor, subscription, settings):
    settings.SECRET_KEY = "another " * 10
    FormerToken.objects.create(token=UNKNOWN, subscription=subscription)
    assert visitor.post(f"/u/{UNKNOWN}").status_code == 200
    assert state(subscription) == "unsubscribed"


def test_it_was_a_mistake(visitor, subscription):
    html = visitor.post(f"/u/{subscription.token}").content.decode()
    assert 'action="?back&amp;language=en"' in html
    for look in (visitor.get, visitor.head):
        look(f"/u/{subscription.token}?back")
    assert state(subscription) == "unsubscribed", "looking is no word"
    assert "You are subscribed again" in visitor.post(f"/u/{subscription.token}?back").content.decode()
    assert state(subscription) == "active"
    last = Consent.objects.order_by("-pk")[0]
    assert (last.action, last.source, last.wording) == ("resubscribed", "unsubscribe page", "Subscribe again")
    visitor.post(f"/u/{subscription.token}?back")
    assert Consent.objects.count() == 2


def test_the_mistake_of_nobody_looks_alike(visitor, subscription):
    visitor.post(f"/u/{subscription.token}")
    assert visitor.post(f"/u/{subscription.token}?back").content == visitor.post(f"/u/{UNKNOWN}?back").content


def test_it_counts_in_a_mailing_that_is_running(visitor, site):
    from newsletter.delivery.engine import send_mailing
    from tests.delivery.worlds import make_mailing

    mailing = make_mailing(readers=5)
    rows = list(mailing.deliveries.order_by("pk").values_list("token", "address"))
    for token, _ in rows[1:4]:
        visitor.post(f"/u/{token}", ONE_CLICK, content_type=FORM)
    send_mailing(site, mailing)
    assert sorted(mailing.deliveries.values_list("address", "state")) == sorted(
        (address, "cancelled" if 1 <= number <= 3 else "accepted") for number, (_, address) in enumerate(rows)
    )
    assert len(list((site.outbox / "new").iterdir())) == 2
