"""Whatever is typed stays text: in every field of every form, in addresses, and wherever it shows up again. What a
browser makes of each answer is asked of Chromium, and what would run is let run, with no policy that forbids it."""

import csv
import email
import email.policy
import io
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
from tests.web.hostile import FRAMES, MARK, PAYLOADS, SUM
from tests.web.server import Served, serving

VISITED = [
    "/",
    "/?search=%3Cimg+src%3Dx+onerror%3Dwindow.__xss%3D1%3E",
    "/issues/news/",
    *(f"/issues/news/?item={item}" for item in ("~introduction", "tune-in", "raise-it-now", "hostile")),
    "/issues/typed/",
    "/issues/typed/preview/",
    "/issues/typed/approval/",
    "/issues/typed/send/",
    "/issues/typed/revisions/",
    "/issues/hostile/",
    "/items/",
    "/lists/",
    "/segments/",
    "/subscribers/",
    "/subscribers/1/",
    "/imports/",
    "/people/",
    "/audit/",
    "/mailings/1/",
    "/mailings/2/report/",
    "/archive/",
    "/archive/first/",
    *FRAMES,
]
LOOK = """(pages) => pages.map((html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const wrong = [];
    for (const one of page.querySelectorAll("*")) {
        const name = one.localName;
        if (name === "script" && !/^\\/static\\//.test(one.getAttribute("src") || "")) wrong.push(one.outerHTML);
        if (["svg", "math", "object", "embed", "marquee"].includes(name)) wrong.push(one.outerHTML);
        if (name === "base" && one.hasAttribute("href")) wrong.push(one.outerHTML);
        if (name === "iframe" && one.hasAttribute("srcdoc")) wrong.push(one.outerHTML);
        for (const { name: key, value } of one.attributes) {
            const code = value.replace(/[\\s\\x00-\\x1f]/g, "").toLowerCase();
            if (key.startsWith("on")) wrong.push(one.outerHTML);
            const leads = ["href", "src", "action", "formaction", "srcset"].includes(key);
            if (leads && /^(javascript|vbscript|data):/.test(code)) wrong.push(one.outerHTML);
        }
        if (name.includes("<")) wrong.push(one.outerHTML);
        if (name === "img" && !/^(\\/|https?:|cid:)/.test(one.getAttribute("src"))) wrong.push(one.outerHTML);
    }
    const drawn = /^<svg [^>]*(role="img"|aria-hidden="true")/;
    return wrong.map((one) => one.slice(0, 300)).filter((one) => !drawn.test(one));
})"""
"""What in each page could run, or is of a kind that nothing of ours is; drawings of ours name their role."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site into all of whose fields somebody typed; what it answered lies beside it."""
    root = tmp_path_factory.mktemp("hostile") / "site"
    run = subprocess.run(
        [sys.executable, "-m", "tests.web.hostile", str(root), str(root.parent / "answers.json")],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return root


@pytest.fixture(scope="module")
def answers(root: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((root.parent / "answers.json").read_text())
    return told


@pytest.fixture(scope="module")
def served(root: Path) -> Iterator[Served]:
    with serving(root) as served:
        yield served


def html_of(mail: str) -> str:
    found = email.message_from_string(mail, policy=email.policy.default).get_body(("html",))
    assert found
    return str(found.get_content())


def test_every_field_was_typed_into_and_nothing_fell_over(answers: list[dict[str, Any]]) -> None:
    fields = {one["where"] for one in answers if one["typed"] and " " in one["where"]}
    assert len(fields) > 150
    for known in (
        "/issues/new/ title", "/lists/ name", "/people/new/ name", "/issues/news/items/~front/save/ subject",
        "/issues/news/tests/reviewer/ name", "/issues/news/comments/ text", "/items/links/ name", "/segments/ slug",
        "/settings/site/ site.name", "/setup/organisation/ organisation.postal_address", "/subscribers/ search",
        "/items/new/engage/ title", "/subscribers/1/change/ name", "/issues/waiting/approval/submit/ note",
        "/issues/news/items/tune-in/save/ body", "/mailings/2/resolve/ reason", "/sign-in/ email",
    ):  # fmt: skip
        assert known in fields, f"{known} in {sorted(fields)}"
    assert {one["typed"] for one in answers} > set(PAYLOADS)
    assert [(one["where"], one["typed"]) for one in answers if one["status"] >= 500] == []


def test_what_runs_would_be_seen(browser: Browser) -> None:
    """The same look at a page that writes what is typed as it stands."""
    page = browser.new_page()
    for bad in PAYLOADS:
        shapes = [f"<p>{bad}</p>", f"<a title={bad}>x</a>", f'<a href="{bad}">x</a>', f"<a title='{bad}'>x</a>"]
        if not bad.startswith(("[a]", "{{", "${", "=")):  # for Markdown, template engines and spreadsheets
            assert any(page.evaluate(LOOK, shapes)), bad
    page.close()


def test_nothing_that_is_typed_becomes_a_part_of_a_page(browser: Browser, answers: list[dict[str, Any]]) -> None:
    page = browser.new_page()
    pages = [one for one in answers if one["kind"] in {"text/html", "mail"}]
    texts = [html_of(one["text"]) if one["kind"] == "mail" else one["text"] for one in pages]
    assert sum(MARK in text for text in texts) > 300, "it shows up, as text"
    found = []
    for start in range(0, len(texts), 100):
        found += page.evaluate(LOOK, texts[start : start + 100])
    page.close()
    assert [(one["where"], one["typed"], wrong) for one, wrong in zip(pages, found, strict=True) if wrong] == []


def test_no_template_engine_reads_it(answers: list[dict[str, Any]]) -> None:
    assert [one["where"] for one in answers if SUM in one["text"].replace("1,337", "")] == []


def test_pages_of_the_desk_run_only_scripts_of_the_site(answers: list[dict[str, Any]]) -> None:
    policies = {one["policy"] for one in answers if one["kind"] == "text/html"}
    for policy in policies:
        scripts = [
            part.split()[1:] for part in policy.split(";") if part.split()[:1] in (["script-src"], ["default-src"])
        ]
        assert scripts, policy
        assert all(set(allowed) <= {"'none'", "'self'"} for allowed in scripts), policy


def test_nobody_is_led_elsewhere_nor_given_headers(answers: list[dict[str, Any]]) -> None:
    for one in (one for one in answers if one["kind"] != "mail"):
        assert not one["location"] or (one["location"].startswith("/") and not one["location"].startswith("//")), one
        assert "\n" not in one["location"]


def test_no_file_holds_a_formula(answers: list[dict[str, Any]]) -> None:
    files = [one for one in answers if one["kind"] == "text/csv"]
    assert len(files) >= 3
    for one in files:
        for row in csv.reader(io.StringIO(one["text"].lstrip("\ufeff"))):
            assert not any(cell[:1] in "=+-@\t\r" for cell in row if cell and not _is_number(cell)), (one["where"], row)


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(".", "").isdigit()


def test_nothing_runs_even_without_a_policy(browser: Browser, served: Served) -> None:
    """In Chromium, with the policies of the pages switched off: no script, no question, no call to elsewhere."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    found: list[str] = []
    page.on("dialog", lambda dialog: found.append(f"{page.url} says {dialog.message}"))
    page.on("request", lambda one: found.append(one.url) if not _known(one.url, served) else None)
    _sign_in(page, served)
    for path in VISITED:
        page.goto(served.address + path)
        _touch(page)
        if page.evaluate("window.__xss") is not None:
            found.append(f"{path} ran it")
        page.evaluate("delete window.__xss")
    context.close()
    assert found == []


def _known(url: str, served: Served) -> bool:
    # Pictures of a mail stand at the site's public address, which nobody serves here.
    return url.startswith((f"{served.address}/", "https://news.example.org/m/", "data:image/")) and not url.endswith(
        "/x"
    )


def _sign_in(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/sign-in/")
    page.get_by_label("E-mail address").fill("rosa@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.address}/")


def _touch(page: Page) -> None:
    """What waits for a pointer or the focus gets both."""
    if page.locator("#findings").count():
        page.locator("#findings .found").wait_for(state="attached")
    page.evaluate(
        """() => {
            const kinds = ["mouseover", "pointerenter", "focus", "toggle", "error"];
            for (const one of document.querySelectorAll("main *, body > *")) {
                for (const kind of kinds) one.dispatchEvent(new Event(kind));
            }
        }"""
    )
