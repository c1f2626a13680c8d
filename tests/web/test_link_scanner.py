"""A program that looks at every link of every mail, as mail filters do, changes nothing at all."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from django.apps import apps
from django.db import connection

from newsletter.delivery import notices
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.mailing import start_mailing
from subscribers import moving, preferences, signup
from subscribers.address import normalise
from subscribers.links import Purpose
from tests.web.readers import links_in, make_lists, make_reader, send

pytestmark = pytest.mark.django_db
AGENTS = ["Mozilla/5.0", "Barracuda Sentinel (EE)", "Microsoft Office/16.0", ""]


def everything() -> dict[str, list[tuple]]:
    """All rows of all tables."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in {"newsletter", "subscribers"}:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY id')
                found[model.__name__] = cursor.fetchall()
    return found


@pytest.fixture
def mails(site, put) -> list:
    """A mail of each kind that there is, issues and notices to editors and readers."""
    now = datetime.now(UTC)
    news, *_ = make_lists()
    reader = make_reader(news)
    make_reader(news, "ben@example.net")
    mailing = start_mailing(site, put(), "news", confirm_count=2, actor="ed", now=now)
    send_mailing(site, mailing)
    notices.tell(site, mailing, now=now)
    for email in ("new@example.org", "ana@example.org"):
        signup.ask(news, normalise(email), at=now, source="form", wording="Yes")
    known = preferences.preferences_of(reader.token, at=now)
    for purpose in (Purpose.DOWNLOAD, Purpose.ERASE):
        preferences.mail_link(known, purpose, at=now)
    moving.ask(known, normalise("ana@example.com"), at=now)
    sent = send(site)
    return sent + [
        message_from_bytes(one.read_bytes(), policy=policy.default) for one in (site.outbox / "new").iterdir()
    ]


def test_looking_at_every_link_changes_nothing(mails, visitor):
    links = {link for mail in mails for link in links_in(mail)}
    links |= {
        mail["List-Unsubscribe"][1:-1].removeprefix("https://news.example.org")
        for mail in mails
        if mail["List-Unsubscribe"]
    }
    ways = {link[:3] for link in links}
    assert {"/u/", "/p/", "/c/", "/l/", "/m/"} <= ways, "each kind of link is among them"
    assert len(mails) == 8
    before = everything()
    assert len(before) > 20 and before["Subscription"] and before["MailedLink"]
    for link in sorted(links):
        for agent in AGENTS:
            headers = {"User-Agent": agent, "Purpose": "prefetch"}
            for look in (visitor.get, visitor.head):
                answer = look(link, headers=headers)
                answer.close()
                assert answer.status_code == 200, link
                assert "Location" not in answer.headers
            visitor.options(link, headers=headers).close()
            visitor.get(f"{link}?language=fr&back&do=leave", headers=headers).close()
    assert everything() == before
