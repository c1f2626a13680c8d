"""What all pages have."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.web.server import HideTokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

TOKEN = "abcdefghijklmnopqrstuv"


@pytest.mark.parametrize("path", [f"/u/{TOKEN}", "/style.css", "/m/x", "/favicon.ico"])
def test_every_answer_is_safe(visitor, path):
    headers = visitor.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "Set-Cookie" not in headers
    assert "Content-Length" in headers


def test_who_is_signed_in_reads_of_the_desk_where_nothing_is(operator, visitor):
    answer = operator.get("/nothing")
    html = answer.content.decode()
    assert answer.status_code == 404 and "There is nothing here" in html and "Sign out" in html
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "Sign out" not in visitor.get("/nothing").content.decode()


def test_scripts_of_the_desk_come_from_its_own_files(operator):
    headers = operator.get("/").headers
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example.org", "news.example.org.evil.org", "news.example.org:x", "", "a b"])
def test_a_foreign_host_is_refused(host):
    answer = Client(HTTP_HOST=host, raise_request_exception=False).get(f"/u/{TOKEN}")
    assert answer.status_code == 400
    assert host not in answer.content.decode() or not host
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_fault_is_told_without_its_innards(visitor, monkeypatch, caplog):
    from newsletter.web.public import unsubscribe

    def broken(*args, **kwargs):
        raise RuntimeError("secret innards")

    monkeypatch.setattr(unsubscribe.consent, "unsubscribe_all", broken)
    visitor.raise_request_exception = False
    answer = visitor.post(f"/u/{TOKEN}")
    assert answer.status_code == 500
    html = answer.content.decode()
    assert "That is our fault" in html
    assert "innards" not in html


def test_tokens_are_in_no_log_line():
    record = logging.LogRecord("django.request", logging.WARNING, "f", 1, "Not Found: %s", (f"/u/{TOKEN}",), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == "Not Found: /u/…"
    record = logging.LogRecord("django.request", logging.WARNING, "f", 1, "Not Found: /of/ann@example.net", (), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == "Not Found: /of/<address>"


def test_the_style_is_the_sites_own_where_there_is_one(visitor, site):
    assert b"--accent" in visitor.get("/style.css").content
    (site.templates / "web").mkdir(parents=True)
    (site.templates / "web" / "style.css").write_text("body { color: red }")
    answer = visitor.get("/style.css")
    assert answer.content == b"body { color: red }"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"


def test_a_page_is_the_sites_own_where_there_is_one(visitor, site):
    (site.templates / "web" / "public").mkdir(parents=True)
    (site.templates / "web" / "public" / "unsubscribe.html").write_text("Goodbye from {{ site.name }}")
    assert visitor.get(f"/u/{TOKEN}").content == b"Goodbye from Example Network"


def test_the_address_in_mails_is_the_address_of_the_page():
    assert reverse("unsubscribe", args=[TOKEN]) == f"/u/{TOKEN}"
    assert reverse("media", args=[TOKEN, "png"]) == f"/m/{TOKEN}.png"


def test_a_name_with_signs_is_shown_as_it_is(visitor, settings, site):
    from dataclasses import replace

    shown = site.settings.site.model_copy(update={"name": "A <b>&</b> {name} Network"})
    settings.NEWSLETTER_SITE = replace(site, settings=site.settings.model_copy(update={"site": shown}))
    html = visitor.get(f"/u/{TOKEN}").content.decode()
    assert "A &lt;b&gt;&amp;&lt;/b&gt; {name} Network" in html
