"""Signing in and out, one's own account, the second factor."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from newsletter.models import Account, Audit
from newsletter.store import people
from tests.web.signing_in import ADDRESS, PASSWORD, enter, with_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def ana(site):
    return Account.objects.make(ADDRESS, name="Ana", roles=["editor"], password=PASSWORD)


@pytest.fixture
def browser():
    return Client(HTTP_HOST="127.0.0.1:8025", REMOTE_ADDR="127.0.0.1")


def test_signing_in_and_out(ana, browser):
    assert browser.get("/issues/new/").headers["Location"] == "/sign-in/?next=%2Fissues%2Fnew%2F"
    answer = enter(browser, email=" Ana@Example.org ", next="/issues/new/")
    assert answer.headers["Location"] == "/issues/new/"
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert browser.get("/").status_code == 302
    assert browser.get("/sign-out/").status_code == 302


def test_the_session_gets_another_key_at_the_sign_in(ana, browser):
    session = browser.session
    session["kept"] = "x"
    session.save()
    browser.cookies["newsletter_session"] = before = session.session_key
    enter(browser)
    after = browser.cookies["newsletter_session"].value
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()


def test_what_is_wrong_is_not_told(ana, browser):
    ended = Account.objects.make("ben@example.org", name="Ben", roles=["editor"], password=PASSWORD)
    Account.objects.filter(pk=ended.pk).update(is_active=False)
    Account.objects.make("cem@example.org", name="Cem", roles=["editor"])
    answers = [
        enter(browser, password=password, email=email)
        for email, password in (
            (ADDRESS, "wrong"),
            ("nobody@example.org", "wrong"),
            ("ben@example.org", PASSWORD),
            ("cem@example.org", ""),
            ("cem@example.org", "!"),
        )
    ]
    plain = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert {answer.status_code for answer in answers} == {400}
    assert len(plain) == 1 and "The address or the password is not right." in plain.pop()


def test_a_hash_is_made_for_unknown_addresses_too(ana, browser, monkeypatch):
    """So the answer takes as long."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    made = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *a, **k: made.append(1) or encode(self, *a, **k))
    counts = []
    for email in (ADDRESS, "nobody@example.org"):
        made.clear()
        enter(browser, password="wrong", email=email)
        counts.append(len(made))
    assert counts == [1, 1]


def test_ten_wrong_passwords_shut_the_account_for_that_network_whatever_the_capitals(ana, browser, caplog):
    for number in range(9):
        assert enter(browser, "wrong", email=ADDRESS if number % 2 else ADDRESS.upper()).status_code == 400
    assert enter(browser, "wrong").status_code == 429
    assert enter(browser).status_code == 429
    elsewhere = Client(HTTP_HOST="127.0.0.1:8025", REMOTE_ADDR="127.0.0.9")
    assert enter(elsewhere).status_code == 302
    assert "ana" not in caplog.text.lower()
    people.choose_password(ana, "other quiet mountain", at=datetime.now(UTC))
    assert enter(browser, "other quiet mountain").status_code == 302


def test_right_ones_in_between_begin_the_count_anew(ana, browser):
    for _ in range(3):
        for _ in range(8):
            enter(browser, "wrong")
        assert enter(browser).status_code == 302
        browser.post("/sign-out/")


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example.org/",
        "//evil.example.org",
        "///evil.example.org",
        "/\\evil.example.org",
        "\\\\evil.example.org",
        "javascript:alert(1)",
        "/\t/evil.example.org",
        "http:evil.example.org",
        " //evil.example.org",
        "@evil.example.org",
    ],
)
def test_nobody_is_led_to_another_site(ana, browser, asked):
    assert enter(browser, next=asked).headers["Location"] == "/"
    browser.post("/sign-out/")
    assert 'value="/"' in browser.get("/sign-in/", {"next": asked}).content.decode()


def test_the_cookie_is_safe(ana):
    away = Client(HTTP_HOST="news.example.org", REMOTE_ADDR="203.0.113.7")
    cookie = enter(away).cookies["newsletter_session"]
    assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
    here = enter(Client(HTTP_HOST="127.0.0.1:8025")).cookies["newsletter_session"]
    assert not here["secure"] and here["httponly"]


