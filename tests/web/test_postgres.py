"""The desk on PostgreSQL, where several processes serve it: every screen, every form, and what one process must see of
another. All of it on one full site, whose second process is ``newsletter serve``."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as django
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings

from newsletter.issue.pieces import cut
from newsletter.models import Account, Approval, Delivery, Mailing, PageViews, Revision, UpdateItem
from newsletter.store.draft import FRONT
from newsletter.store.revisions import newest
from subscribers.models import Segment, Subscriber
from tests.web import clients, full_site, hostile
from tests.web.postgres_desk import Desk, asked, full_desk, led, other_process, sent, settled, shown  # noqa: F401 - fixtures
from tests.web.screens import SCREENS
from tests.web.sending_world import LETTER, send_all, token_in
from tests.web.server import Served
from tests.web.test_access import ENTRANCE, PUBLIC, TABLE
from tests.web.typed import JSON, posted


def test_the_store_is_postgresql(desk: Desk) -> None:
    assert connection.vendor == "postgresql"
    assert not list(desk.site.data.glob("*.sqlite3"))


def test_it_can_be_set_up_there(desk: Desk) -> None:
    assert desk.led_to == ["/setup/", "/setup/", "/setup/", "/setup/look/"]
    assert Account.objects.get(name="First").roles == ["administrator"]


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_every_screen_is_there(name: str, desk: Desk) -> None:
    browser = desk.nobody if TABLE[name] in {PUBLIC, ENTRANCE} else desk.rosa
    for path in SCREENS[name]:
        assert "</h1>" in shown(browser, path.format(**desk.made)), path


def test_mails_files_and_parts(desk: Desk) -> None:
    for path in (*hostile.FRAMES[:6], *hostile.FILES, "/subscribers/1/"):
        assert shown(desk.rosa, path)
    mailing = desk.made["sent"]
    rows = desk.rosa.post(f"/mailings/{mailing}/report/recipients.csv").getvalue().decode().splitlines()
    assert len(rows) == 1 + Delivery.objects.filter(mailing=mailing).count()
    assert b"example.org" in desk.rosa.post("/subscribers/3/download/").content
    assert desk.rosa.post("/issues/news/live/", {"item": "tune-in"}, **JSON).status_code == 200
    for path in ("items/", "items/tune-in/", "checks/"):
        assert desk.rosa.get(f"/issues/news/{path}", headers={"HX-Request": "true"}).status_code == 200
    for why in ("new", "unsubscribed", "erased", "paused"):
        assert "</h1>" in shown(desk.rosa, f"/issues/ready/send/people/?list=upr&why={why}")


@pytest.mark.parametrize("words", ["READER9@", "reader9 @EXAMPLE", "Reader <9>", "reADer <9>", "reader9@example.org"])
def test_readers_are_found_in_any_case(words: str, desk: Desk) -> None:
    html = desk.rosa.post("/subscribers/", {"search": words}).content.decode()
    assert "reader9@example.org" in html
    assert "reader8@example.org" not in html


def test_what_looks_like_a_pattern_is_none(desk: Desk) -> None:
    for words in ("%", "reader_9", "\\"):
        assert "Nobody found" in desk.rosa.post("/subscribers/", {"search": words}).content.decode()


def test_issues_and_the_log_are_found_in_any_case(desk: Desk) -> None:
    assert "/issues/first/" in shown(desk.rosa, "/?search=WATER+right+TO")
    assert "No issue" in shown(desk.rosa, "/?search=%25")
    assert "issue news" in shown(desk.rosa, "/audit/?object=ISSUE+NEWS")
    assert "issue news" not in shown(desk.rosa, "/audit/?first=2020-01-01&last=2020-01-02")


def test_readers_come_by_a_file_and_are_taken_back(desk: Desk) -> None:
    file = SimpleUploadedFile("more.csv", b"E-mail,First name\nzora@example.net,Zora\nnot an address,Bea\n")
    path = led(desk.rosa, "/imports/new/", list="upr", file=file)
    assert "zora@example.net" in settled(desk.rosa, path)
    assert not Subscriber.objects.filter(email_norm="zora@example.net").exists()
    led(desk.rosa, path, do="import", basis="opt-in", source="A sheet")
    html = settled(desk.rosa, path)
    assert "up to date with the file" in html
    assert "not an address" in shown(desk.rosa, f"{path}errors/")
    assert Subscriber.objects.get(email_norm="zora@example.net").attributes == {"first_name": "Zora"}
    number = re.search(r'href="/imports/(\d+)/"', html)
    assert number
    back = led(desk.rosa, f"/imports/{number[1]}/")
    assert "The import is taken back" in settled(desk.rosa, back)
    assert not Subscriber.objects.get(email_norm="zora@example.net").subscriptions.filter(state="active").exists()


def test_readers_one_by_one(desk: Desk) -> None:
    said = {"email": "olga@example.net", "list": "long", "source": "by letter", "name": "Olga"}
    path = led(desk.rosa, "/subscribers/new/", **said)
    led(desk.rosa, f"{path}change/", name="Olga P.", language="ES")
    assert Subscriber.objects.get(name="Olga P.").language == "es"
    change = f"{path}change/"
    led(desk.rosa, change, do="suppress")
    assert "Never mailed:" in shown(desk.rosa, path)
    led(desk.rosa, change, do="lift")
    led(desk.rosa, change, do="unsubscribe", list="long")
    assert led(desk.rosa, change, do="erase", typed="olga@example.net") == "/subscribers/"
    assert desk.rosa.get(path).status_code == 404


def test_a_segment_counts_and_is_kept(desk: Desk) -> None:
    rows = {
        "match": "any",
        "field": ["name", "first_name"],
        "op": ["contains", "starts with"],
        "value": ["Reader <5", "Reader 3"],
    }
    html = desk.rosa.post("/segments/", {**rows, "do": "count"}).content.decode()
    assert "<strong>22</strong> of" in html, "Reader <5>, <50> to <59>; Reader 3, 30 to 39 of the file"
    assert led(desk.rosa, "/segments/", **rows, do="keep", slug="ones") == "/segments/ones/"
    assert Segment.objects.filter(slug="ones").exists()


def test_an_item_comes_by_a_private_link_and_is_changed(desk: Desk) -> None:
    form = {"title": "By the group", "body": "Come along."}
    assert led(desk.nobody, f"{desk.made['hand_in']}text/", **form).endswith("/thanks/")
    row = UpdateItem.objects.get(title="By the group")
    path = f"/items/{row.pk}/"
    led(desk.rosa, path, title="By the group", body="Come along, all of you.")
    into = led(desk.rosa, "/items/into/", item=[row.pk], into="waiting")
    assert "all of you" in newest("waiting").source and into.startswith("/issues/waiting/")
    assert "By the group" in shown(desk.rosa, "/items/?state=used")


def test_an_issue_is_made_of_the_last_one(desk: Desk) -> None:
    path = led(desk.rosa, "/issues/new/", title="The next one", previous="news", promises="yes")
    slug = path.split("/")[2]
    led(desk.rosa, f"{path}add/text/", title="New here", body="It says a lot.", after="")
    first, second = cut(newest(slug).source).ids
    form = posted(FRONT, slug=slug, subject="The next one is here")
    assert desk.rosa.post(f"{path}items/{FRONT}/save/", form, **JSON).json()["changed"]
    led(desk.rosa, f"{path}move/", item=second, to="0")
    before = newest(slug).number
    led(desk.rosa, f"{path}remove/", item=first)
    assert cut(newest(slug).source).ids == (second,)
    led(desk.rosa, f"{path}put-back/", item=first, number=str(before))
    led(desk.rosa, f"{path}duplicate/", item=first)
    assert cut(newest(slug).source).ids == (second, first, f"{first}-2")
    led(desk.rosa, f"{path}revisions/1/restore/")
    assert newest(slug).source == Revision.objects.get(issue__slug=slug, number=1).source
    assert f"{newest(slug).number}" in shown(desk.rosa, f"{path}revisions/")


def test_two_people_save_at_once_and_nothing_is_lost(desk: Desk) -> None:
    """Saves of one issue come from several processes at the same moment; the numbers of revisions are in a row."""
    path = led(desk.rosa, "/issues/new/", title="Both of us", previous="")
    led(desk.rosa, f"{path}add/text/", title="First", body="One.", after="")
    led(desk.rosa, f"{path}add/text/", title="Second", body="Two.", after="")
    slug = path.split("/")[2]
    forms = [(key, posted(key, slug=slug, body=f"{key} is new.")) for key in ("first", "second")]
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda one: sent(f"{path}items/{one[0]}/save/", one[1]).status_code, forms)
        assert list(answers) == [302, 302]
    source = newest(slug).source
    assert "first is new." in source and "second is new." in source
    numbers = Revision.objects.filter(issue__slug=slug).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))


def test_a_mailing_is_approved_started_once_held_and_ended(desk: Desk) -> None:
    author, ann = clients.browser(name="منى العربي"), clients.browser(name="Ann")
    revision = full_site.put(desk.site, "goes", LETTER.replace("Our news", "It goes"), by="منى العربي")
    led(author, "/issues/goes/approval/submit/", revision=revision.pk, list="upr", note="Please look")
    waits = Approval.objects.get(revision=revision)
    led(ann, "/issues/goes/approval/decide/", approval=waits.pk, do="approve")
    html = shown(desk.rosa, "/issues/goes/send/")
    count = re.search(r"Send to (\d+) readers", html)
    assert count
    form = {"token": token_in(html), "when": "now", "count": count[1]}
    with ThreadPoolExecutor(3) as pool:
        led_to = set(pool.map(lambda _: sent("/issues/goes/send/start/", form)["Location"], range(3)))
    mailing = Mailing.objects.get(revision=revision)
    path = f"/mailings/{mailing.pk}/"
    assert led_to == {path}
    led(desk.rosa, f"{path}pause/", reason="Wait")
    led(desk.rosa, f"{path}resume/")
    send_all(desk.site, mailing)
    assert Delivery.objects.filter(mailing=mailing, state="accepted").count() == mailing.count
    assert "October 2020 UPR Updates" in shown(desk.rosa, f"{path}report/"), "beside the one before"
    assert desk.rosa.post(f"/mailings/{desk.made['paused']}/cancel/").status_code == 302
    assert Mailing.objects.get(pk=desk.made["paused"]).state == "cancelled"


def test_views_of_the_archive_are_counted_also_at_once(desk: Desk) -> None:
    def visit(_: int) -> int:
        try:
            return int(clients.nobody().get("/archive/sent/", REMOTE_ADDR="203.0.113.9").status_code)
        finally:
            connection.close()

    before = sum(PageViews.objects.filter(issue__slug="sent").values_list("count", flat=True))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(visit, range(8))) == [200] * 8
    assert sum(PageViews.objects.filter(issue__slug="sent").values_list("count", flat=True)) == before + 8
    led(desk.rosa, "/published/sent/")
    assert desk.nobody.get("/archive/sent/").status_code == 404
    led(desk.rosa, "/published/sent/", public="yes")


@pytest.mark.parametrize("forwarded", ["2001:db8:1:2:3:4:5:6", "fe80::1%eth0", "nonsense", "203.0.113.9"])
def test_whoever_comes_from_anywhere_can_sign_in(forwarded: str, desk: Desk) -> None:
    """Failed sign-ins are counted by network, in a column that takes addresses only."""
    behind = desk.site.settings.site.model_copy(update={"proxies": 1})
    site = replace(desk.site, settings=desk.site.settings.model_copy(update={"site": behind}), versions=())
    form = {"email": "rosa@example.org", "password": clients.PASSWORD}
    headers = {"X-Forwarded-For": forwarded}
    with override_settings(NEWSLETTER_SITE=site):
        browser = clients.nobody()
        assert browser.post("/sign-in/", form | {"password": "wrong"}, headers=headers).status_code == 400
        assert led(browser, "/sign-in/", **form) == "/"


NULL = "a\0b"


def test_a_null_character_is_refused_wherever_it_comes_from(desk: Desk) -> None:
    """PostgreSQL takes it in no text; nobody can type it."""
    cookie = clients.nobody()
    cookie.cookies[django.SESSION_COOKIE_NAME] = NULL * 8
    answers = [
        desk.nobody.post("/sign-in/", {"email": NULL, "password": "x"}),
        desk.nobody.get("/archive/", {"search": NULL}),
        desk.rosa.get("/audit/", {"object": NULL}),
        desk.rosa.post("/subscribers/", {"search": NULL}),
        desk.rosa.post("/issues/news/comments/", {"item": "", "text": NULL}),
        desk.rosa.post("/setup/organisation/", {"site.name": "X", "organisation.postal_address": NULL}),
        cookie.get("/"),
    ]
    assert [(one.status_code, one.headers["X-Content-Type-Options"]) for one in answers] == [(400, "nosniff")] * 7
    assert desk.rosa.get("/issues/news/items/a%00b/").status_code == 404


def test_what_one_process_does_the_other_sees(desk: Desk, other: Served) -> None:
    """The same session, a search, an issue, a mailing, and settings without a restart."""
    assert "Rosa" in asked(other, desk.rosa, "/account/")
    led(desk.rosa, "/issues/new/", title="Made over here", previous="")
    assert "Made over here" in asked(other, desk.rosa, "/")
    assert "October 2020 UPR Updates" in asked(other, desk.rosa, f"/mailings/{desk.made['sent']}/report/")
    led(desk.rosa, "/settings/site/", **{**_typed(desk.rosa, "/settings/site/"), "site.name": "Another name"})
    until = time.monotonic() + 20
    while "Another name" not in asked(other, desk.rosa, "/settings/site/"):
        assert time.monotonic() < until, "the other process goes by the old settings"
        time.sleep(0.1)
    led(desk.rosa, "/sign-out/")
    with pytest.raises(AssertionError, match="signed in"):
        asked(other, desk.rosa, "/account/")


def _typed(browser: Any, path: str) -> dict[str, str]:
    """What the form of a page would send as it is."""
    [fields] = [fields for _, fields, _ in hostile.Forms(shown(browser, path), path).found if "site.name" in fields]
    return fields
