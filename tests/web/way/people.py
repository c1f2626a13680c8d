"""Who goes the way: a browser of their own, with what it complained of; and the site as it is before anybody came."""

import math
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, Page, expect

from tests.web.server import COMMAND
from tests.web.way.hands import Mouse


@dataclass
class New:
    """``newsletter serve`` on an empty folder: where it is, and the code that its terminal shows."""

    root: Path
    address: str
    code: str


@contextmanager
def serving_nothing(root: Path) -> Iterator[New]:
    """The command in the empty folder ``root``."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    with subprocess.Popen(
        [*COMMAND, "--site", root, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environ,
    ) as process:
        try:
            assert process.stderr
            said = ""
            while "one-time code" not in said:
                line = process.stderr.readline()
                assert line, said
                said += line
            address = re.search(r"(http://127\.0\.0\.1:\d+)/setup/", said)
            code = re.search(r"one-time code: (\S+)", said)
            assert address and code
            yield New(root, address[1], code[1])
        finally:
            process.terminate()
            process.wait(timeout=20)


@dataclass
class Person:
    """Somebody before a screen."""

    page: Page
    hand: Mouse
    address: str
    said: list[str] = field(default_factory=list)
    """What the browser complained of."""

    def at(self, heading: str | re.Pattern[str]) -> None:
        """The page with this heading is there, and fits the window."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        for _ in range(100):
            if (wide := self._width()) <= self.hand.width:
                break
            self.page.wait_for_timeout(100)
        assert wide <= self.hand.width, f"{self.page.url} is {wide} wide"
        self.hand.arrived()

    def _width(self) -> float:
        """Of the page, once its styles are there and it is not the one before, which had the same heading."""
        try:
            self.page.wait_for_load_state()
            return float(self.page.evaluate("document.documentElement.scrollWidth"))
        except Error:
            return math.inf

    def press(self, name: str, role: str = "button") -> None:
        """The button of this name."""
        self.hand.press(self.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]

    def follow(self, name: str) -> None:
        """The link of this name on the page."""
        self.hand.press(self.main.get_by_role("link", name=name, exact=True).first)

    def write(self, label: str, text: str) -> None:
        """In the field of this label."""
        self.hand.write(self.main.get_by_label(label, exact=True), text)

    def go(self, place: str) -> None:
        """By the menu, which a narrow screen and the editor hide behind a button."""
        link = self.page.locator("#menu").get_by_role("link", name=place, exact=True)
        if not link.is_visible():
            self.hand.press(self.page.get_by_role("button", name="Menu", exact=True))
        self.hand.press(link)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def leave(self) -> None:
        """Closes the browser. It had nothing to complain of."""
        self.page.context.close()
        assert self.said == []


def person(browser: Browser, hands: type[Mouse], address: str) -> Person:
    """Somebody new."""
    context = browser.new_context(
        viewport={"width": hands.width, "height": hands.height},
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="Europe/Zurich",
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    made = Person(page, hands(page), address)
    # Chromium has advice on forms at its lowest level.
    loud = {"error", "warning"}
    page.on("console", lambda one: made.said.append(f"{page.url}: {one.text}") if one.type in loud else None)
    page.on("pageerror", lambda error: made.said.append(f"{page.url}: {error}"))
    page.on("dialog", lambda dialog: made.said.append(f"{page.url}: asks {dialog.message}"))
    return made
