"""The preview in Chromium: frames that change without a flicker, readers by keyboard, files beside their field."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Frame, Page

from tests.browser import chromium, until  # noqa: F401 - the fixture ``browser``
from tests.store.documents import PDF
from tests.web.desk_site import make, sign_in
from tests.web.previewed import SCRIPT
from tests.web.server import Served, serving

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"
MEANT = ("img-src 'none'", "'allow-popups' permission is not set", "status of 400")
"""What the browser says where a test wants it to: pictures that are off, a link that opens nothing, a file refused."""
VIEWS = ("Desktop", "Mobile", "Dark", "Inverted dark", "Images off", "Text", "Inbox line")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("preview") / "site"
    make(root, SCRIPT)
    with serving(root) as server:
        yield server


@pytest.fixture(scope="module")
def state(browser: Browser, served: Served) -> dict[str, object]:
    """Signed in."""
    context = browser.new_context()
    sign_in(context.new_page(), served.address)
    kept = context.storage_state()
    context.close()
    return dict(kept)


@pytest.fixture
def page(browser: Browser, served: Served, state: dict[str, object]) -> Iterator[Page]:
    """The preview of the issue, on a wide screen. Whatever the browser complains of fails the test."""
    context = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    made = context.new_page()
    said: list[str] = []
    made.on("console", lambda message: said.append(message.text))
    made.on("pageerror", lambda error: said.append(str(error)))
    made.goto(f"{served.address}/issues/news/preview/")
    until(made, "() => window.desk?.preview")
    yield made
    context.close()
    assert [one for one in said if not any(meant in one for meant in MEANT)] == []


def shown(page: Page) -> Frame:
    """The frame that is seen, loaded."""
    until(page, "() => document.querySelectorAll('.preview-stage iframe').length === 1")
    handle = page.query_selector(".preview-stage iframe:not(.next)")
    frame = handle.content_frame() if handle else None
    assert frame
    frame.wait_for_load_state()
    return frame


def expect_shown(page: Page) -> None:
    """From now on ``window.shown`` waits for the next frame."""
    listen = "document.addEventListener('desk:shown', () => done(true), { once: true })"
    page.evaluate(f"() => {{ window.shown = new Promise((done) => {listen}); }}")


def choose(page: Page, view: str) -> Frame:
    expect_shown(page)
    page.get_by_label(view, exact=True).check(force=True)
    page.evaluate("window.shown")
    return shown(page)


def test_every_way_to_look(page: Page) -> None:
    sizes = {}
    for view in VIEWS[1:] + VIEWS[:1]:
        frame = choose(page, view)
        text = frame.locator("body").inner_text()
        assert "friend" in text
        if view in {"Text", "Inbox line"}:
            continue
        ground = "getComputedStyle(document.querySelector('.sheet')).backgroundColor"
        pictures = "[...document.images].map((one) => one.naturalWidth > 0)"
        sizes[view] = frame.evaluate(f"[innerWidth, {ground}, {pictures}]")
    light, dark = "rgb(255, 255, 255)", "rgb(29, 33, 38)"
    assert sizes["Desktop"][1:] == [light, [True, True]]
    assert sizes["Mobile"] == [375, light, [True, True]]
    assert sizes["Dark"][1:] == [dark, [True, True]]
    assert sizes["Inverted dark"][1:] == [light, [True, True]]
    assert sizes["Images off"][1:] == [light, [False, False]]
    assert sizes["Desktop"][0] >= 720


def test_a_save_shows_the_new_mail_without_a_flicker(page: Page) -> None:
    shown(page)
    steps = page.evaluate("history.length")
    least = page.evaluate(
        """() => new Promise((done) => {
            const stage = document.querySelector(".preview-stage");
            let least = 9;
            new MutationObserver(() => {
                least = Math.min(least, stage.querySelectorAll("iframe:not(.next)").length);
            }).observe(stage, { childList: true, subtree: true, attributes: true });
            document.addEventListener("desk:shown", (event) => done([least, event.detail.number]), { once: true });
            document.dispatchEvent(new CustomEvent("desk:saved", { detail: { number: 1 } }));
        })"""
    )
    assert least == [1, 1]
    assert "number=1" in page.get_attribute(".preview-stage iframe", "src")
    assert page.evaluate("history.length") == steps


def test_of_many_saves_the_last_is_shown(page: Page) -> None:
    shown(page)
    page.evaluate(
        """() => new Promise((done) => {
            document.addEventListener("desk:shown", done, { once: true });
            const form = document.querySelector(".preview-bar");
            for (const view of ["dark", "text", "mobile"]) {
                form.querySelector(`[value=${view}]`).checked = true;
                document.dispatchEvent(new CustomEvent("desk:saved", { detail: { number: 1 } }));
            }
        }).then(() => true)"""
    )
    assert "view=mobile" in page.get_attribute(".preview-stage iframe", "src")
    assert page.locator(".preview-stage iframe").count() == 1


def test_a_jump_to_an_item_stays_after_a_save(page: Page) -> None:
    frame = shown(page)
    page.evaluate("window.desk.preview.jump('item-6')")
    top = "Math.round(document.getElementById('item-6').getBoundingClientRect().top)"
    until(frame, f"() => {top} < 100")
    assert page.evaluate("scrollY") == 0
    page.evaluate(
        """() => new Promise((done) => {
            document.addEventListener("desk:shown", done, { once: true });
            document.dispatchEvent(new CustomEvent("desk:saved", { detail: { number: 1 } }));
        }).then(() => true)"""
    )
    assert shown(page).evaluate(top) < 100
    page.evaluate("window.desk.preview.jump('~front')")
    until(shown(page), "() => scrollY === 0")


def test_the_mail_can_do_nothing(page: Page) -> None:
    frame = shown(page)
    assert frame.evaluate("origin") == "null"
    before = frame.url
    frame.get_by_text("The page").click()
    page.wait_for_timeout(300)
    assert (shown(page).url, len(page.context.pages)) == (before, 1)


def test_as_another_reader_by_keyboard(page: Page) -> None:
    shown(page)
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("zo")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Zoë Adams").wait_for()
    page.get_by_role("link", name="Zoë Adams").focus()
    expect_shown(page)
    page.keyboard.press("Enter")
    page.evaluate("window.shown")
    assert "Hello Zoë." in shown(page).locator("body").inner_text()
    assert "zoe" not in page.url
    assert "@" not in shown(page).url
    until(page, "() => document.activeElement?.id === 'preview-as'")


def test_in_another_language(page: Page) -> None:
    shown(page)
    expect_shown(page)
    page.get_by_label("Language").select_option("es")
    page.evaluate("window.shown")
    assert "Hola." in shown(page).locator("body").inner_text()


@pytest.mark.parametrize("width", [1280, 375])
def test_it_is_accessible_and_fits(browser: Browser, served: Served, state: dict[str, object], width: int) -> None:
    context = browser.new_context(
        storage_state=state, viewport={"width": width, "height": 800}, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    for view in ("desktop", "inbox", "text"):
        page.goto(f"{served.address}/issues/news/preview/?view={view}")
        until(page, "() => window.desk?.preview")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.add_script_tag(path=AXE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("axe.run({iframes: false}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
            assert (view, scheme, found) == (view, scheme, [])
    context.close()


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (1600, 800), "green").save(made, "JPEG")
    return made.getvalue()


def at_item(page: Page, served: Served, item: str) -> None:
    page.goto(f"{served.address}/issues/news/?item={item}")
    until(page, "() => window.desk?.uploads && document.querySelector('.upload, textarea[data-tools]')")


def test_a_picture_is_put_in_and_its_words_are_asked_for(page: Page, served: Served) -> None:
    at_item(page, served, "the-delegation")
    field = page.locator("[data-upload=picture]")
    page.get_by_label("Words for the picture").fill("")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Another picture").click()
    chooser.value.set_files({"name": "On the steps.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.get_by_text("On the steps.jpg is in, 1,200 by 600 pixels").wait_for()
    assert field.input_value().startswith("images/on-the-steps-")
    assert page.evaluate("document.activeElement.name").endswith("alt")
    page.keyboard.type("Ten people on the steps")
    until(page, "() => /Saved/.test(document.getElementById('state').textContent)")
    frames = "[...document.querySelectorAll('.preview-stage iframe')]"
    until(page, f"() => {frames}.every((one) => !/number=1(&|#|$)/.test(one.src))")
    assert "Ten people on the steps" in shown(page).content()


def test_what_cannot_be_used_says_so_beside_the_field(page: Page, served: Served) -> None:
    at_item(page, served, "the-delegation")
    before = page.locator("[data-upload=picture]").input_value()
    bad = {"name": "x.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"}
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_text("'x.svg' is not a JPEG, PNG, GIF or WebP picture").wait_for()
    field = page.locator("[data-upload=picture]")
    assert field.input_value() == before
    assert page.get_by_role("alert").inner_text().startswith("'x.svg'")
    assert page.locator(f"#{field.get_attribute('aria-describedby').split()[-1]}").inner_text().startswith("'x.svg'")
    large = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": bytes(10_000_001)}
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_text("the limit is 10 MB").wait_for()


DROP = """([selector, name, type, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name, { type }));
    const place = document.querySelector(selector);
    for (const kind of ["dragenter", "dragover", "drop"]) {
        place.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
}"""


def test_a_picture_is_dropped_on_its_field(page: Page, served: Served) -> None:
    at_item(page, served, "the-delegation")
    page.evaluate(DROP, ["[data-upload]", "dropped.jpg", "image/jpeg", list(picture())])
    page.get_by_text("dropped.jpg is in").wait_for()
    assert page.locator(".field.dropping").count() == 0


def test_a_file_that_is_dropped_elsewhere_leaves_the_page_alone(page: Page, served: Served) -> None:
    at_item(page, served, "item-1")
    page.evaluate(DROP, ["textarea.body", "dropped.jpg", "image/jpeg", list(picture())])
    page.get_by_text("A picture is an item of its own").wait_for()


def test_a_document_is_put_in_and_named(page: Page, served: Served) -> None:
    at_item(page, served, "more")
    with page.expect_response(lambda answer: answer.url.endswith("/upload/")):
        page.get_by_role("button", name="Add: file").or_(page.get_by_role("button", name="Add: resource")).first.click()
        page.locator("input[type=file]").last.set_input_files(
            {"name": "Executive_summary.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
    page.get_by_text("Executive_summary.pdf is in").wait_for()
    assert page.locator("[data-upload=file]").last.input_value().startswith("files/executive-summary-")


def test_pasting_under_the_policy_of_the_desk(page: Page, served: Served) -> None:
    at_item(page, served, "item-2")
    html = (Path(__file__).parent.parent / "fixtures" / "clipboard" / "word.html").read_text(encoding="utf-8")
    page.evaluate(
        """(html) => {
            const area = document.querySelector("textarea.body");
            area.focus();
            area.select();
            const data = new DataTransfer();
            data.setData("text/html", html);
            area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        html,
    )
    assert page.locator("textarea.body").input_value().startswith("### Post-UPR debrief\n\nOn **November 17**")
