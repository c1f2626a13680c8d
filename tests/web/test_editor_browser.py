"""The editor in Chromium: typing and saving in order, two people at once, a lost connection, moving, accessibility."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from newsletter.new_site import create_site
from tests import tables
from tests.browser import chromium, until  # noqa: F401 - the fixture ``browser``
from tests.web.edited import BODIES, FILL, ITEMS, PASSWORD, PEOPLE, run_script
from tests.web.server import Served, serving

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("editor") / "site"
    create_site(root, {"site.name": "Example Network", "site.base_url": "https://news.example.org"})
    tables.lay(root)
    slugs = ("typing", "together", "lost", "moving", "looks", "drafts")
    for slug in slugs:
        text = f'+++\ntitle = "{slug.title()}"\nsubject = "News"\n+++\n' + "".join(
            f"\n## {item.title()}\n\nThe text of {item}.\n" for item in ITEMS
        )
        text += (
            "\n## Watch\n\n```event\nstarts = 2031-11-09T14:30:00\n```\n\n## نبأ طويل جدا عن الاجتماع في جنيف\n\nنص.\n"
        )
        (root / "issues" / f"{slug}.md").write_text(text, encoding="utf-8")
    run_script(FILL, root, json.dumps(PEOPLE), PASSWORD, *slugs)
    with serving(root) as server:
        yield server


@pytest.fixture
def person(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """``person("ana")``: a page of somebody who is signed in; whatever the browser complains of fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def page_of(name: str, **options: object) -> Page:
        context = browser.new_context(
            reduced_motion="reduce", **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda one: errors.append(one.text) if "Content Security Policy" in one.text else None)
        page.goto(f"{served.address}/sign-in/")
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("form input[type=email], form input[name=username]").first.fill(f"{name}@example.org")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.address}/")
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert errors == []


def opened(page: Page, served: Served, slug: str, item: str) -> Page:
    page.goto(f"{served.address}/issues/{slug}/?item={item}")
    page.locator("#form").wait_for()
    until(page, "() => Boolean(window.deskEditor)")
    return page


