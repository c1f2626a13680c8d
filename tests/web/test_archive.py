"""Mailed issues in a browser: only where the site wants it, only what was mailed, and nobody's own links."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsletter.delivery import ledger
from newsletter.delivery.mailing import start_mailing
from newsletter.models import Mailing
from newsletter.store.rendering import render_revision
from tests.delivery.worlds import make_list, make_reader

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
    return start_mailing(open_site, revision, "upr", confirm_count=2, actor="ed", now=NOW)


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


def test_what_was_called_back_is_not_there(visitor, mailed):
    ledger.cancel(mailed.pk, actor="ed", now=NOW)
    assert visitor.get("/a/news").status_code == 404


def test_without_an_archive_nothing_is_there_and_no_mail_links_to_it(visitor, mailed, site, settings):
    settings.NEWSLETTER_SITE = site
    assert visitor.get("/a/news").status_code == 404
    assert "/a/news" not in render_revision(site, mailed.revision)["en"].html
