"""A translation typed in Chromium: Arabic beside English, its preview, a lost connection, another language."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.new_site import create_site
from tests.browser import chromium, until  # noqa: F401 - the fixture ``browser``
from tests.web.edited import PASSWORD, SCRIPT, run_script
from tests.web.server import Served, serving

ISSUE = """\
+++
title = "News"
subject = "News"
+++

## Tune in

```event
starts = 2031-11-09T14:30:00
watch_url = "https://www.example.org/watch"
```

Watch it with us.

## Letter

Sign it.
"""
FILL = (
    SCRIPT
    + """
from datetime import UTC, datetime
from newsletter.django_conf import upgrade
from newsletter.store.revisions import import_issue
upgrade()
Account.objects.make("ana@example.org", name="Ana", roles=["editor"], password=sys.argv[2])
site = load_site(Path(sys.argv[1]), {})
(site.issues / "news.md").write_text(sys.argv[3], encoding="utf-8")
import_issue(site, site.issues / "news.md", author="tests", at=datetime.now(UTC))
"""
)
SAID = (
    SCRIPT
    + """
opened = open_revision(Revision.objects.order_by("number").last())
print(json.dumps({language: {item.id: [item.title, item.body] for item in issue.items}
                  for language, issue in {"en": opened.issue, **opened.translations}.items()}))
"""
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("translations") / "site"
    create_site(root, {"site.name": "Example Network", "site.base_url": "https://news.example.org"})
    run_script(FILL, root, PASSWORD, ISSUE)
    with serving(root) as server:
        yield server


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """The page of an editor; whatever the browser complains of fails the test."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.on("console", lambda one: errors.append(one.text) if "Content Security Policy" in one.text else None)
    made.goto(f"{served.address}/sign-in/")
    made.locator("input[type=password]").fill(PASSWORD)
    made.locator("form input[type=email], form input[name=username]").first.fill("ana@example.org")
    made.keyboard.press("Enter")
    made.wait_for_url(f"{served.address}/")
    yield made
    context.close()
    assert errors == []


def saved(page: Page) -> None:
    expect(page.locator("#state")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"), timeout=30_000)


def said(served: Served) -> dict[str, dict[str, list[str]]]:
    return json.loads(run_script(SAID, served.root))


def test_a_translation_is_typed_beside_the_original_and_seen_in_the_preview(page, served):
    page.goto(f"{served.address}/issues/news/?item=tune-in")
    page.get_by_role("link", name="Translate it …").click()
    page.get_by_label("Language", exact=True).select_option("ar")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Add the language").click()
    until(page, "() => window.deskEditor")
    page.locator('#item-list [data-key="tune-in"] a').click()
    title, body = page.locator("[name=title]"), page.locator("[name=body]")
    expect(body).to_have_attribute("dir", "rtl", timeout=30_000)
    expect(body).to_have_attribute("lang", "ar", timeout=30_000)
    assert page.locator("#o-title .original-text").inner_text() == "Tune in"
    assert page.locator("[name='starts.day']").count() == 0
    title.focus()
    page.keyboard.insert_text("تابعوا معنا")
    body.focus()
    page.keyboard.insert_text("شاهدوا **البث** معنا.")
    saved(page)
    assert said(served)["ar"]["tune-in"] == ["تابعوا معنا", "شاهدوا **البث** معنا."]
    assert said(served)["en"]["tune-in"] == ["Tune in", "Watch it with us."]
    frame = page.frame_locator(".preview-stage iframe:not(.next)")
    expect(frame.locator("body")).to_contain_text("شاهدوا البث معنا.", timeout=30_000)
    assert frame.locator("html").get_attribute("dir") == "rtl"
    expect(page.locator('#item-list [data-key="tune-in"] .state-done')).to_have_count(1, timeout=30_000)
    expect(page.locator(".in-language")).to_contain_text("Translated.", timeout=30_000)
    expect(page.locator(".languages [aria-current]")).to_contain_text("1/ of 3 translated", timeout=30_000)

    # What is typed without a connection is sent once it is back, also from the page of another language.
    page.context.set_offline(True)
    page.locator('[data-field="watch_url"] summary').click()
    page.locator("[name=watch_url]").fill("https://ar.example.org/watch")
    expect(page.locator("#state")).to_contain_text("No connection", timeout=30_000)
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    other.goto(f"{served.address}/issues/news/?item=letter")
    until(other, "() => window.deskEditor")
    saved(other)
    # The original is written on; the translation is older then, and shows what has changed.
    other.locator('#item-list [data-key="tune-in"] a').click()
    expect(other.locator("[name='starts.day']")).to_have_count(1, timeout=30_000)
    other.locator("[name=body]").fill("Watch it with all of us.")
    other.locator(".languages a", has_text="Arabic").click()  # it is saved before the page is left
    expect(other.locator("#o-body ins")).to_have_text(re.compile("all"), timeout=30_000)
    assert other.locator("[name=watch_url]").input_value() == "https://ar.example.org/watch"
    other.get_by_role("button", name="The translation is still right").click()
    expect(other.locator("#o-body ins")).to_have_count(0, timeout=30_000)
    other.locator('#item-list [data-key="letter"] a').click()
    other.get_by_role("button", name="Start from the original text").click()
    assert other.locator("[name=body]").input_value() == "Sign it."
