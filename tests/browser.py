"""Chromium for the tests that look at a page: `from tests.browser import chromium`, then ask for `browser`."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable(of_playwright: str) -> str | None:
    """$CHROMIUM, else one on PATH, else Playwright's own where it is there."""
    if named := os.environ.get("CHROMIUM"):
        return named
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    return installed or (of_playwright if Path(of_playwright).exists() else None)


def until(page: Page | Frame, script: str, arg: object = None) -> None:
    """Wait until ``script`` is true. Playwright's ``wait_for_function`` looks again by eval, which the policy of the
    desk's pages forbids: there it fails wherever the first look came too early."""
    for _ in range(300):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it never is: {script}")


# One for each module, not for the session: while Playwright runs, its event loop does, and Django then refuses
# to touch the database in this process.
@pytest.fixture(scope="module", name="browser")
def chromium() -> Iterator[Browser]:
    """A Chromium that talks to nobody by itself. Missing under CI=true, it fails the test."""
    with sync_playwright() as playwright:
        path = executable(playwright.chromium.executable_path)
        if path is None:
            message = "no Chromium: set $CHROMIUM, put one on PATH, or run `python3 dev.py test`"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
