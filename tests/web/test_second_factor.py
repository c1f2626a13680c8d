"""The second factor: set up, asked for, taken away."""

import base64
import re

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsletter.models import Account, Audit
from newsletter.store import second_factor
from tests.web.signing_in import ADDRESS, PASSWORD, code_of, enter, with_factor
from tests.web.test_access import with_required

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def ana(site):
    return Account.objects.make(ADDRESS, name="Ana", roles=["editor"], password=PASSWORD)


@pytest.fixture
def browser():
    return Client(HTTP_HOST="127.0.0.1:8025", REMOTE_ADDR="127.0.0.1")


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
