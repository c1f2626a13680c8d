"""The first run, step by step."""

import io
import re
import tomllib

import pytest
from django.test import Client
from PIL import Image

from newsletter.models import Account, Audit, Issue
from newsletter.new_site import create_site
from newsletter.site import load_site
from newsletter.store import samples
from newsletter.web.entry import code as codes
from tests.delivery.providers.places import smtp as mail_server

pytestmark = pytest.mark.django_db
ADMINISTRATOR = {
    "name": "Rosa",
    "email": "rosa@example.org",
    "password": "quiet mountain river",
    "again": "quiet mountain river",
}


@pytest.fixture
def site(tmp_path, settings):
    """A new one, about which nobody has said anything yet."""
    create_site(tmp_path / "new")
    settings.NEWSLETTER_SITE = site = load_site(tmp_path / "new", {})
    settings.ERASURE_KEY = site.settings.secrets.erasure_key.get_secret_value()
    settings.OPTOUT_LOG = site.data / "optouts.log"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    return site


@pytest.fixture
def browser(site):
    return Client(HTTP_HOST="127.0.0.1:8025", REMOTE_ADDR="127.0.0.1")


@pytest.fixture
def rosa(site, browser):
    """An administrator, signed in."""
    account = Account.objects.make("rosa@example.org", name="Rosa", roles=["administrator"])
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return account


def kept(site, name="newsletter.toml"):
    """What somebody has said in that file."""
    return {section: said for section, said in tomllib.loads((site.root / name).read_text()).items() if said}


class TestCode:
    def test_it_leads_to_the_administrator_and_then_holds_no_more(self, site, browser):
        typed, _ = codes.issue(site)
        assert browser.get("/").headers["Location"] == "/setup/"
        assert b"One-time code" in browser.get("/setup/").content
        assert browser.post("/setup/", ADMINISTRATOR).status_code == 400, "not without the code"
        assert not Account.objects.exists()
        assert browser.post("/setup/", {"code": typed.lower().replace("-", " ")}).headers["Location"] == "/setup/"
        assert b"the administrator" in browser.get("/setup/").content
        assert browser.post("/setup/", ADMINISTRATOR | {"again": "other"}).status_code == 400
        assert browser.post("/setup/", ADMINISTRATOR | {"email": "rosa"}).status_code == 400
        assert browser.post("/setup/", ADMINISTRATOR | {"password": "x", "again": "x"}).status_code == 400
        page = browser.post("/setup/", ADMINISTRATOR | {"name": "<i>"} | {"email": "x"}).content.decode()
        assert "&lt;i&gt;" in page and "<i>" not in page
        assert browser.post("/setup/", ADMINISTRATOR).headers["Location"] == "/setup/"
        assert browser.get("/setup/").headers["Location"] == "/setup/organisation/"
        assert Account.objects.get().roles == ["administrator"]
        assert not (site.data / "setup-code").exists()

    def test_a_second_browser_with_the_code_comes_too_late(self, site, browser):
        typed, _ = codes.issue(site)
        other = Client(HTTP_HOST="127.0.0.1:8025")
        for one in (browser, other):
            one.post("/setup/", {"code": typed})
        browser.post("/setup/", ADMINISTRATOR)
        late = other.post("/setup/", ADMINISTRATOR | {"email": "eve@example.org"})
        assert late.status_code == 302 and Account.objects.count() == 1
        assert other.get("/").headers["Location"] == "/sign-in/"

    def test_another_code_ends_what_the_first_one_allowed(self, site, browser):
        typed, known = codes.issue(site)
        browser.post("/setup/", {"code": typed})
        codes.issue(site)
        codes.withdraw(site, known)
        assert codes.mark(site), "the process that ends takes only its own code along"
        assert b"One-time code" in browser.get("/setup/").content
        assert browser.post("/setup/", ADMINISTRATOR).status_code == 400
        assert browser.post("/setup/", {"code": typed}).status_code == 400

    def test_without_a_code_there_is_no_way_in(self, site, browser):
        for typed in ("", "AAAA-AAAA", "None"):
            assert browser.post("/setup/", {"code": typed}).status_code == 400
        session = browser.session
        session["set up by"] = ""
        session.save()
        assert b"One-time code" in browser.get("/setup/").content

    def test_guesses_are_limited_whoever_makes_them(self, site):
        typed, _ = codes.issue(site)
        for number in range(20):
            one = Client(HTTP_HOST="127.0.0.1:8025", REMOTE_ADDR=f"127.0.0.{number + 1}")
            one.post("/setup/", {"code": "AAAA-AAAA"})
        late = Client(HTTP_HOST="127.0.0.1:8025").post("/setup/", {"code": typed})
        assert late.status_code == 400 and b"Too many wrong codes" in late.content

    def test_it_is_different_each_time_and_kept_as_a_hash(self, site):
        typed, known = codes.issue(site)
        other, _ = codes.issue(site)
        assert typed != other and typed.replace("-", "") not in known
        assert (site.data / "setup-code").stat().st_mode & 0o777 == 0o600
        assert not codes.matches(site, typed) and codes.matches(site, other)


