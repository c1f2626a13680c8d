"""The first run in Chromium, by keyboard, from the terminal's code to the sample issue; then the pages of the site."""

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.new_site import create_site
from tests import tables
from tests.browser import chromium  # noqa: F401 - the fixture ``browser``
from tests.web.server import COMMAND, serving

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"


class New:
    """A site that nobody has set up: where it is, and what its terminal shows."""

    def __init__(self, root: Path, process: "subprocess.Popen[str]") -> None:
        self.root, said = root, ""
        assert process.stderr
        while "one-time code" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        found = re.search(r"(http://127\.0\.0\.1:\d+)/setup/", said)
        code = re.search(r"one-time code: (\S+)", said)
        assert found and code
        self.address, self.code = found[1], code[1]


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[New]:
    root = tmp_path_factory.mktemp("first") / "site"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    with subprocess.Popen(
        [*COMMAND, "--site", root, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environ,
    ) as process:
        try:
            yield New(root, process)
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page into which axe may be put, and whose colours change at once."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        bypass_csp=True,
        reduced_motion="reduce",
        timezone_id="America/Bogota",
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    """A page of an administrator who came in by a link of the command line, and where the site is."""
    root = tmp_path_factory.mktemp("desk") / "site"
    create_site(root, {"site.name": "شبكة Example"})
    tables.lay(root)
    command = ["person", "add", "rosa@example.org", "--name", "Rosa", "--role", "administrator"]
    link = subprocess.run([*COMMAND, "--site", root, *command], check=True, capture_output=True, text=True, timeout=60)
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    with serving(root) as server:
        page = context.new_page()
        page.goto(link.stdout.strip().replace("http://localhost:8025", server.address))
        is_sound(page)
        page.get_by_label("New password").fill("quiet mountain river")
        page.get_by_label("The same again").fill("quiet mountain river")
        page.get_by_role("button", name="Save and sign in").click()
        page.wait_for_url(f"{server.address}/")
        yield page, server.address
        context.close()


def is_sound(page: Page) -> None:
    """No violation of axe, light and dark, wide and narrow; never wider than the window."""
    page.add_script_tag(path=AXE)
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("axe.run({iframes: false}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
            assert (page.url, scheme, found) == (page.url, scheme, [])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def fill(page: Page, label: str, text: str) -> None:
    """Types into the field of this label, reached by Tab."""
    field = page.get_by_label(label, exact=True)
    for _ in range(60):
        if field.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"'{label}' is not reached by Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_the_first_run_by_keyboard(page: Page, new: New) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(new.address)
    is_sound(page)
    fill(page, "One-time code", new.code.lower())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You, the administrator").wait_for()
    is_sound(page)
    for label, text in (
        ("Your name", "Rosa"),
        ("Your e-mail address", "rosa@example.org"),
        ("New password", "quiet mountain river"),
        ("The same again", "quiet mountain river"),
    ):
        fill(page, label, text)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Who sends").wait_for()
    is_sound(page)
    assert page.get_by_label("Name of the organisation or network").input_value() == "", "nobody has said it yet"
    fill(page, "Name of the organisation or network", "شبكة Example")
    fill(page, "Postal address", "1 Example Street, Geneva")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Logo and colours").wait_for()
    is_sound(page)
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/setup/look/" in answer.url):
        fill(page, "Your colour", "#c2185b")
    expect(page.frame_locator("iframe").first.get_by_role("heading", name="What is new")).to_be_visible()
    expect(page.locator("#sample iframe").first).to_have_attribute("src", re.compile("light=c2185b"))
    assert page.get_by_label("Your colour, to pick").input_value() == "#c2185b"
    page.get_by_role("button", name="Save and go on").press("Enter")
    page.get_by_role("heading", name="Whose name readers see").wait_for()
    is_sound(page)
    fill(page, "Address", "news@example.org")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Where and when").wait_for()
    is_sound(page)
    assert page.get_by_label("Time zone").input_value() == "America/Bogota", "the browser knows"
    page.get_by_role("button", name="Save and go on").press("Enter")
    page.get_by_role("heading", name="The way out").wait_for()
    is_sound(page)
    page.get_by_role("button", name="Save and try it").press("Enter")
    page.get_by_role("heading", name="It answers").wait_for()
    expect(page.locator("#answer")).to_be_focused()
    is_sound(page)
    page.get_by_role("link", name="Go on").press("Enter")
    page.get_by_role("button", name="Add the sample data").press("Enter")
    page.get_by_role("heading", name="The sample data is there").wait_for()
    is_sound(page)
    assert page.locator(".steps .done").count() == 7
    assert said == []
    page.get_by_role("link", name="Open the sample issue").press("Enter")
    page.wait_for_url("**/issues/sample-october-2020/")
    kept = tomllib.loads((new.root / "newsletter.toml").read_text())
    assert kept["site"]["name"] == "شبكة Example" and kept["site"]["timezone"] == "America/Bogota"


@pytest.mark.parametrize(
    "path",
    [
        "/account/",
        "/account/second-factor/",
        "/people/",
        "/people/new/",
        "/people/1/",
        "/settings/",
        "/settings/site/",
        "/settings/providers.smtp/",
        "/settings/attributes/",
        "/audit/",
        "/health/",
    ],
)
def test_the_pages_of_the_site_are_accessible_and_fit_a_phone(desk: tuple[Page, str], path: str) -> None:
    page, address = desk
    page.goto(address + path)
    assert page.url == address + path
    is_sound(page)


def test_the_focus_goes_to_the_mistake(desk: tuple[Page, str]) -> None:
    page, address = desk
    page.goto(f"{address}/settings/site/")
    page.get_by_label("Public address").fill("https://news.example.org/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Public address")).to_be_focused()
    expect(page.get_by_label("Public address")).to_have_value("https://news.example.org/")
    is_sound(page)


def test_the_square_can_be_seen_and_its_page_is_accessible(desk: tuple[Page, str]) -> None:
    page, address = desk
    page.goto(f"{address}/account/second-factor/")
    page.get_by_label("Your password").fill("quiet mountain river")
    page.get_by_role("button", name="Set it up").click()
    box = page.locator(".qr svg").bounding_box()
    assert box and box["width"] > 150
    is_sound(page)
    page.get_by_role("button", name="Cancel").click()


def test_the_sign_in_is_accessible_and_keeps_the_address(browser: Browser, desk: tuple[Page, str]) -> None:
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{desk[1]}/people/")
    is_sound(page)
    page.get_by_label("E-mail address").fill("rosa@example.org")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("rosa@example.org")
    expect(page.get_by_label("Password")).to_be_focused()
    is_sound(page)
    page.keyboard.type("quiet mountain river")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/")
    context.close()
