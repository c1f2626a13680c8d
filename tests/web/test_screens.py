"""Every screen there is, in Chromium: accessible in light and dark, within a wide window and a phone, one heading, a
title, a way past the menu; on a site where nothing has happened, and on one where much has."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium  # noqa: F401 - the fixture ``browser``
from tests.web.clients import PASSWORD
from tests.web.screens import EMPTY, NO_SCREENS, SCREENS
from tests.web.server import Served, serving
from tests.web.test_access import ENTRANCE, PUBLIC, TABLE, routes

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"
WITHOUT_SKIP = {"post", "archive", "own-link", "sign-up"}
"""Public pages, which have no menu to skip."""
COLOURS = ["color-contrast", "link-in-text-block"]
"""All that can differ between light and dark."""
LOOK = """async (only) => {
    const options = { iframes: false, resultTypes: ["violations"] };
    if (only) options.runOnly = { type: "rule", values: only };
    const found = await axe.run(options);
    return found.violations.map((one) => [one.id, one.nodes[0].html.slice(0, 300)]);
}"""
FACTS = """() => ({
    headings: document.querySelectorAll("h1").length,
    title: document.title.trim().length > 3,
    language: document.documentElement.lang,
    skip: document.querySelector("a")?.getAttribute("href"),
})"""


def test_every_address_is_looked_at_or_no_screen() -> None:
    """A new page without a line in ``SCREENS`` fails here."""
    names = {name for name, _, _ in routes()}
    assert set(SCREENS) | set(NO_SCREENS) == names
    assert set(SCREENS) & set(NO_SCREENS) == set()


@pytest.mark.django_db
def test_what_is_no_screen_is_none(signed_in: Any, put: Any) -> None:
    """It refuses to be looked at, is a part or a file, or is looked at elsewhere."""
    put("october.md")
    browser = signed_in("administrator")
    browser.raise_request_exception = False
    paths = {name: path for name, path, _ in routes()}
    wrong = []
    for name, what in NO_SCREENS.items():
        answer = browser.get(paths[name], headers={"HX-Request": "true"} if what == "a part" else {})
        whole = answer.headers.get("Content-Type", "").startswith("text/html") and b"<h1" in answer.getvalue()
        if what == "a form":
            whole = answer.status_code not in {405, 302}
        elif what in {"looked at", "a mail"} or answer.status_code >= 400:
            whole = False
        if whole:
            wrong.append((name, what, answer.status_code))
    assert wrong == []


def _made(root: Path, *arguments: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.web.full_site", str(root), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    made: dict[str, Any] = json.loads(run.stdout)
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What stands in the addresses of the full site, and where it is."""
    root = tmp_path_factory.mktemp("full") / "site"
    return _made(root) | {"root": root}


@pytest.fixture(scope="module")
def full(made: dict[str, Any]) -> Iterator[Served]:
    with serving(made["root"]) as served:
        yield served


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("empty") / "site"
    _made(root, "--empty")
    with serving(root) as served:
        yield served


def _page(browser: Browser, served: Served, *, known: bool = True) -> Page:
    """An administrator's, into which axe may be put, and whose colours change at once."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, bypass_csp=True, reduced_motion="reduce", timezone_id="Europe/Zurich"
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    if known:
        page.goto(f"{served.address}/sign-in/")
        page.get_by_label("E-mail address").fill("rosa@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.address}/")
    return page


@pytest.fixture(scope="module")
def rosa(browser: Browser, full: Served) -> Page:
    return _page(browser, full)


@pytest.fixture(scope="module")
def stranger(browser: Browser, full: Served) -> Page:
    return _page(browser, full, known=False)


@pytest.fixture(scope="module")
def beginner(browser: Browser, empty: Served) -> Page:
    return _page(browser, empty)


def wrong_with(page: Page, address: str) -> list[object]:
    """What is wrong with the screen at ``address``."""
    wrong: list[object] = []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(address)
    if page.locator("#findings").count():
        page.locator("#findings .found").wait_for(state="attached")
    page.add_script_tag(path=AXE)
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            only = None if scheme == "light" else COLOURS
            wrong += [(width, scheme, *one) for one in page.evaluate(LOOK, only)]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            wrong.append(f"{wide} wide in a window of {width}")
    if page.evaluate("window.__xss") is not None:
        wrong.append("something ran")
    return wrong


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_a_screen_where_much_has_happened(
    name: str, full: Served, made: dict[str, Any], rosa: Page, stranger: Page
) -> None:
    page = stranger if TABLE[name] in {PUBLIC, ENTRANCE} else rosa
    for path in SCREENS[name]:
        address = full.address + path.format(**made)
        assert (path, wrong_with(page, address)) == (path, [])
        assert page.url == address
        assert page.evaluate(FACTS) == {
            "headings": 1,
            "title": True,
            "language": "en",
            "skip": page.locator("a").first.get_attribute("href") if name in WITHOUT_SKIP else "#main",
        }


@pytest.mark.parametrize("path", EMPTY)
def test_a_screen_where_nothing_has(path: str, empty: Served, beginner: Page) -> None:
    assert wrong_with(beginner, empty.address + path) == []
    facts = beginner.evaluate(FACTS)
    assert (facts["headings"], facts["title"], facts["language"]) == (1, True, "en")


def test_the_way_past_the_menu_leads_to_the_content(full: Served, rosa: Page) -> None:
    rosa.goto(f"{full.address}/mailings/")
    rosa.keyboard.press("Tab")
    rosa.keyboard.press("Enter")
    assert rosa.evaluate("document.activeElement.id") == "main"
