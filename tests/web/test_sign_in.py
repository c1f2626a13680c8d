"""Signing in and out, one's own account, the second factor."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsletter.models import Account, Audit
from newsletter.store import people, second_factor
from tests.web.test_access import with_required

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PASSWORD = "quiet mountain river"
ADDRESS = "ana@example.org"


@pytest.fixture
def ana(site):
    return Account.objects.make(ADDRESS, name="Ana", roles=["editor"], password=PASSWORD)


@pytest.fixture
def browser():
    return Client(HTTP_HOST="127.0.0.1:8025", REMOTE_ADDR="127.0.0.1")


def enter(browser, password=PASSWORD, email=ADDRESS, **more):
    return browser.post("/sign-in/", {"email": email, "password": password, **more})


def code_of(account, *, later=0):
    device = TOTPDevice.objects.get(user=account)
    return f"{totp(device.bin_key, t0=-30 * later):06d}"


def with_factor(account):
    key = second_factor.new_key()
    totp_now = f"{totp(bytes.fromhex(key)):06d}"
    _, codes = second_factor.set_up(account, key, totp_now)
    return codes


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


class TestSecondFactor:
    def begin(self, browser):
        return browser.post("/account/second-factor/", {"do": "begin", "old": PASSWORD})

    def test_it_is_set_up_with_the_password_and_a_code(self, ana, browser):
        enter(browser)
        assert browser.post("/account/second-factor/", {"do": "begin", "old": "wrong"}).status_code == 400
        assert browser.post("/account/second-factor/", {"do": "code", "code": "000000"}).status_code == 400
        empty = f"{totp(b''):06d}"
        assert browser.post("/account/second-factor/", {"do": "code", "code": empty}).status_code == 400
        self.begin(browser)
        page = browser.get("/account/second-factor/").content.decode()
        assert "<svg" in page and "style=" not in page
        typed = re.search(r'id="key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        code = f"{totp(base64.b32decode(typed)):06d}"
        shown = browser.post("/account/second-factor/", {"do": "code", "code": f"{code[:3]} {code[3:]}"})
        codes = re.findall(r"<code>(\w{5}-\w{5})</code>", shown.content.decode())
        assert len(codes) == 10
        assert browser.get("/").status_code == 200
        assert codes[0] not in browser.get("/account/second-factor/").content.decode()
        assert not any(code in str(one.detail) for one in Audit.objects.all())

    def test_signing_in_asks_for_a_code_and_takes_each_once(self, ana, browser):
        with_factor(ana)
        answer = enter(browser, next="/items/")
        assert answer.headers["Location"] == "/sign-in/code/"
        assert browser.get("/").headers["Location"] == "/sign-in/code/"
        assert browser.get("/account/second-factor/").headers["Location"].startswith("/sign-in/code/")
        before = browser.cookies["newsletter_session"].value
        used = code_of(ana)
        assert browser.post("/sign-in/code/", {"code": used}).status_code == 400
        TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
        assert browser.post("/sign-in/code/", {"code": code_of(ana, later=1)}).headers["Location"] == "/items/"
        assert browser.cookies["newsletter_session"].value != before
        assert browser.get("/items/").status_code in {200, 403}

    def test_a_recovery_code_works_once(self, ana, browser):
        codes = with_factor(ana)
        for code, status in ((codes[0].upper().replace("-", " "), 302), (codes[0], 400)):
            browser.post("/sign-out/")
            enter(browser)
            assert browser.post("/sign-in/code/", {"code": code}).status_code == status
        assert second_factor.codes_left(ana) == 9

    def test_guesses_are_slowed_down(self, ana, browser):
        with_factor(ana)
        enter(browser)
        for _ in range(3):
            browser.post("/sign-in/code/", {"code": "000000"})
        assert browser.post("/sign-in/code/", {"code": code_of(ana, later=1)}).status_code == 400
        assert TOTPDevice.objects.get().throttling_failure_count >= 1

    def test_other_sessions_must_give_a_code_from_then_on(self, ana, browser):
        other = Client(HTTP_HOST="127.0.0.1:8025")
        enter(other)
        with_factor(ana)
        assert other.get("/").headers["Location"] == "/sign-in/code/"

    def test_it_is_taken_away_with_the_password_unless_the_site_wants_it(self, ana, browser, site, settings):
        codes = with_factor(ana)
        enter(browser)
        browser.post("/sign-in/code/", {"code": codes[0]})
        assert browser.post("/account/second-factor/", {"do": "remove", "old": "x"}).status_code == 400
        settings.NEWSLETTER_SITE = with_required(site)
        assert browser.post("/account/second-factor/", {"do": "remove", "old": PASSWORD}).status_code == 400
        assert second_factor.has_one(ana)
        settings.NEWSLETTER_SITE = site
        assert browser.post("/account/second-factor/", {"do": "remove", "old": PASSWORD}).status_code == 302
        assert not second_factor.has_one(ana)

    def test_new_recovery_codes_replace_the_old_ones(self, ana, browser):
        codes = with_factor(ana)
        enter(browser)
        browser.post("/sign-in/code/", {"code": codes[0]})
        page = browser.post("/account/second-factor/", {"do": "codes", "old": PASSWORD}).content.decode()
        assert codes[1] not in page and second_factor.codes_left(ana) == 10
        assert second_factor.verify(ana, codes[1]) is None


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
