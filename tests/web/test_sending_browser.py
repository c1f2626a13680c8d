"""The way of an issue through several hands in Chromium: tested, submitted, approved, sent, watched, reported; by mouse
and by keyboard only, on a wide window and a phone."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium  # noqa: F401 - the fixture ``browser``
from tests.web.server import Served, serving
from tests.web.test_browser import AXE

PREPARE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from newsletter.new_site import create_site
from newsletter.site import load_site
root = Path(sys.argv[1])
create_site(root, {
    "site.name": "Example Network", "site.base_url": "https://news.example.org", "site.timezone": "Europe/Zurich",
    "organisation.postal_address": "1 Example Street, Geneva", "sender.email": "news@example.org",
})
site = load_site(root, {})
from newsletter.django_conf import start_django, upgrade
start_django(site)
upgrade()
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from newsletter.models import Account
from newsletter.store.revisions import import_issue
from tests.web.sending_world import LETTER, approve, readers
readers(30)
sessions = {}
for name, roles in (
    ("Ed", ["editor"]), ("Ann", ["approver"]), ("Sam", ["sender"]), ("Vi", ["viewer"]), ("Ada", ["administrator"])
):
    who = Account.objects.filter(name=name).first() or Account.objects.make(
        f"{name.lower()}@example.org", name=name, roles=roles)
    store = SessionStore()
    store[SESSION_KEY] = str(who.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = who.get_session_auth_hash()
    store.save()
    sessions[name] = store.session_key
for slug in ("mouse", "keys", "twice"):
    path = site.issues / f"{slug}.md"
    path.write_text(LETTER.replace("Our news", f"News by {slug}"))
    revision = import_issue(site, path, author="Ed", at=datetime.now(UTC)).revision
approve(site, revision)
print(json.dumps(sessions))
"""


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    root = tmp_path_factory.mktemp("sending") / "site"
    made = subprocess.run(
        [sys.executable, "-c", PREPARE, root], check=True, capture_output=True, timeout=120, text=True
    )
    return root, json.loads(made.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def served(sessions: tuple[Path, dict[str, str]]) -> Iterator[Served]:
    with serving(sessions[0]) as server:
        yield server


@pytest.fixture
def open_as(browser: Browser, served: Served, sessions: tuple[Path, dict[str, str]]) -> Iterator[object]:
    """``open_as("Ed")``: a page of theirs; at the end, the browser must not have complained of anything."""
    opened, said = [], []

    def page(name: str, **options: object) -> Page:
        context = browser.new_context(base_url=served.address, bypass_csp=False, reduced_motion="reduce", **options)
        context.add_cookies([{"name": "newsletter_session", "value": sessions[1][name], "url": served.address}])
        made = context.new_page()
        made.on("console", lambda message: said.append(message.text))  # a wrong number is typed on purpose below
        made.on("pageerror", lambda error: said.append(str(error)))
        opened.append(context)
        return made

    yield page
    for context in opened:
        context.close()
    assert [one for one in said if not one.endswith("409 (Conflict)")] == []


def test_from_test_to_report_by_mouse(open_as):
    ed, ann, sam, vi = (open_as(name) for name in ("Ed", "Ann", "Sam", "Vi"))
    ed.goto("/issues/mouse/tests/")
    ed.get_by_label("Addresses").fill("ed@example.org")
    ed.get_by_label("Show it as a reader").fill("reader1")
    ed.keyboard.press("Enter")  # finds, and sends nothing
    ed.get_by_label("reader10@example.org").check()
    ed.get_by_role("button", name="Send the test").click()
    ed.get_by_text("The test mail of revision 1 went to ed@example.org").wait_for()
    ed.get_by_role("link", name="Approval").click()
    ed.get_by_label("Note for the approver").fill("Please look.")
    ed.get_by_role("button", name="Submit for approval").click()
    ed.get_by_role("heading", name="Waits for approval").wait_for()
    sam.goto("/issues/mouse/send/")
    sam.get_by_role("heading", name="It cannot be sent yet").wait_for()
    ann.goto("/issues/mouse/approval/")
    assert ann.frame_locator("iframe.mail").get_by_text("Twelve people went").is_visible()
    ann.get_by_role("button", name="Approve for 30 readers").click()
    ann.get_by_role("heading", name="Approved").wait_for()
    sam.reload()
    button = sam.get_by_role("button", name="Send to 30 readers")
    sam.get_by_label(re.compile("Type the number")).fill("31")
    button.click()
    sam.get_by_text("31 recipients were confirmed, but there are 30").wait_for()
    sam.get_by_label(re.compile("Type the number")).fill("30")
    button.dblclick()
    sam.wait_for_url("**/mailings/*/")
    where = sam.url
    vi.goto(where)
    sam.get_by_role("heading", name="Sent").wait_for(timeout=60_000)
    vi.get_by_role("heading", name="Sent").wait_for(timeout=60_000)
    assert sam.locator("#progress[hx-get]").count() == 0
    sam.get_by_role("link", name="See the report").click()
    sam.get_by_role("heading", name="What became of each").wait_for()
    assert "30 = 30" in sam.locator("main").inner_text()
    with sam.expect_download() as saved:
        sam.get_by_role("button", name="Every reader, with addresses").click()
    assert Path(saved.value.path()).read_text().count("@example.org") == 30
    vi.goto(f"{where}report/")
    assert vi.get_by_role("button", name="Every reader, with addresses").count() == 0
    assert "@example.org" not in vi.locator("main").inner_text()


def press_to(page: Page, name: str) -> None:
    """Tab until what has that name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(
            "n => { const e = document.activeElement;"
            " const l = e.labels?.[0]?.innerText ?? e.innerText ?? '';"
            " return l.trim().startsWith(n); }",
            name,
        ):
            return
    pytest.fail(f"no Tab leads to {name}")


def test_by_keyboard_only(open_as):
    ed, ann, sam = (open_as(name) for name in ("Ed", "Ann", "Sam"))
    ed.goto("/issues/keys/approval/")
    press_to(ed, "Submit for approval")
    ed.keyboard.press("Enter")
    ed.get_by_role("heading", name="Waits for approval").wait_for()
    ann.goto("/issues/keys/approval/")
    press_to(ann, "What you want to say")
    ann.keyboard.type("Good.")
    press_to(ann, "Approve for")
    ann.keyboard.press("Enter")
    ann.get_by_role("heading", name="Approved").wait_for()
    sam.goto("/issues/keys/send/")
    press_to(sam, "Type the number of readers")
    sam.keyboard.type("3")
    sam.keyboard.press("Enter")
    sam.get_by_text("3 recipients were confirmed").wait_for()
    assert sam.evaluate("document.activeElement.closest('[role=alert], input') !== null")
    press_to(sam, "Type the number of readers")
    sam.keyboard.type("30")
    sam.keyboard.press("Enter")
    sam.get_by_role("heading", name="Sent").wait_for(timeout=60_000)
    press_to(sam, "See the report")
    sam.keyboard.press("Enter")
    sam.get_by_role("heading", name="What became of each").wait_for()


PAGES = [
    "/issues/mouse/tests/",
    "/issues/mouse/approval/",
    "/issues/mouse/send/",
    "/issues/twice/approval/",
    "/issues/twice/send/?list=upr",
    "/mailings/",
    "/mailings/1/",
    "/mailings/1/report/",
]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_accessible_and_fits(browser: Browser, served: Served, sessions, path: str):
    context = browser.new_context(base_url=served.address, bypass_csp=True, reduced_motion="reduce")
    context.add_cookies([{"name": "newsletter_session", "value": sessions[1]["Ada"], "url": served.address}])
    page = context.new_page()
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.add_script_tag(path=AXE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("axe.run({iframes: false}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
            assert (width, scheme, found) == (width, scheme, [])
    context.close()


def test_two_processes_and_many_presses_make_one_mailing(served: Served, sessions):
    """Eight presses at the same moment, shared by two servers of one site."""
    root, keys = sessions
    with serving(root) as other:
        addresses = [served.address, other.address]
        cookie = f"newsletter_session={keys['Ada']}"
        html = _get(f"{served.address}/issues/twice/send/", cookie).read().decode()
        token = html.split('name="token" value="')[1].split('"', maxsplit=1)[0]
        csrf = html.split('name="csrfmiddlewaretoken" value="')[1].split('"', maxsplit=1)[0]
        form = urlencode({"token": token, "count": "30", "when": "now", "csrfmiddlewaretoken": csrf}).encode()
        cookie += f"; newsletter_csrf={csrf}"

        def press(number: int) -> str:
            return _get(f"{addresses[number % 2]}/issues/twice/send/start/", cookie, form).url.partition("/mailings/")[
                2
            ]

        with ThreadPoolExecutor(8) as pool:
            reached = set(pool.map(press, range(8)))
    assert len(reached) == 1
    assert reached != {""}


def _get(url: str, cookie: str, form: bytes | None = None):
    origin = {"Origin": url.split("/issues", maxsplit=1)[0]} if form else {}
    return urllib.request.urlopen(urllib.request.Request(url, form, {"Cookie": cookie, **origin}), timeout=60)
