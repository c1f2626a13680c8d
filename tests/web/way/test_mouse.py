"""The whole way by mouse."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import chromium  # noqa: F401 - the fixture ``browser``
from tests.web.way.hands import Mouse
from tests.web.way.people import serving_nothing
from tests.web.way.walk import walk


def test_from_an_empty_folder_to_the_archive(browser: Browser, tmp_path: Path) -> None:
    with serving_nothing(tmp_path / "site") as new:
        walk(browser, Mouse, new)
