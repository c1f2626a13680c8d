"""The mail in Chromium: accessible in light and dark, nothing cut off on a phone, mirrored from right to left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from newsletter.issue.model import Issue
from tests.browser import chromium
from tests.render.issues import ARABIC, every_kind, html_for, issue_of, issue_with, sample

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"
ISSUES = {"sample": sample, "kinds": every_kind, "arabic": lambda: issue_of(ARABIC)}
__all__ = ["chromium"]


@contextmanager
def _shown(
    browser: Browser, issue: Issue, width: int = 800, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    # A mail program that shows no pictures, on a machine without a network.
    page.route("**/*", lambda route: route.abort())
    page.set_content(html_for(issue))
    try:
        yield page
    finally:
        context.close()


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # A mail is shown inside a page: landmarks are that page's business.
    rules = {rule: {"enabled": False} for rule in ("landmark-one-main", "region")}
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {rules})", rules)
    assert len(found["passes"]) > 10
    return [f"{v['id']}: {node['html'][:200]} {node['any'][:1]}" for v in found["violations"] for node in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ISSUES)
def test_axe_finds_nothing(browser: Browser, name: str, scheme: Literal["light", "dark"]) -> None:
    with _shown(browser, ISSUES[name](), scheme=scheme) as page:
        assert _violations(page) == []


def test_axe_would_find_something(browser: Browser) -> None:
    with _shown(browser, sample()) as page:
        page.evaluate("document.querySelector('h1').style.color = '#cccccc'; document.documentElement.lang = ''")
        assert {line.split(":")[0] for line in _violations(page)} >= {"color-contrast", "html-has-lang"}


@pytest.mark.parametrize("width", [375, 320, 600, 800])
@pytest.mark.parametrize("name", ISSUES)
def test_nothing_is_cut_off_and_nothing_scrolls_sideways(browser: Browser, name: str, width: int) -> None:
    outside = """() => [...document.querySelectorAll('body *')].filter(e => {
        const r = e.getBoundingClientRect();
        return r.width > 0 && (r.right > innerWidth + 1 || r.left < -1) && !e.closest('.wide');
    }).map(e => e.outerHTML.slice(0, 120))"""
    with _shown(browser, ISSUES[name](), width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(outside) == []


def test_a_wide_table_and_a_long_word_stay_within_the_phone(browser: Browser) -> None:
    table = "| " + " | ".join(f"Heading{n}" for n in range(9)) + " |\n|" + "---|" * 9 + "\n|" + " cell |" * 9
    event = "## Event\n```event\nstarts = 2020-11-09\n```\n"
    issue = issue_with(f"{table}\n\n{'Donaudampfschifffahrt' * 6}\n\n{event}\n{table}\n")
    for width in (320, 375, 500, 620, 800):
        with _shown(browser, issue, width) as page:
            assert _violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            edges = """all => all.map(e => [e.scrollWidth > e.clientWidth, e.getBoundingClientRect().right,
                e.closest('.side > table > tbody > tr > td, .frame > table > tbody > tr > td')
                .getBoundingClientRect().right])"""
            for scrolls, right, edge in page.eval_on_selector_all(".wide", edges):
                assert scrolls and right <= edge


@pytest.mark.parametrize("width", [375, 800])
def test_buttons_are_large_enough_for_a_thumb(browser: Browser, width: int) -> None:
    with _shown(browser, every_kind(), width) as page:
        buttons = page.eval_on_selector_all(
            ".button a, .pill a", "all => all.map(e => [e.textContent, e.getBoundingClientRect().height])"
        )
        links = page.eval_on_selector_all("a[href]", "all => all.map(e => e.getClientRects()[0].height)")
    assert len(buttons) >= 9 and all(height >= 42 for _, height in buttons), buttons
    assert min(links) >= 16


def test_items_have_one_left_edge(browser: Browser) -> None:
    with _shown(browser, every_kind()) as page:
        lefts = page.eval_on_selector_all(
            "h1, .prose > p, .copy, .box, .frame, .button a",
            "all => all.map(e => Math.round(e.getBoundingClientRect().left))",
        )
        edge = page.eval_on_selector("h1", "e => e.getBoundingClientRect().left")
    assert edge == 132  # 100 beside the sheet, 32 within
    assert set(lefts) - {edge} <= {edge + 28, edge + 24}  # within a card, within a quote
    assert lefts.count(edge) > 10


def test_lines_are_not_too_long_to_read(browser: Browser) -> None:
    with _shown(browser, sample()) as page:
        letters = page.evaluate(
            """() => { const p = document.querySelector('.prose p'), s = getComputedStyle(p);
            const lines = p.getBoundingClientRect().height / parseFloat(s.lineHeight);
            return [p.textContent.length / lines, parseFloat(s.fontSize)]; }"""
        )
    assert letters[0] <= 68 and letters[1] >= 16


def test_from_right_to_left_everything_is_mirrored(browser: Browser) -> None:
    measure = """() => { const box = s => document.querySelector(s).getBoundingClientRect();
        const sheet = box('.sheet'), start = sheet.left + sheet.width / 2;
        const css = (s, p) => getComputedStyle(document.querySelector(s))[p];
        return {block: box('.block').left > box('#tune-in').left - 20 && box('.block').left > start,
                h1: css('h1', 'direction'), align: css('h1', 'textAlign'),
                list: css('.prose ul', 'paddingRight'), other: css('.prose ul', 'paddingLeft'),
                quote: css('.prose blockquote', 'borderRightWidth'), said: css('.said', 'borderRightWidth'),
                pill: box('.pill').right > start, button: box('.button a').right > start,
                card: css('.frame > table > tbody > tr > td', 'borderRightWidth')}; }"""
    with _shown(browser, issue_of(ARABIC)) as page:
        assert page.evaluate(measure) == {
            "block": True,
            "h1": "rtl",
            "align": "right",
            "list": "24px",
            "other": "0px",
            "quote": "3px",
            "said": "4px",
            "pill": True,
            "button": True,
            "card": "4px",
        }


def test_code_in_arabic_runs_from_left_to_right(browser: Browser) -> None:
    issue = issue_of(ARABIC.replace("## تابعونا", "`a = b.` كود\n\n```\nx = (1).\n```\n\n## تابعونا", 1))
    with _shown(browser, issue) as page:
        looks = page.eval_on_selector_all(
            "pre, p > code",
            "all => all.map(e => [e.localName, getComputedStyle(e).direction, getComputedStyle(e).textAlign])",
        )
        assert [look[:2] for look in looks] == [["code", "ltr"], ["pre", "ltr"]]
        assert looks[1][2] == "left"


def test_dark_mode_changes_every_ground(browser: Browser) -> None:
    grounds = """() => [...new Set([...document.querySelectorAll('body, body *')].map(e =>
        getComputedStyle(e).backgroundColor))].map(c => c.match(/[\\d.]+/g).map(Number)).filter(c => c.length == 3)
        .filter(c => Math.min(...c) > 200)"""
    with _shown(browser, every_kind(), scheme="dark") as page:
        # The plate behind the logo alone stays light.
        assert page.evaluate(grounds) == [[255, 255, 255]]
        page.evaluate("document.querySelectorAll('.logo').forEach(e => e.remove())")
        assert page.evaluate(grounds) == []


def test_with_pictures_off_the_words_are_there(browser: Browser) -> None:
    with _shown(browser, every_kind()) as page:
        assert page.get_by_alt_text("Twelve people with banners").is_visible()
        assert page.get_by_alt_text("USHRN").is_visible()
        height = page.eval_on_selector("img[alt^=Twelve]", "e => e.getBoundingClientRect().height")
    assert height < 200  # no great hole where a picture is not shown


def test_the_preheader_is_not_seen(browser: Browser) -> None:
    with _shown(browser, sample()) as page:
        assert not page.get_by_text("as many eyes as possible.", exact=False).first.is_visible()
