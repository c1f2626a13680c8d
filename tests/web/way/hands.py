"""How somebody works the desk: by mouse, by keyboard alone, or on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

FAR = 120
"""Steps of Tab after which something counts as out of reach."""
AT = "one => one === document.activeElement"


class Mouse:
    """Points and clicks; types where it clicked."""

    width, height = 1280, 900

    def __init__(self, page: Page) -> None:
        self.page = page

    def arrived(self) -> None:
        """On another page."""

    def press(self, spot: Locator) -> None:
        """A button, a link, what opens something."""
        spot.click()

    def write(self, spot: Locator, text: str) -> None:
        """In place of what the field says."""
        spot.click()
        spot.fill(text)

    def pick_day(self, spot: Locator, year: int, month: int, day: int) -> None:
        """In a field for a day."""
        spot.fill(f"{year}-{month:02}-{day:02}")

    def pick_time(self, spot: Locator, hour: int, minute: int) -> None:
        """In a field for a time."""
        spot.fill(f"{hour:02}:{minute:02}")

    def tick(self, spot: Locator) -> None:
        """A box, or one of several."""
        spot.click()
        expect(spot).to_be_checked()

    def choose(self, spot: Locator, label: str) -> None:
        """From a list."""
        spot.select_option(label=label)

    def put_in(self, spot: Locator, file: Any) -> None:
        """A file, where ``spot`` asks for one."""
        with self.page.expect_file_chooser() as asked:
            self.press(spot)
        asked.value.set_files(file)

    def move_up(self, row: Locator) -> None:
        """An item of the issue, dragged over the one before it."""
        above = row.locator("xpath=preceding-sibling::li[1]")
        row.hover()
        start, end = row.locator(".grip").bounding_box(), above.bounding_box()
        assert start and end
        x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x, y - 8, steps=3)
        key = row.get_attribute("data-key")
        self.page.mouse.move(x, end["y"] + 20, steps=8)
        for step in range(40):  # while rows give way, the pointer is not looked at
            self.page.mouse.move(x, end["y"] + 3 + step % 2)
            if self.page.locator("#sorted > li").first.get_attribute("data-key") == key:
                break
            self.page.wait_for_timeout(50)
        self.page.mouse.up()


class Phone(Mouse):
    """The same by finger on a narrow screen, where nothing is dragged."""

    width, height = 375, 760

    def move_up(self, row: Locator) -> None:
        """By its button."""
        row.get_by_role("button", name="up").click()


class Keyboard(Mouse):
    """Tab, Enter, space bar, arrows and letters; the mouse is never touched."""

    def arrived(self) -> None:
        """Past the menu, by the first link of the page."""
        if self.page.evaluate("document.activeElement === document.body"):
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("Enter")

    def reach(self, spot: Locator, there: Callable[[], bool] | None = None) -> None:
        """By Tab, from wherever the focus is."""
        spot.wait_for()
        is_there = there or (lambda: bool(spot.evaluate(AT)))
        for _ in range(FAR):
            if is_there():
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{spot} is not reached by Tab")

    def press(self, spot: Locator) -> None:
        """By Enter."""
        self.reach(spot)
        self.page.keyboard.press("Enter")

    def write(self, spot: Locator, text: str) -> None:
        """As it is typed."""
        self.reach(spot)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def pick_day(self, spot: Locator, year: int, month: int, day: int) -> None:
        """Figure by figure, in the order of an American browser."""
        self.reach(spot)
        self.page.keyboard.type(f"{month:02}{day:02}{year}")
        expect(spot).to_have_value(f"{year}-{month:02}-{day:02}")

    def pick_time(self, spot: Locator, hour: int, minute: int) -> None:
        """The same."""
        self.reach(spot)
        self.page.keyboard.type(f"{hour % 12 or 12:02}{minute:02}{'PM' if hour >= 12 else 'AM'}")
        expect(spot).to_have_value(f"{hour:02}:{minute:02}")

    def tick(self, spot: Locator) -> None:
        """By the space bar; one of several by the arrows."""
        if spot.get_attribute("type") == "radio":
            name = spot.get_attribute("name")
            self.reach(spot, lambda: self.page.evaluate("document.activeElement.name") == name)
            self.page.keyboard.press("Space")
            for _ in range(FAR):
                if spot.evaluate(AT):
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self.reach(spot)
            self.page.keyboard.press("Space")
        expect(spot).to_be_checked()

    def choose(self, spot: Locator, label: str) -> None:
        """By its first letters."""
        self.reach(spot)
        self.page.keyboard.type(label)
        expect(spot.locator("option:checked")).to_have_text(label)

    def move_up(self, row: Locator) -> None:
        """By Alt and an arrow, on its link."""
        self.reach(row.locator("a.item"))
        self.page.keyboard.press("Alt+ArrowUp")