def test_the_steps_are_saved_as_they_are_done_and_can_be_resumed(site, browser, rosa):
    assert browser.get("/setup/").headers["Location"] == "/setup/organisation/"
    answer = browser.post(
        "/setup/organisation/", {"site.name": "Réseau", "organisation.postal_address": "1 Street, Geneva"}
    )
    assert answer.headers["Location"] == "/setup/look/"
    assert kept(site)["site"]["name"] == "Réseau"
    assert "Réseau" in browser.get("/").content.decode(), "it holds at once"
    assert browser.get("/setup/").headers["Location"] == "/setup/look/"
    wrong = browser.post("/setup/sender/", {"sender.name": "Réseau", "sender.email": "<b>x"})
    page = wrong.content.decode()
    assert wrong.status_code == 400 and "&lt;b&gt;x" in page and "<b>x" not in page
    assert 'aria-invalid="true"' in page and "sender" not in kept(site)
    browser.post("/setup/sender/", {"sender.name": "Réseau", "sender.email": "news@example.org"})
    answer = browser.post(
        "/setup/site/",
        {"site.base_url": "http://localhost:8025", "site.timezone": "UTC", "site.one_operator": "true"},
    )
    assert answer.headers["Location"] == "/setup/provider/"
    assert kept(site)["site"] == {
        "name": "Réseau",
        "base_url": "http://localhost:8025",
        "timezone": "UTC",
        "one_operator": True,
    }, "what somebody said is written, also where it is the default"
    assert {one.action for one in Audit.objects.all()} == {"changed settings"}
    assert browser.get("/setup/nothing/").status_code == 404


class TestLook:
    def test_colours_make_a_theme_of_the_site(self, site, browser, rosa):
        assert browser.get("/setup/look/").status_code == 200
        browser.post("/setup/look/", {"do": "save", "light": "#C2185B", "dark": "#f48fb1"})
        theme = tomllib.loads((site.templates / "themes" / "own.toml").read_text())
        assert theme == {"light": {"accent": "#c2185b"}, "dark": {"accent": "#f48fb1"}}
        assert kept(site)["organisation"]["theme"] == "own"
        own = site.templates / "themes" / "own.toml"
        own.write_text("# ours\nradius = 2\n" + own.read_text())
        browser.post("/setup/look/", {"do": "save", "light": "#111111", "dark": "#eeeeee"})
        assert own.read_text().startswith("# ours\nradius = 2\n") and "#111111" in own.read_text()

    def test_contrast_is_shown_and_nothing_saved_while_looking(self, site, browser, rosa):
        part = browser.post(
            "/setup/look/", {"do": "show", "light": "#ffee00", "dark": "#ffee00"}, headers={"HX-Request": "true"}
        ).content.decode()
        assert "<html" not in part and "too faint" in part and "light=ffee00" in part
        assert not (site.templates / "themes").exists() and "organisation" not in kept(site)

    @pytest.mark.parametrize("colour", ["red", "#12", '"><script>', "#12345g", ""])
    def test_what_is_no_colour(self, site, browser, rosa, colour):
        answer = browser.post("/setup/look/", {"do": "save", "light": colour, "dark": "#ffffff"})
        assert answer.status_code == 400 and "write a colour" in answer.content.decode().lower()
        assert "<script>" not in answer.content.decode().split("</head>")[1].replace("<script src", "")
        assert not (site.templates / "themes").exists()

    def test_a_shade_for_dark_mode_is_found(self, site, browser, rosa):
        page = browser.post("/setup/look/", {"do": "match", "light": "#330000", "dark": "#000000"}).content.decode()
        dark = re.search(r'id="dark" name="dark" value="(#\w{6})"', page)[1]
        assert dark not in {"#330000", "#000000"}

    def test_the_sample_mail_can_do_nothing(self, site, browser, rosa):
        answer = browser.get("/setup/sample-mail/?light=c2185b&dark=f48fb1")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "#c2185b" in answer.content.decode().lower()
        assert browser.get("/setup/sample-mail/?light=%22%3E%3Cscript%3E&dark=f48fb1").status_code == 404

    def test_a_logo_is_made_fit_and_shown(self, site, browser, rosa):
        picture = io.BytesIO()
        Image.new("RGB", (2000, 400), "#c2185b").save(picture, "PNG")
        colours = {"do": "save", "light": "#c2185b", "dark": "#f48fb1"}
        picture.seek(0)
        picture.name = "../../secrets.toml"
        assert browser.post("/setup/look/", {**colours, "logo": picture}).status_code == 302
        assert kept(site)["organisation"]["logo"] == "logo.png"
        with Image.open(site.root / "logo.png") as made:
            assert made.width == 600
        assert browser.get("/setup/logo/").headers["Content-Type"] == "image/png"
        assert "/setup/logo/" in browser.get("/setup/sample-mail/?light=c2185b&dark=f48fb1").content.decode()
        assert "erasure_key" in (site.root / "secrets.toml").read_text()
        browser.post("/setup/look/", {**colours, "no-logo": "true"})
        assert "logo" not in kept(site)["organisation"]
        assert browser.get("/setup/logo/").status_code == 404

    @pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"x" * 100])
    def test_what_is_no_logo(self, site, browser, rosa, content):
        file = io.BytesIO(content)
        file.name = "logo.png"
        answer = browser.post("/setup/look/", {"do": "save", "light": "#c2185b", "dark": "#f48fb1", "logo": file})
        assert answer.status_code == 400 and b"The logo" in answer.content
        assert not (site.root / "logo.png").exists()


