"""What is copied elsewhere comes out as clean Markdown, in Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from newsletter.issue.parse import parse
from newsletter.render import Organisation, load_theme, render
from newsletter.render.templates import SHIPPED
from tests.browser import chromium  # noqa: F401 - the fixture ``browser``

STATIC = SHIPPED / "web" / "static"
CLIPBOARD = Path(__file__).parent.parent / "fixtures" / "clipboard"
COPIED = sorted(CLIPBOARD.glob("*.html"))
FRONT = '+++\ntitle = "T"\nsubject = "S"\n+++\n\n'


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page with a text in it, and the scripts of the desk; it fetches nothing."""
    context = browser.new_context()
    context.set_default_timeout(5_000)
    made = context.new_page()
    made.set_content('<label for="t">Text</label><textarea class="body" id="t" rows="20"></textarea>')
    for name in ("paste.js", "body.js"):
        made.add_script_tag(path=STATIC / name)
    yield made
    context.close()


def markdown_of(page: Page, html: str) -> str:
    return str(page.evaluate("(html) => window.desk.markdownOf(html)", html))


def paste(page: Page, html: str, plain: str, *, text: str = "", at: tuple[int, int] = (0, 0)) -> str:
    """What the text is after pasting between ``at``."""
    return str(
        page.evaluate(
            """([html, plain, text, at]) => {
                const area = document.querySelector("textarea");
                area.value = text;
                area.focus();
                area.setSelectionRange(...at);
                const data = new DataTransfer();
                if (html) data.setData("text/html", html);
                data.setData("text/plain", plain);
                const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                const ours = !area.dispatchEvent(event);
                return ours ? area.value : null;
            }""",
            [html, plain, text, list(at)],
        )
    )


@pytest.mark.parametrize("file", COPIED, ids=lambda file: file.stem)
def test_what_was_copied(page: Page, file: Path) -> None:
    made = markdown_of(page, file.read_text(encoding="utf-8"))
    assert made + "\n" == file.with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", COPIED, ids=lambda file: file.stem)
def test_it_can_be_mailed(page: Page, file: Path) -> None:
    made = markdown_of(page, file.read_text(encoding="utf-8"))
    parsed = parse(FRONT + "## Item\n\n" + made, file="x.md", slug="x")
    assert parsed.problems == ()
    html = render(parsed.issue, load_theme("default"), organisation=Organisation("X", "1 Street", "example.org")).html
    for wrong in ("safelinks", "google.com/url", "mso-list", "file:", "MsoNormal", "docs-internal", "\\"):
        assert wrong not in html.rpartition("</style>")[2]


CASES = [
    ("<p>one</p><p>two</p>", "one\n\ntwo"),
    ("<p>a<br>b</p>", "a\\\nb"),
    ("<b>bold </b>rest", "**bold** rest"),
    ("un<b>believ</b>able", "un**believ**able"),
    ("<b>Note:</b>now", "**Note**:now"),
    ("<b>a</b><b><i>bc</i></b>", "***abc***"),
    ("<b>a</b> <i>b</i>", "**a** *b*"),
    ("<b>one</b><b> two</b>", "**one two**"),
    ("<b><br></b><p>x</p>", "x"),
    ("<span style='font-weight:bold'>x</span> y", "**x** y"),
    ("<b><span style='font-weight:400'>x</span></b>", "x"),
    ("<a href='https://example.org/a b'>x</a>", "[x](https://example.org/a%20b)"),
    ("<a href='https://example.org/'><b>x</b></a>", "[**x**](https://example.org/)"),
    ("<a href='https://example.org/'>a [b] c</a>", "[a \\[b\\] c](https://example.org/)"),
    ("<a href='javascript:alert(1)'>x</a>", "x"),
    ("<a href='data:text/html,x'>x</a>", "x"),
    ("<a href='file:///C:/x.docx'>x</a>", "x"),
    ("<a href='#_ftn1'>[1]</a>", "[1]"),
    ("<a href='https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2F&h=1'>x</a>", "[x](https://example.org/)"),
    ("<a href='https://urldefense.com/v3/__https:/example.org/a__;!!abc!x$'>x</a>", "[x](https://example.org/a)"),
    ("<h1>A</h1><h3>B</h3><h1>C</h1>", "### A\n\n#### B\n\n### C"),
    ("<h2><b>A</b></h2>", "### A"),
    ("<h2></h2><p>x</p>", "x"),
    ("<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li></ul>", "- a\n  - b\n    1. c"),
    ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n\n- c"),
    ("<ol start='4'><li>a</li><li>b</li></ol>", "4. a\n5. b"),
    ("<p># no heading</p>", "\\# no heading"),
    ("<p>1. no list</p>", "1\\. no list"),
    ("<p>- no list</p>", "\\- no list"),
    ("<p>&gt; no quote</p>", "\\> no quote"),
    ("<p>--- </p><p>x</p>", "\\---\n\nx"),
    ("<p>*a* _b_ `c` &amp;copy; &lt;b&gt; a\\b</p>", "\\*a\\* \\_b\\_ \\`c\\` \\&copy; \\<b> a\\\\b"),
    ("<p>[a](b) and [c]: d</p>", "[a\\](b) and [c\\]: d"),
    ("<p>{{first_name|dear friend}} and {{last_name}}</p>", "{{first_name|dear friend}} and {{last_name}}"),
    ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
    ("<p>use <code>a_b</code></p>", "use `a_b`"),
    ("<hr><p>x</p>", "---\n\nx"),
    ("<table><tr><td><p>one</p><p>two</p></td></tr></table>", "one\n\ntwo"),
    ("<table><tr><td>a<td>b<tr><td colspan=2>c|d</table>", "| a | b |\n| --- | --- |\n| c\\|d |  |"),
    ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
    ("<script>alert(1)</script><style>p{}</style><p onclick='x'>a</p><img src=x onerror=alert(1)>", "a"),
    ("<p style='display:none'>hidden</p><p>x</p>", "x"),
    ("<p>مرحبا <b>بكم</b></p>", "مرحبا **بكم**"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), CASES, ids=[html[:40] for html, _ in CASES])
