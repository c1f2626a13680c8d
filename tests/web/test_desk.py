"""The pages of an issue: who sees them, and that looking changes nothing."""

import pytest
from django.test import Client

from newsletter.models import Account, Asset, Revision
from tests.web.conftest import ISSUE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PAGES = ["/", "/issues/news/", "/issues/news/items/tune-in/"]


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


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_changed(operator, put, path):
    put()
    before = (Revision.objects.count(), Asset.objects.count())
    operator.get(path)
    assert (Revision.objects.count(), Asset.objects.count()) == before
    assert operator.post(path).status_code == 405


def test_issues_are_listed_with_the_newest_first(operator, put):
    put("news.md")
    put("later.md", ISSUE.replace("Our news", "Later <news>"))
    html = operator.get("/").content.decode()
    assert html.index("Later &lt;news&gt;") < html.index("Our news")
    assert 'href="/issues/later/"' in html
    assert "2020-10-28 01:00 (Europe/Zurich)" in html


@pytest.mark.parametrize(
    "path",
    [
        "/issues/nothing/",
        "/issues/news/items/nothing/",
        "/issues/news/items/..%2f..%2fsecrets.toml/",
        "/issues/News/",
    ],
)
def test_what_is_not_there(operator, put, path):
    put()
    assert operator.get(path).status_code == 404
