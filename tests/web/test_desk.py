"""Issues for the operator: only on this machine, read only, a mail that can do nothing."""

import re

import pytest
from django.test import Client

from newsletter.models import Account, Asset, Revision
from tests.web.conftest import ISSUE, PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PAGES = ["/", "/issues/news/", "/issues/news/en/", "/issues/news/en/files/group.png"]


@pytest.mark.parametrize("path", PAGES)
def test_the_operator_sees_it(operator, put, path):
    put()
    assert operator.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_sees_it(put, path):
    put()
    stranger = Client(REMOTE_ADDR="127.0.0.1", HTTP_HOST="127.0.0.1:8025")
    answer = stranger.get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/setup/")
    Account.objects.make("ana@example.org", name="Ana", roles=["editor"], password="quiet mountain river")
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    assert "Our news" not in answer.content.decode()


@pytest.mark.parametrize("path", PAGES[:3])
def test_nothing_is_changed(operator, put, path):
    put()
    before = (Revision.objects.count(), Asset.objects.count())
    operator.get(path)
    assert (Revision.objects.count(), Asset.objects.count()) == before
    assert operator.post(path).status_code == 405


def test_an_empty_site_says_what_to_do(operator):
    html = operator.get("/").content.decode()
    assert "No issue yet" in html
    assert "newsletter issue new" in html


def test_issues_are_listed_with_the_newest_first(operator, put):
    put("news.md")
    put("later.md", ISSUE.replace("Our news", "Later <news>"))
    html = operator.get("/").content.decode()
    assert html.index("Later &lt;news&gt;") < html.index("Our news")
    assert 'href="/issues/later/"' in html
    assert "2020-10-28 01:00 (Europe/Zurich)" in html


def test_an_issue_with_inbox_line_frame_and_findings(operator, put):
    put()
    html = operator.get("/issues/news/").content.decode()
    assert "Our news, friend" in html
    assert "What was said in Geneva" in html
    assert 'sandbox src="/issues/news/en/"' in html
    assert "Tune in&#39; was on 2020-11-09" in html
    assert "<script>" not in html


def test_the_views(operator, put):
    put()
    assert 'class="mail phone"' in operator.get("/issues/news/?show=phone").content.decode()
    assert 'src="/issues/news/en/?dark"' in operator.get("/issues/news/?dark").content.decode()
    text = operator.get("/issues/news/?show=text").content.decode()
    assert "<iframe" not in text
    assert "Our news\n========" in text
    assert 'class="mail desktop"' in operator.get("/issues/news/?show=%3Cscript%3E").content.decode()


def test_every_language_can_be_seen(operator, put):
    put(es=ISSUE.replace("Our news", "Noticias").replace('timezone = "Europe/Zurich"\n', 'language = "es"\n'))
    html = operator.get("/issues/news/?language=es").content.decode()
    assert "Noticias, friend" in html
    assert 'src="/issues/news/es/"' in html
    assert "Noticias" in operator.get("/issues/news/es/").content.decode()


def test_the_mail_can_do_nothing(operator, put):
    put()
    answer = operator.get("/issues/news/en/")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )
    html = answer.content.decode()
    assert "Hello friend." in html
    assert not re.search(r"F[0-9a-f]{12}\d{4}", html)
    assert "/u/" not in html


def test_dark_and_light_are_forced(operator, put):
    put()
    light = operator.get("/issues/news/en/").content.decode()
    dark = operator.get("/issues/news/en/?dark").content.decode()
    assert "prefers-color-scheme" not in light + dark
    assert "@media not all" in light
    assert "@media all" in dark


def test_files_of_the_mail(operator, put):
    put()
    html = operator.get("/issues/news/en/").content.decode()
    names = set(re.findall(r'(?:href|src)="((?:files/)?[\w-]+\.\w+)"', html))
    assert names == {"files/group.png", "files/report.pdf", "tune-in.ics"}
    kinds = {}
    for name in names:
        answer = operator.get(f"/issues/news/en/{name}")
        kinds[name] = answer.headers["Content-Type"]
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert ("Content-Disposition" in answer.headers) == (name != "files/group.png")
    assert kinds == {
        "files/group.png": "image/png",
        "files/report.pdf": "application/pdf",
        "tune-in.ics": "text/calendar",
    }
    assert operator.get("/issues/news/en/files/report.pdf").content == PDF


@pytest.mark.parametrize(
    "path",
    [
        "/issues/nothing/",
        "/issues/news/de/",
        "/issues/news/en/files/other.png",
        "/issues/news/en/../../newsletter.toml",
        "/issues/news/en/..%2f..%2fsecrets.toml",
        "/issues/News/",
    ],
)
def test_what_is_not_there(operator, put, path):
    put()
    assert operator.get(path).status_code == 404


def test_an_issue_that_cannot_be_rendered_says_why(operator, put, site):
    put()
    site.templates.joinpath("email", "items").mkdir(parents=True)
    site.templates.joinpath("email", "items", "event.mjml.j2").write_text("<mj-texxt>x</mj-texxt>")
    html = operator.get("/issues/news/").content.decode()
    assert "This issue cannot be shown." in html
    assert "mj-texxt" in html
    assert operator.get("/issues/news/en/").status_code == 404
