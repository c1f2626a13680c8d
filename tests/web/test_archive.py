"""Mailed issues in a browser: only where the site wants it, only what was mailed, and nobody's own links."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import icalendar
import pytest

from newsletter.delivery import ledger
from newsletter.delivery.mailing import start_mailing
from newsletter.models import Mailing
from newsletter.reports.published import views_of
from newsletter.store.rendering import render_revision
from tests.delivery.worlds import make_list, make_reader
from tests.web.conftest import ISSUE

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)
SPANISH = """\
+++
title = "Noticias"
subject = "Noticias"
preheader = "Lo que hay de nuevo"
language = "es"
+++

Hola.
"""


@pytest.fixture
def open_site(site, settings):
    """The site with its archive on."""
    section = site.settings.site.model_copy(update={"archive": True})
    opened = replace(site, settings=site.settings.model_copy(update={"site": section}))
    settings.NEWSLETTER_SITE = opened
    return opened


@pytest.fixture
def mailed(open_site, put) -> Mailing:
    upr = make_list()
    make_reader(1, upr)
    make_reader(2, upr, language="es")
    revision = put(es=SPANISH)
    return arrived(start_mailing(open_site, revision, "upr", confirm_count=2, actor="ed", now=NOW))


def arrived(mailing: Mailing) -> Mailing:
    """Somebody has the mail."""
    mailing.deliveries.filter(pk=mailing.deliveries.first().pk).update(state="accepted")
    return mailing


def test_a_mailed_issue_is_as_it_was_mailed_but_nobodys(visitor, mailed):
    answer = visitor.get("/a/news")
    html = answer.content.decode()
    assert answer.status_code == 200 and answer.headers["Content-Language"] == "en"
    assert "Hello friend." in html and "The delegation" in html
    assert 'href="https://news.example.org/u/own"' in html
    assert not any(row.token in html for row in mailed.deliveries.all())
    assert "sandbox" in answer.headers["Content-Security-Policy"] and not answer.cookies
    assert "your own" in visitor.get("/u/own").content.decode().lower()


def test_a_translation_has_its_own_address(visitor, mailed, open_site):
    made = render_revision(open_site, mailed.revision)
    assert "https://news.example.org/a/news?language=es" in made["es"].html
    assert 'https://news.example.org/a/news"' in made["en"].html
    assert "Hola." in visitor.get("/a/news?language=es").content.decode()
    assert visitor.get("/a/news?language=fr").status_code == 404


def test_what_was_not_mailed_is_not_there(visitor, put, open_site):
    put()
    assert visitor.get("/a/news").status_code == 404


def test_what_nobody_has_is_not_there_and_what_somebody_has_stays(visitor, mailed):
    ledger.cancel(mailed.pk, actor="ed", now=NOW)
    assert visitor.get("/a/news").status_code == 200
    mailed.deliveries.update(state="cancelled")
    assert visitor.get("/a/news").status_code == 404


def test_without_an_archive_nothing_is_there_and_no_mail_links_to_it(visitor, mailed, site, settings):
    settings.NEWSLETTER_SITE = site
    assert visitor.get("/a/news").status_code == 404
    assert "/a/news" not in render_revision(site, mailed.revision)["en"].html


def sent_again(mailed: Mailing, site, put, name: str, text: str) -> None:
    revision = put(f"{name}.md", text)
    arrived(start_mailing(site, revision, "upr", confirm_count=2, actor="ed", now=NOW))


def test_the_archive_lists_what_was_mailed_newest_first(visitor, mailed, open_site, put):
    sent_again(mailed, open_site, put, "later", ISSUE.replace("Our news", "Later <b>news</b>"))
    html = visitor.get("/archive/").content.decode()
    assert html.index("Later &lt;b&gt;") < html.index("Our news")
    assert "October 28, 2020" in html
    assert visitor.get("/archive/").headers["X-Robots-Tag"] == "all"
    assert "28 de octubre de 2020" in visitor.get("/archive/?language=es").content.decode()


def test_a_page_of_twenty_leads_to_the_next(visitor, mailed, open_site, put):
    for number in range(20):
        sent_again(mailed, open_site, put, f"n{number}", ISSUE.replace("Our news", f"Number {number}."))
    first = visitor.get("/archive/").content.decode()
    assert "Number 0." in first and "Our news" not in first
    older = re.search(r'href="(\?before=\d+)"', first)[1]
    second = visitor.get(f"/archive/{older}").content.decode()
    assert "Our news" in second and "Number" not in second


def test_a_post_frames_the_mail_and_names_others(visitor, mailed, open_site, put):
    sent_again(mailed, open_site, put, "later", ISSUE.replace("Our news", "Later"))
    html = visitor.get("/archive/news/").content.decode()
    assert 'src="/a/news?framed&amp;language=en"' in html and "sandbox=" in html
    assert 'href="/archive/later/"' in html and 'href="/archive/news/"' not in html
    assert "<script" not in html
    assert 'hreflang="es"' in html
    assert visitor.get("/archive/news/?language=es").status_code == 200
    assert visitor.get("/archive/nothing/").status_code == 404


def test_what_is_private_is_nowhere(visitor, mailed, open_site):
    mailed.revision.issue.__class__.objects.update(private=True)
    for path in ("/a/news", "/archive/news/", "/a/news?language=es"):
        assert visitor.get(path).status_code == 404
    for path in ("/archive/", "/archive/feed.xml", "/archive/events.ics"):
        said = visitor.get(path).content.decode()
        assert "Our news" not in said and "/news/" not in said and "VEVENT" not in said
    mailed.revision.refresh_from_db()
    assert "/a/news" not in render_revision(open_site, mailed.revision)["en"].html


def test_before_it_leaves_nothing_shows(visitor, mailed):
    Mailing.objects.update(send_at=datetime.now(UTC) + timedelta(hours=1))
    assert visitor.get("/a/news").status_code == 404
    assert "Our news" not in visitor.get("/archive/").content.decode()


def test_the_feed_is_rss(visitor, mailed):
    answer = visitor.get("/archive/feed.xml")
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    (item,) = root.iter("item")
    told = {one.tag: one.text for one in item}
    assert told["title"] == "Our news"
    assert told["link"] == told["guid"] == "https://news.example.org/archive/news/"
    assert told["pubDate"] == "Wed, 28 Oct 2020 09:00:00 +0000"
    assert told["description"] == "What was said in Geneva, and what you can do now."


def test_the_events_are_a_calendar(visitor, mailed, open_site, put):
    sent_again(mailed, open_site, put, "later", ISSUE.replace("T14:30:00", "T15:30:00"))
    answer = visitor.get("/archive/events.ics")
    calendar = icalendar.Calendar.from_ical(answer.content)
    entries = {str(one["uid"]): one["dtstart"].dt for one in calendar.walk("VEVENT")}
    assert entries == {
        "news.tune-in@news.example.org": datetime(2020, 11, 9, 13, 30, tzinfo=UTC),
        "later.tune-in@news.example.org": datetime(2020, 11, 9, 14, 30, tzinfo=UTC),
    }


def test_events_for_some_readers_are_not_told_to_all(visitor, mailed):
    revision = mailed.revision
    text = revision.source.replace("```event\n", '```event\naudience = "delegates"\n')
    revision.__class__.objects.update(source=text)
    assert b"VEVENT" not in visitor.get("/archive/events.ics").content


def test_views_are_counted_without_cookies(visitor, mailed, signed_in):
    for _ in range(2):
        assert not visitor.get("/a/news").cookies
    visitor.get("/archive/news/")
    visitor.get("/a/news?framed")
    visitor.head("/a/news")
    visitor.get("/a/news", HTTP_SEC_PURPOSE="prefetch;prerender")
    signed_in("editor").get("/a/news")
    issue = mailed.revision.issue_id
    assert views_of([issue]) == {issue: 3}


@pytest.mark.parametrize("path", ["/archive/", "/archive/news/", "/archive/feed.xml", "/archive/events.ics"])
def test_without_an_archive_there_are_no_such_pages(visitor, mailed, site, settings, path):
    settings.NEWSLETTER_SITE = site
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "0"])
def test_what_is_no_number_does_no_harm(visitor, mailed, before):
    assert visitor.get(f"/archive/?before={before}").status_code == 200


def test_the_desk_shows_views_and_keeps_an_issue_private(visitor, mailed, signed_in):
    visitor.get("/a/news")
    editor = signed_in("editor")
    html = editor.get("/published/").content.decode()
    assert "Our news" in html and "everybody" in html and '<td class="number" data-label="Views">1</td>' in html
    assert editor.post("/published/news/").status_code == 302
    assert "only the desk" in editor.get("/published/").content.decode()
    assert visitor.get("/a/news").status_code == 404
    editor.post("/published/news/", {"public": "yes"})
    assert visitor.get("/a/news").status_code == 200
    viewer = signed_in("viewer", name="Vi")
    assert "Keep private" not in viewer.get("/published/").content.decode()
    assert viewer.post("/published/news/").status_code == 403
