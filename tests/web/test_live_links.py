"""Links are followed by a button; what is found stands among the findings. Nobody outside is asked."""

from datetime import UTC, datetime

import pytest

from newsletter.checks import Visit
from newsletter.outside import kept, links
from newsletter.reports import doctor
from newsletter.reports.health import Line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
TEXT = """+++
title = "Our news"
subject = "Our news of this month"
+++

Read [the report](https://gone.example.org/report).
"""


@pytest.fixture
def asked(monkeypatch):
    seen = []

    def follow(site, urls):
        seen.extend(urls)
        return {url: Visit(datetime.now(UTC), status=404) for url in urls}

    monkeypatch.setattr(links, "follow", follow)
    return seen


def test_a_button_follows_the_links(put, signed_in, asked, site):
    put(text=TEXT)
    client = signed_in("editor")
    assert "Follow the links" in client.get("/issues/news/checks/").content.decode()
    assert asked == []
    answer = client.post("/issues/news/follow/", follow=True)
    assert asked == ["https://gone.example.org/report"]
    page = answer.content.decode()
    assert answer.redirect_chain == [("/issues/news/checks/", 302)]
    assert "1 link followed" in page
    assert "leads to a page that is not there (404)" in page
    assert list(kept.known(site, datetime.now(UTC))) == asked
    assert "is not there (404)" in client.get("/issues/news/checks/").content.decode()
    assert len(asked) == 1


def test_who_may_not_edit_is_offered_no_button_and_asks_nobody(put, signed_in, asked):
    put(text=TEXT)
    client = signed_in("viewer")
    assert "Follow the links" not in client.get("/issues/news/checks/").content.decode()
    assert client.post("/issues/news/follow/").status_code in {302, 403}
    assert asked == []


def test_a_link_asks_nobody(put, signed_in, asked):
    put(text=TEXT)
    assert signed_in("editor").get("/issues/news/follow/").status_code == 405
    assert asked == []


def test_there_is_no_such_issue(signed_in, asked):
    assert signed_in("editor").post("/issues/none/follow/").status_code == 404


def test_health_asks_about_the_domain_by_a_button(signed_in, monkeypatch):
    monkeypatch.setattr(doctor, "lines", lambda site, *, now: [Line("SPF", "bad", "It is wrong.", "Add: x  TXT  y")])
    client = signed_in("administrator", name="Rosa")
    assert "SPF" not in client.get("/health/").content.decode()
    page = client.post("/health/", {"do": "domain"}).content.decode()
    assert "<strong>SPF</strong>" in page
    assert "Add: x  TXT  y" in page