def test_one_thing(page: Page, html: str, expected: str) -> None:
    assert markdown_of(page, html) == expected


def test_what_means_something_in_markdown_means_nothing_when_it_was_text(page: Page) -> None:
    from html import escape

    from newsletter.render.markdown import parse as tokens
    from newsletter.render.markdown import to_xhtml

    texts = ["*a*", "_a_", "**b**", "`c`", "[a](https://example.org)", "<https://example.org>", "&amp;", "# a", "+ a",
             "1) a", "> a", "***", "- - -", "===", "~~~", "a\\", "| a | b |", "![x](y)", "\\*", "* a", "__x__", "a_b_c",
             "2*3*4", "[x]: y", "```"]  # fmt: skip
    for text in texts:
        made = markdown_of(page, f"<p>{escape(text)}</p>")
        html = to_xhtml(tokens(made, nonce="Fxxx"))
        assert html == f'<p class="last">{escape(text, quote=False)}</p>', (text, made, html)


def test_many_marks_take_no_time(page: Page) -> None:
    many = "<p>" + "<b>a</b><i>b</i> *_[" * 5_000 + "</p>" + "<ul><li>x" * 200
    took = page.evaluate(
        "(html) => { const t = performance.now(); desk.markdownOf(html); return performance.now() - t; }", many
    )
    assert took < 3_000


def test_nothing_runs_or_is_fetched(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("window.ran = 0")
    html = "<img src='https://example.org/x.png' onerror='ran=1'><script>ran=1</script><svg onload='ran=1'><p>x</p>"
    assert markdown_of(page, html) == "x"
    page.wait_for_timeout(100)
    assert (page.evaluate("window.ran"), asked) == (0, [])


def test_pasting_into_a_text(page: Page) -> None:
    assert paste(page, "<b>new</b> word", "new word", text="old text", at=(4, 8)) == "old **new** word"
    html = "<ul><li>a</li><li>b</li></ul>"
    assert paste(page, html, "a\nb", text="before after", at=(6, 7)) == "before\n\n- a\n- b\n\nafter"
    assert paste(page, html, "a\nb", text="x\n\n", at=(3, 3)) == "x\n\n- a\n- b"


def test_undo_takes_it_back(page: Page) -> None:
    paste(page, "<p><b>new</b></p><p>two</p>", "new two")
    page.keyboard.type("!")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert page.input_value("textarea") == ""


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("", "*plain*"),
        ("<span>same</span>", "same"),
        ("<meta charset='utf-8'><div style='font-family: Menlo; white-space: pre;'><span>**a**</span></div>", "**a**"),
        ("<p>" + "x" * 3_000_001, "x"),
    ],
)  # fmt: skip
def test_what_the_browser_pastes_as_it_is(page: Page, html: str, plain: str) -> None:
    assert paste(page, html, plain) == "None"


def test_a_fault_of_ours_leaves_the_plain_text(page: Page) -> None:
    kept = page.evaluate_handle("() => window.desk.markdownOf")
    page.evaluate("() => { window.desk.markdownOf = () => { throw new Error('on purpose'); }; }")
    try:
        assert paste(page, "<b>x</b>", "x") == "None"
    finally:
        page.evaluate("(kept) => { window.desk.markdownOf = kept; }", kept)


