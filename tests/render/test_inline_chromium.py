"""What Chromium shows: after inlining the same as with the theme's CSS in a style block."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mjml import mjml2html
from playwright.sync_api import Browser, Page

from newsletter.render.inline import inline
from tests.browser import chromium  # noqa: F401 - the fixture `browser`

FIXTURES = Path(__file__).parent.parent / "fixtures" / "mrml"

# Two frames side by side, written to without a load: `differences` compares every property of every element.
COMPARE = """
window.frame = (html, width, height) => {
  const frame = document.createElement('iframe');
  frame.style.cssText = `display:block;border:0;width:${width}px;height:${height}px`;
  document.body.append(frame);
  frame.contentDocument.open();
  frame.contentDocument.write(html);
  frame.contentDocument.close();
  return frame;
};
window.differences = ([first, second]) => {
  document.body.replaceChildren();
  const [one, two] = [first, second].map(html => window.frame(html, 600, 600).contentWindow);
  if ([one, two].some(w => w.document.compatMode !== 'CSS1Compat')) return ['quirks mode'];
  const [ones, twos] = [one, two].map(w => [...w.document.querySelectorAll('html, body, body *')]);
  if (ones.length !== twos.length) return [`${ones.length} elements against ${twos.length}`];
  const found = [];
  ones.forEach((element, i) => {
    const a = one.getComputedStyle(element), b = two.getComputedStyle(twos[i]);
    for (const name of a) {
      const [x, y] = [a.getPropertyValue(name), b.getPropertyValue(name)];
      if (x !== y) found.push(`${element.tagName}.${element.className} ${name}: ${x} became ${y}`);
    }
  });
  return found;
};
window.stack = async (pages, width) => {
  document.body.replaceChildren();
  document.body.style.margin = 0;
  const frames = pages.map(html => window.frame(html, width, 8));
  const heights = frames.map(frame => frame.contentDocument.documentElement.scrollHeight);
  frames.forEach((frame, i) => { frame.style.height = heights[i] + 'px'; });
  return document.documentElement.scrollHeight;
};
true
"""

# The head is kept out of sight: `* {display:block}` would show it, with the style block that is compared.
RICH_TEXT = """<!doctype html><html lang="en"><head style="display:none !important"><title>Rich text</title>
<style>@media (max-width:480px) { .lead { font-size:30px !important } } #outlook a { padding:0 }</style>
</head><body><div class="rich">
<h1>Title</h1><h2 id="top" class="lead">Heading</h2><h3 class="lead quiet">Smaller</h3>
<p class="lead">First <strong>bold <em>and slanted</em></strong> and <code>code</code>.</p>
<p S0>Then <a href="https://example.org/?a=1&amp;b=2" class="button" S1>a <em>link</em></a>, <a href="/x">one</a>.</p>
<ul class="quiet"><li>one</li><li class="lead" S2>two <ul><li>deeper</li></ul></li></ul>
<ol start="3"><li><p>three</p></li></ol>
<blockquote S3><p>Said</p><p class="quiet">Who</p></blockquote>
<hr><table class="data" S4><tbody><tr><th>Head</th><th align="right">No.</th></tr>
<tr><td class="lead">Cell</td><td S5 align="right">1</td></tr></tbody></table>
<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>B</td></tr></tbody></table>
<p><img src="data:," alt="Map" width="160" height="90" S6></p>
</div><p class="foot quiet">Foot</p></body></html>"""

THEME = """
/* as a theme has it */
body { margin:0; color:#1f2328 }
p { margin:0 0 16px; font:400 17px/1.6 "Segoe UI", Arial, sans-serif }
p.lead, h2.lead { font-size:20px; margin-top:4px }
.rich p { margin-top:2px }
h1, h2, h3 { line-height:1.2; font-weight:bold; margin:24px 0 8px }
ul, ol { margin:0 0 16px; padding:0 0 0 24px }
ul li, ol > li { margin:4px 0; margin-top:8px }
a { color:#0645AD; text-decoration:underline } A.button { border:1px solid #112233; border-left:0 }
a.button { color:white !important }
a[href^="https:"] { font-weight:700 } a[href="/x"] { color:green }
blockquote { margin:0; padding:8px 0 8px 16px; border-left:4px solid rgba(0, 80, 160, 0.5) }
blockquote p + p { font-style:italic }
table { border-collapse:collapse; width:100% } table > tbody > tr > td, th { padding:8px; border:1px solid #ddd }
td { border-color:red; vertical-align:top } table.data td.lead { background:#eee; background-color:#fafafa }
img { max-width:100%; height:auto; width:100%; border:0 }
code { font-family:Menlo, 'Courier New', monospace; font-size:.9em } hr { border:0; border-top:1px solid #ccc }
* { word-wrap:break-word } .quiet { color:#57606a } #top { letter-spacing:-0.5px }
p { color:navy; color:oklch(0.5 0.1 200) } p { color:#333; color:unknown-to-all(1) }
.foot { margin:0 !important; margin-left:9px }
"""

SELECTORS = st.sampled_from(
    [
        *("p", "ul", "ol", "li", "a", "h1", "h2", "h3", "blockquote", "table", "tbody", "tr", "th", "td", "img"),
        *("strong", "em", "code", "hr", "*", "body", "#top", ".lead", ".quiet", ".rich", "A.button", "p.lead"),
        *("li.lead", ".lead.quiet", "td.lead", "[align]", "a[href]", "a[href*=org]", "a[href^='https:']"),
        *(".rich>p", "ol>li", "table>tbody>tr>td"),
    ]
)
RULE_SELECTORS = st.lists(SELECTORS, min_size=1, max_size=3).flatmap(
    lambda parts: st.lists(
        st.sampled_from([" ", " > ", " + ", " ~ ", ", "]), min_size=len(parts), max_size=len(parts)
    ).map(lambda joins: "".join(p + j for p, j in zip(parts, [*joins[:-1], ""], strict=True)))
)
DECLARATIONS = st.sampled_from(
    [
        *("margin:0", "margin:1px 2px", "margin-top:3px", "margin-left:auto", "margin-bottom:-4px"),
        *("padding:5px", "padding-left:6%", "padding:0 7px 8px", "border:0", "border:1px solid #123456"),
        *("border-top:2px dotted", "border-color:red", "border-left-width:9px", "border-style:dashed"),
        *("font:italic bold 10px/1.5 'Times New Roman', serif", "font-size:11px", "font-size:1.2em"),
        *("line-height:1.8", "font-weight:normal", 'font-family:"Segoe UI", Arial', "color:#0af", "color:inherit"),
        *("background:#eee", "background-color:rgba(1, 2, 3, 0.5)", "background:none", "text-align:center"),
        *("list-style:square inside", "list-style-type:disc", "text-decoration:none", "text-decoration:underline"),
        *("width:50%", "height:auto", "max-width:100px", "vertical-align:top", "display:block", "float:left"),
        *("border-collapse:collapse", "border-spacing:3px", "letter-spacing:-1px", "text-transform:uppercase"),
        *("color:oklch(0.5 0.1 20)", "color:no-colour(1)", "width:calc(100% - 3px)", "margin:initial"),
    ]
)
BLOCKS = st.lists(
    st.tuples(DECLARATIONS, st.sampled_from(["", "", "", " !important"])).map("".join), min_size=1, max_size=4
).map(";".join)
RULES = st.lists(st.tuples(RULE_SELECTORS, BLOCKS).map(lambda r: f"{r[0]} {{{r[1]}}}"), max_size=8).map("\n".join)
STYLES = st.lists(st.one_of(st.just(""), BLOCKS), min_size=7, max_size=7)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 800, "height": 600})
    page.context.set_offline(True)
    page.set_content("<!DOCTYPE html><title>Frames</title>")
    page.evaluate(COMPARE)
    yield page
    page.close()


def rich_text(styles: list[str]) -> str:
    html = RICH_TEXT
    for number, style in enumerate(styles):
        escaped = style.replace('"', "&quot;")
        html = html.replace(f" S{number}", f' style="{escaped}"' if style else "")
    return html


def with_block(html: str, css: str) -> str:
    return html.replace("</head>", f"<style>{css}</style></head>", 1)


def differences(page: Page, html: str, css: str) -> list[str]:
    found: list[str] = page.evaluate("pair => differences(pair)", [with_block(html, css), inline(html, css)])
    return found


def test_the_comparison_sees_a_difference(page: Page) -> None:
    html = rich_text([""] * 7)
    found = page.evaluate("pair => differences(pair)", [with_block(html, "li.lead {color:red}"), html])
    assert "LI.lead color: rgb(255, 0, 0) became rgb(0, 0, 0)" in found


def test_a_theme_looks_as_with_a_style_block(page: Page) -> None:
    styles = ["margin-bottom:1px", "color:black;color:red !important", "", "margin:0", "width:auto", "padding:1px"]
    for given_styles in ([""] * 7, [*styles, "width:100%"]):
        assert differences(page, rich_text(given_styles), THEME) == []


def test_rows_directly_in_a_table_are_matched_as_a_browser_does(page: Page) -> None:
    html = "<!doctype html><html><head></head><body><table><tr><td>A</td></tr><tr><td>B</td></tr></table></body></html>"
    for css in (
        "table > tr {color:red}",
        "tbody td {color:red}",
        "tr + tr {color:red}",
        "table > tbody > tr {color:red}",
        "tbody {background-color:red} tr {color:blue}",
        "* {word-spacing:3px; margin-left:2px}",
    ):
        assert differences(page, html, css) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(css=RULES, styles=STYLES)
@example(css="p {margin-top:3px} p.lead {margin:0} .rich p.lead {margin-top:9px}", styles=[""] * 7)
@example(css="a {color:#0af !important}", styles=["", "color:red", "", "", "", "", ""])
@example(css="a.button {color:#0af !important} a {color:red !important}", styles=[""] * 7)
@example(css=".lead, p.lead {color:red} .rich .lead {color:green} .foot {margin:0}", styles=[""] * 7)
@example(css="blockquote>p {color:red} p {color:#0af}", styles=[""] * 7)
@example(css="[align] {color:red} td {color:#0af}", styles=[""] * 7)
@example(css="* {color:red}", styles=[""] * 7)
@example(css="P {color:red}", styles=[""] * 7)
@example(css="table > tr > td {color:red} tbody td {padding:1px}", styles=[""] * 7)
def test_any_rules_look_as_in_a_style_block(page: Page, css: str, styles: list[str]) -> None:
    assert differences(page, rich_text(styles), css) == []


PIXEL_THEME = """
p { margin:0 0 16px; font-family:serif } a { color:#a01; text-decoration:underline } h1, h2 { margin:24px 0 8px }
ul li { margin:4px 0 } td { background-color:#fafafa; padding-left:3px } .x td { color:red !important }
table { border:1px solid #e0e0ff } img { border:2px solid #00f } blockquote { border-left:4px solid #456 }
div { letter-spacing:1px } span { font-weight:bold !important }
"""


def picture(page: Page, documents: list[str], width: int) -> str:
    """The documents below each other, as a PNG in base64. Several times as fast as page.screenshot."""
    page.set_viewport_size({"width": width, "height": 600})
    height = page.evaluate("([pages, width]) => stack(pages, width)", [documents, width])
    assert height < 16_000, "more than Chromium paints in one picture"
    session = page.context.new_cdp_session(page)
    options = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True}
    data: str = session.send("Page.captureScreenshot", options)["data"]
    session.detach()
    assert int.from_bytes(base64.b64decode(data[:32])[20:24]) == height, "the picture is not whole"
    return data


@pytest.mark.parametrize("width", [800, 375])
def test_every_pixel_of_the_renderers_own_documents_stays(page: Page, width: int) -> None:
    paths = sorted(FIXTURES.glob("*.mjml"))
    documents = [mjml2html(path.read_text(encoding="utf-8"), fonts={}) for path in paths]
    assert len(documents) == 159
    different = []
    for start in range(0, len(documents), 24):
        names, batch = [path.name for path in paths[start : start + 24]], documents[start : start + 24]
        before = picture(page, batch, width)
        if picture(page, [inline(html, "") for html in batch], width) != before:
            different.append(("nothing to inline", names))
        themed = picture(page, [with_block(html, PIXEL_THEME) for html in batch], width)
        assert themed != before, "the theme shows nowhere: this would compare nothing"
        if picture(page, [inline(html, PIXEL_THEME) for html in batch], width) != themed:
            different.append(("theme", names))
    assert different == [], json.dumps(different, indent=1)