class TestProvider:
    def test_a_mail_server_is_asked_and_its_password_never_shown(self, site, browser, rosa, tmp_path):
        with mail_server(tmp_path) as place:
            form = {
                "delivery.provider": "smtp",
                "providers.smtp.host": "127.0.0.1",
                "providers.smtp.port": str(place.provider.site.settings.providers.smtp.port),
                "providers.smtp.tls": "none",
                "providers.smtp.user": "",
                "do": "check",
            }
            page = browser.post("/setup/provider/", form).content.decode()
            assert "It answers" in page and "Before mails go out, also mend" in page
            secret = "correct-horse-5"
            page = browser.post(
                "/setup/provider/", form | {"providers.smtp.user": "ana", "providers.smtp.password": secret}
            ).content.decode()
        assert "It does not work yet" in page and "lacks what the settings ask for" in page
        assert kept(site, "secrets.toml")["providers"]["smtp"]["password"] == secret
        assert (site.root / "secrets.toml").stat().st_mode & 0o777 == 0o600
        assert secret not in page + browser.get("/setup/provider/").content.decode()
        assert secret not in browser.get("/settings/providers.smtp/").content.decode()
        assert secret not in (site.root / "newsletter.toml").read_text()
        assert not any(secret in str(one.detail) for one in Audit.objects.all())
        assert place.arrived() == []

    def test_a_mistake_stands_beside_its_field_and_nothing_is_saved(self, site, browser, rosa):
        form = {"delivery.provider": "smtp", "providers.smtp.host": "h.example.org", "providers.smtp.port": "99999"}
        answer = browser.post("/setup/provider/", form)
        assert answer.status_code == 400 and "at most 65535" in answer.content.decode()
        assert "delivery" not in kept(site)

    @pytest.mark.parametrize("way", ["smtp", "sendgrid", "anymail"])
    def test_what_cannot_be_tried_yet_is_said_beside_its_field(self, site, browser, rosa, way):
        html = browser.post("/setup/provider/", {"delivery.provider": way, "do": "check"}).content.decode()
        assert html.count("Without this it cannot be tried.") == 1
        assert html.count('aria-invalid="true"') == 1
        assert "It does not work yet" not in html

    def test_an_unknown_provider_changes_nothing(self, site, browser, rosa):
        browser.post("/setup/provider/", {"delivery.provider": "pigeon", "do": "next"})
        assert "delivery" not in kept(site)


class TestSamples:
    def test_they_come_and_go_by_a_button(self, site, browser, rosa):
        browser.post("/setup/samples/")
        assert samples.are_there() and Issue.objects.get().slug in browser.get("/setup/samples/").content.decode()
        page = browser.post(
            "/setup/provider/", {"delivery.provider": "smtp", "providers.smtp.host": "h.example.org", "do": "next"}
        )
        assert b"remove the sample data first" in page.content.lower() and "delivery" not in kept(site)
        browser.post("/setup/samples/remove/")
        assert not samples.are_there()
        assert b"is gone" in browser.get("/setup/samples/").content

    def test_made_up_readers_are_not_offered_where_mails_go_out(self, site, browser, rosa):
        browser.post("/setup/provider/", {"delivery.provider": "sendgrid", "do": "next"})
        assert kept(site)["delivery"]["provider"] == "sendgrid"
        browser.post("/setup/samples/")
        assert not samples.are_there()


def test_the_public_address_holds_at_once_also_for_who_comes_through_it(site, browser, rosa):
    away = Client(HTTP_HOST="other.example.org", enforce_csrf_checks=True)
    assert away.get("/sign-in/").status_code == 400
    browser.post("/setup/site/", {"site.base_url": "https://other.example.org", "site.timezone": "Europe/Zurich"})
    page = away.get("/sign-in/")
    assert page.status_code == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    form = {"email": "x@example.org", "password": "x", "csrfmiddlewaretoken": token}
    ours = away.post("/sign-in/", form, headers={"Origin": "https://other.example.org"})
    assert ours.status_code == 400 and b"not right" in ours.content
    theirs = away.post("/sign-in/", form, headers={"Origin": "https://evil.example.org"})
    assert theirs.status_code == 403