def typed(page: Page, text: str, at: tuple[int, int], *keys: str) -> tuple[str, str]:
    """The text and what is chosen in it, after ``keys``."""
    page.fill("textarea", text)
    page.evaluate(
        "(at) => { const a = document.querySelector('textarea'); a.focus(); a.setSelectionRange(...at); }", list(at)
    )
    for key in keys:
        page.keyboard.press(key)
    found = page.evaluate(
        """() => {
            const area = document.querySelector("textarea");
            return [area.value, area.value.slice(area.selectionStart, area.selectionEnd)];
        }"""
    )
    return tuple(found)


@pytest.mark.parametrize(
    ("text", "at", "keys", "expected", "chosen"),
    [
        ("a word", (2, 6), ["Control+b"], "a **word**", "word"),
        ("a **word**", (4, 8), ["Control+b"], "a word", "word"),
        ("a **word**", (2, 10), ["Control+b"], "a word", "word"),
        ("a word ", (2, 7), ["Control+i"], "a *word* ", "word"),
        ("a **word**", (4, 8), ["Control+i"], "a ***word***", "word"),
        ("", (0, 0), ["Control+b"], "**bold text**", "bold text"),
        ("see here", (4, 8), ["Control+k"], "see [here](https://)", "https://"),
        ("https://example.org", (0, 19), ["Control+k"], "[what it is](https://example.org)", "what it is"),
        ("a\nb", (0, 3), ["Control+Shift+8"], "- a\n- b", "- a\n- b"),
        ("- a\n- b", (0, 7), ["Control+Shift+8"], "a\nb", "a\nb"),
        ("- a\n- b", (0, 7), ["Control+Shift+7"], "1. a\n2. b", "1. a\n2. b"),
        ("a", (1, 1), ["Control+Shift+9"], "> a", ""),
        ("a", (0, 0), ["Control+Shift+h"], "### a", ""),
        ("### a", (5, 5), ["Control+Shift+h"], "a", ""),
        ("- a", (3, 3), ["Enter"], "- a\n- ", ""),
        ("9. a", (4, 4), ["Enter"], "9. a\n10. ", ""),
        ("- a\n- ", (6, 6), ["Enter"], "- a\n", ""),
        ("a", (1, 1), ["Enter"], "a\n", ""),
        ("a word", (2, 6), ["Control+b", "Control+z"], "a word", "word"),
    ],
)
def test_keys(page: Page, text: str, at: tuple[int, int], keys: list[str], expected: str, chosen: str) -> None:
    assert typed(page, text, at, *keys) == (expected, chosen)


def test_the_toolbar_by_keyboard(page: Page) -> None:
    page.fill("textarea", "word")
    page.evaluate("document.querySelector('textarea').setSelectionRange(0, 4)")
    page.focus("textarea")
    page.keyboard.press("Shift+Tab")
    name = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(name) == "Bold"
    assert page.locator("[role=toolbar] > button[tabindex='0']").count() == 1
    page.keyboard.press("ArrowRight")
    assert page.evaluate(name) == "Italic"
    page.keyboard.press("End")
    assert page.evaluate(name) == "Reader field"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(name) == "Bold"
    page.keyboard.press("Enter")
    assert page.input_value("textarea") == "**word**"
    assert page.evaluate("document.activeElement.id") == "t"


def test_a_reader_field_from_the_menu(page: Page) -> None:
    page.fill("textarea", "Dear ")
    page.get_by_role("button", name="Reader field").click()
    assert page.get_by_role("menuitem").first.inner_text().startswith("first name")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.type("reader")
    assert page.input_value("textarea") == "Dear {{first_name|reader}}"
    page.get_by_role("button", name="Reader field").click()
    page.keyboard.press("Escape")
    assert page.locator("[role=menu]").is_hidden()


def test_a_table(page: Page) -> None:
    page.fill("textarea", "above")
    page.get_by_role("button", name="Table").click()
    page.keyboard.type("Name")
    assert page.input_value("textarea") == "above\n\n| Name | What |\n| --- | --- |\n| … | … |"


def test_typing_is_told_to_whoever_listens(page: Page) -> None:
    page.evaluate("window.heard = 0; document.addEventListener('input', () => { window.heard += 1; })")
    typed(page, "a word", (2, 6), "Control+b")
    assert page.evaluate("window.heard") >= 2


def test_texts_that_come_later_have_tools_too(page: Page) -> None:
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<div><textarea class=\"body\" id=\"later\"></textarea></div>')"
    )
    page.locator("#later").wait_for()
    assert page.locator("[role=toolbar][aria-controls=later]").count() == 1
    page.evaluate("document.querySelector('#later').parentElement.remove()")
