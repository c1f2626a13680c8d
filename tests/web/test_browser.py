"""The pages in Chromium: readable, reachable by keyboard, and none wider than a phone."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from newsletter.new_site import create_site
from tests import tables
from tests.browser import chromium  # noqa: F401 - the fixture ``browser``
from tests.web.server import COMMAND, Served, serving

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"
SAMPLE = Path(__file__).parent.parent.parent / "newsletter" / "sample" / "october-2020.md"
TOKEN = "abcdefghijklmnopqrstuv"
PATHS = [
    *(f"/u/{TOKEN}?language={language}" for language in ("en", "ar")),
    *(
        f"/{page}?language={language}"
        for page in ("s/news", "p/ANA", f"p/{TOKEN}", f"c/{TOKEN}")
        for language in ("en", "ar")
    ),
    "/u/broken",
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("web") / "site"
    create_site(root, {"site.name": "Example Network", "site.base_url": "https://news.example.org"})
    tables.lay(root)
    subprocess.run([*COMMAND, "--site", root, "issue", "import", SAMPLE], check=True, capture_output=True, timeout=60)
    for command in (
        ["list", "add", "news", "--public", "--single-opt-in"],
        ["topic", "add", "housing"],
        ["subscriber", "add", "ana@example.org", "--list", "news", "--source", "a test"],
    ):
        subprocess.run([*COMMAND, "--site", root, *command], check=True, capture_output=True, timeout=60)
    with serving(root) as server:
        yield server


@pytest.fixture(scope="module")
def token(served: Served) -> str:
    """That of the one reader."""
    with closing(sqlite3.connect(served.root / "data" / "newsletter.sqlite3")) as store:
        return store.execute("SELECT token FROM subscribers_subscription").fetchone()[0]


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """A narrow page into which axe may be put, and whose colours change at once."""
    context = browser.new_context(viewport={"width": 375, "height": 700}, bypass_csp=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible_and_fits_a_phone(phone: Page, served: Served, path: str, token: str):
    phone.goto(served.address + path.replace("ANA", token))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
    phone.add_script_tag(path=AXE)
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        # The mail in the frame is held to account where mails are rendered.
        found = phone.evaluate("axe.run({iframes: false}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
        assert (scheme, found) == (scheme, [])


def _loud(page: Page) -> list[str]:
    """What the browser complains of, such as a broken content security policy."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_unsubscribing_by_keyboard(browser: Browser, served: Served):
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    said = _loud(page)
    page.goto(f"{served.address}/u/{TOKEN}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Me désabonner"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Vous êtes désabonné(e)").wait_for()
    assert said == []
    assert context.cookies() == []
    context.close()


def test_arabic_reads_from_right_to_left(browser: Browser, served: Served):
    page = browser.new_page(locale="ar-EG")
    page.goto(f"{served.address}/u/{TOKEN}")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    page.close()