def saved(page: Page) -> None:
    expect(page.locator("#state")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"), timeout=30_000)


def bodies(served: Served, slug: str) -> list[dict[str, str]]:
    """The texts of the items in each revision, the oldest first."""
    return json.loads(run_script(BODIES, served.root, slug))


def order(page: Page) -> list[str]:
    return page.locator("#sorted > li").evaluate_all("rows => rows.map(row => row.dataset.key)")


def test_what_is_typed_is_saved_in_the_order_of_typing(person, served):
    """The server is slow, and typing goes on: one request at a time, and none overtakes another."""
    page = person("ana")
    running, most, sent = 0, 0, []

    def slow(route: Route) -> None:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        sent.append(route.request.post_data or "")
        time.sleep(0.6)
        running -= 1
        route.continue_()

    page.route("**/save/", slow)
    opened(page, served, "typing", "one")
    words = ["First.", " Second.", " Third.", " Fourth."]
    page.locator("[name=body]").fill("")
    for word in words:
        page.locator("[name=body]").press_sequentially(word, delay=10)
        page.wait_for_timeout(1200)
    saved(page)
    assert most == 1
    texts = [one["one"] for one in bodies(served, "typing")][1:]
    assert texts[-1] == "First. Second. Third. Fourth."
    assert texts == sorted(texts, key=len), "no older text came after a newer one"
    assert len(sent) >= 2


def test_two_people_at_once(person, served):
    ana, ben = person("ana"), person("ben")
    opened(ana, served, "together", "one")
    opened(ben, served, "together", "one")
    ana.locator("[name=body]").fill("The text of Ana.")
    saved(ana)
    ben.locator("[name=title]").fill("Ben was here")
    ben.locator("[name=body]").fill("The text of Ben.")
    box = ben.locator(".conflict")
    box.wait_for()
    assert "Ana changed this, too" in box.inner_text()
    assert "The text of Ana." in box.inner_text()
    assert ben.locator("[name=body]").input_value() == "The text of Ben."
    assert "Ana changed" in ben.locator("#state").inner_text()
    now = bodies(served, "together")[-1]
    assert now["one"] == "The text of Ana.", "nothing is overwritten before it is settled"
    ben.reload()
    ben.locator(".conflict").wait_for()
    assert ben.locator("[name=body]").input_value() == "The text of Ben.", "a conflict outlives the page"
    ben.get_by_role("button", name="Keep mine").click()
    saved(ben)
    assert bodies(served, "together")[-1]["one"] == "The text of Ben."
    assert "The text of Ana." in [one["one"] for one in bodies(served, "together")]
    opened(ana, served, "together", "two")
    opened(ben, served, "together", "three")
    ana.locator("[name=body]").fill("Two by Ana.")
    ben.locator("[name=body]").fill("Three by Ben.")
    saved(ana)
    saved(ben)
    now = bodies(served, "together")[-1]
    assert (now["two"], now["three"]) == ("Two by Ana.", "Three by Ben.")
    expect(ana.locator("#people")).to_contain_text("Ben", timeout=25_000)


def test_a_lost_connection_while_typing_loses_nothing(person, served):
    page = person("ana")
    opened(page, served, "lost", "one")
    page.context.set_offline(True)
    page.locator("[name=body]").fill("Typed without connection.")
    expect(page.locator("#state")).to_contain_text("No connection", timeout=10_000)
    page.locator("[name=body]").fill("Typed without connection, and more.")
    page.wait_for_timeout(1300)
    assert bodies(served, "lost")[-1]["one"] == "The text of one."
    page.context.set_offline(False)
    saved(page)
    assert bodies(served, "lost")[-1]["one"] == "Typed without connection, and more."
    # A tab that is closed while there is no connection: the next one sends it.
    page.context.set_offline(True)
    page.locator("[name=body]").fill("Typed before the tab was closed.")
    page.wait_for_timeout(200)
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    opened(other, served, "lost", "two")
    saved(other)
    assert bodies(served, "lost")[-1]["one"] == "Typed before the tab was closed."
    assert other.evaluate("Object.keys(localStorage).filter(name => name.startsWith('desk:'))") == []


def test_what_does_not_validate_stays_as_typed_over_a_reload(person, served):
    page = person("ana")
    opened(page, served, "drafts", "watch")
    page.locator("[name=watch_url]").fill("nowhere")
    page.locator("[name=body]").fill("Come along.")
    wrong = page.locator('[id="w-watch_url"]')
    expect(wrong).to_contain_text("nowhere", timeout=15_000)
    assert page.locator("[name=watch_url]").get_attribute("aria-invalid") == "true"
    assert bodies(served, "drafts")[-1]["watch"] == "Come along.", "the rest is saved"
    page.reload()
    expect(page.locator('[id="w-watch_url"]')).to_contain_text("nowhere", timeout=15_000)
    assert page.locator("[name=watch_url]").input_value() == "nowhere"
    page.locator("[name=watch_url]").fill("https://www.example.org/watch")
    saved(page)
    assert wrong.is_hidden()


def test_moving_by_keyboard_and_by_mouse(person, served):
    page = person("ana")
    opened(page, served, "moving", "one")
    page.locator('li[data-key="three"] > a').focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#told")).to_have_text("Three: now 2 of 6")
    page.keyboard.press("Alt+ArrowUp")
    assert order(page)[:3] == ["three", "one", "two"]
    assert page.evaluate("document.activeElement.closest('li').dataset.key") == "three"
    page.keyboard.press("Alt+ArrowDown")
    saved(page)
    grip, below = page.locator('li[data-key="four"] .grip'), page.locator('li[data-key="one"]')
    at, to = grip.bounding_box(), below.bounding_box()
    assert at
    assert to
    page.mouse.move(at["x"] + 5, at["y"] + 10)
    page.mouse.down()
    page.mouse.move(to["x"] + 20, to["y"] + 20, steps=8)
    for step in range(40):  # while rows give way, a pointer is not looked at
        page.mouse.move(to["x"] + 20, to["y"] + 4 + step % 2)
        if order(page).index("four") < order(page).index("three"):
            break
        page.wait_for_timeout(50)
    with page.expect_response("**/move/"):
        page.mouse.up()
    saved(page)
    now = order(page)
    assert now.index("four") < now.index("three"), "how far it falls hangs on the pixel, not that it was moved"
    assert [*bodies(served, "moving")[-1]] == now


def test_deleting_by_keyboard_and_undoing(person, served):
    page = person("ana")
    opened(page, served, "moving", "two")
    before = order(page)
    page.get_by_role("button", name="Delete the item").focus()
    page.keyboard.press("Enter")
    page.locator("#undo").wait_for()
    expect(page.locator('li[data-key="two"]')).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    expect(page.locator('li[data-key="two"]')).to_have_count(1)
    assert order(page) == before


def test_a_finding_jumps_to_its_field(person, served):
    page = person("ana")
    opened(page, served, "looks", "one")
    page.locator("[data-jump-field]").first.wait_for(state="attached", timeout=30_000)
    page.keyboard.press("Alt+4")
    link = page.locator("#findings [data-jump-field]").first
    field = str(link.get_attribute("data-jump-field"))
    link.click()
    until(page, "name => document.activeElement.id.startsWith(`f-${name.split('[')[0]}`)", field)


@pytest.mark.parametrize("width", [1280, 375])
def test_the_editor_is_accessible_and_fits(person, served, width):
    page = person("ana", viewport={"width": width, "height": 800}, bypass_csp=True)
    for path in ("?item=watch", "?item=~front", "add/", "add/engage/", "revisions/", "revisions/1/", "checks/"):
        page.goto(f"{served.address}/issues/looks/{path}")
        page.wait_for_timeout(400)
        page.add_script_tag(path=AXE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            panes = ("items", "edit", "preview", "checks") if path.startswith("?") else ("",)
            for pane in panes:
                if pane and page.locator(f"[data-show={pane}]").is_visible():
                    page.locator(f"[data-show={pane}]").click()
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, pane)
                found = page.evaluate(
                    "axe.run({iframes: false}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
                )
                assert (path, pane, scheme, found) == (path, pane, scheme, [])


def test_who_only_reads_has_nothing_to_type_in(person, served):
    page = person("vera")
    page.goto(f"{served.address}/issues/looks/?item=one")
    until(page, "() => Boolean(window.deskEditor)")
    assert page.locator("#form").count() == page.locator("#sorted .grip").count() == 0
    assert "The text of one." in page.locator("#edit").inner_text()