def test_another_password_ends_every_other_session(ana, browser):
    other = Client(HTTP_HOST="127.0.0.1:8025")
    enter(browser), enter(other)
    new = "other quiet mountain"
    form = {"old": PASSWORD, "password": new, "again": new}
    assert browser.post("/account/", form | {"old": "wrong"}).status_code == 400
    assert browser.post("/account/", form | {"again": "x"}).status_code == 400
    assert browser.post("/account/", form | {"password": "password", "again": "password"}).status_code == 400
    assert other.get("/").status_code == 200
    assert browser.post("/account/", form).headers["Location"] == "/account/"
    assert browser.get("/account/").status_code == 200
    assert other.get("/").status_code == 302
    assert enter(other).status_code == 400
    assert Audit.objects.filter(action="chose a password", actor="Ana").count() == 1


def test_the_own_name(ana, browser):
    enter(browser)
    assert browser.post("/account/", {"name": " "}).status_code == 400
    assert browser.post("/account/", {"name": "Ana\nB"}).status_code == 400
    assert browser.post("/account/", {"name": "<b>Ana</b> ع"}).status_code == 302
    assert "&lt;b&gt;Ana&lt;/b&gt; ع" in browser.get("/account/").content.decode()


class TestLinks:
    def link(self, account):
        return people.link_of(account, "")

    def test_a_password_is_chosen_by_it_once(self, site, browser):
        account = Account.objects.make("dee@example.org", name="Dee", roles=["viewer"])
        link = self.link(account)
        assert browser.get(link).status_code == 200
        assert browser.get(link).status_code == 200, "looking at it uses nothing up"
        form = {"password": PASSWORD, "again": PASSWORD}
        assert browser.post(link, form | {"again": "no"}).status_code == 400
        assert browser.post(link, {"password": "short", "again": "short"}).status_code == 400
        assert browser.post(link, form).headers["Location"] == "/"
        assert browser.get("/").status_code == 200
        assert browser.get(link).status_code == 410
        assert browser.post(link, form).status_code == 410
        assert enter(Client(HTTP_HOST="127.0.0.1:8025"), email="dee@example.org").status_code == 302

    def test_it_works_for_seven_days(self, ana, browser, monkeypatch):
        link = self.link(ana)
        now = datetime.now()  # noqa: DTZ005  (as Django has it)
        for days, status in ((6.9, 200), (7.1, 410)):
            monkeypatch.setattr(people._tokens, "_now", lambda days=days: now + timedelta(days=days))
            assert browser.get(link).status_code == status

    def test_it_is_of_one_account_and_dies_with_its_access(self, ana, browser):
        link = self.link(ana)
        other = Account.objects.make("dee@example.org", name="Dee", roles=["administrator"])
        assert browser.get(link.replace(f"/{ana.pk}/", f"/{other.pk}/")).status_code == 410
        assert browser.get(link[:-2] + "x/").status_code == 410
        assert browser.get("/welcome/999/x/").status_code == 410
        Account.objects.filter(pk=ana.pk).update(is_active=False)
        assert browser.get(link).status_code == 410

    def test_it_does_not_get_round_the_second_factor(self, ana, browser):
        with_factor(ana)
        form = {"password": "other quiet mountain", "again": "other quiet mountain"}
        assert browser.post(self.link(ana), form).headers["Location"] == "/sign-in/code/"
        assert browser.get("/").headers["Location"] == "/sign-in/code/"

    def test_it_stands_in_no_log(self, ana, browser, caplog):
        from newsletter.web.server import HideTokens

        link = self.link(ana)
        browser.get(link[:-2] + "x/")
        for record in caplog.records:
            HideTokens().filter(record)
        assert link.split("/")[3][:-2] not in " ".join(record.getMessage() for record in caplog.records)


def test_the_right_hasher_is_configured():
    from newsletter.django_conf import SIGNING_IN

    assert SIGNING_IN["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert SIGNING_IN["PASSWORD_RESET_TIMEOUT"] == 7 * 24 * 3600
