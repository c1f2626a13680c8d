"""The inliner: the theme's CSS comes to stand on the tags, and nothing else changes."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from mjml import mjml2html

from newsletter.render.inline import InlineError, ThemeCssError, inline

FIXTURES = sorted((Path(__file__).parent.parent / "fixtures" / "mrml").glob("*.mjml"))
HIT_ALL = "html, body, table, td, img, div, p, a { color:red !important; width:7px } a { text-align:left }"


def doc(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>T</title>{head}</head><body>{body}</body></html>"


def styled(body: str, css: str) -> str:
    """The body after inlining, cut out of the document."""
    out = inline(doc(body), css)
    start = doc("").index("</body>")
    assert out.startswith(doc("")[:start])
    return out[start:].removesuffix("</body></html>")


class Reader(HTMLParser):
    """All that a document is made of but its style attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[tuple[str, object]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, [a for a in attrs if a[0] != "style"]))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(("/", tag))

    def handle_data(self, data: str) -> None:
        self.parts.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.parts.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.parts.append(("decl", decl))

    def unknown_decl(self, data: str) -> None:
        self.parts.append(("unknown", data))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_renderers_own_documents_survive_whole(path: Path) -> None:
    html = mjml2html(path.read_text(encoding="utf-8"), fonts={})
    whole = html.replace("<!doctype html>", "<!DOCTYPE html>", 1)
    # Compared outside of assert: a difference of such long texts takes minutes to draw.
    same = [inline(html, css) == whole for css in ("", ".occurs-nowhere { color:red }")]
    assert all(same)
    # With rules for everything, only style attributes differ.
    everything = inline(html, HIT_ALL)
    unchanged, same_but_for_styles = everything == whole, Reader(everything).parts == Reader(whole).parts
    assert same_but_for_styles
    assert not unchanged
    # With looks for a tbody too, those that a browser would add are written out, and nothing else.
    rest = [
        [part for part in Reader(text).parts if part[0] != "tbody"] for text in (inline(html, "* { margin:0 }"), whole)
    ]
    same_but_for_tbody = rest[0] == rest[1]
    assert same_but_for_tbody


def test_all_documents_of_the_renderer_are_here() -> None:
    assert len(FIXTURES) == 159


def test_rules_come_to_stand_on_the_tags() -> None:
    css = 'p { margin:0 0 16px; color:#112233 } .x a { font-family:"Segoe UI", Arial }'
    assert styled('<p>One</p><div class="x"><a href="/">two</a></div><b>three</b>', css) == (
        '<p style="margin:0 0 16px;color:#112233">One</p>'
        '<div class="x"><a href="/" style="font-family:\'Segoe UI\', Arial">two</a></div><b>three</b>'
    )


# 1. It fetches


def run(code: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: what hangs there can be ended."""
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=20)


@pytest.mark.parametrize("where", ["theme", "style block", "link"])
def test_a_pipe_named_in_css_is_not_opened(tmp_path: Path, where: str) -> None:
    pipe = tmp_path / "pipe.css"
    os.mkfifo(pipe)
    rule = f"@import url({pipe.as_uri()}); p {{ color:red }}"
    head = {
        "theme": "",
        "style block": f"<style>{rule}</style>",
        "link": f'<link rel="stylesheet" href="{pipe.as_uri()}">',
    }[where]
    theme = rule if where == "theme" else "p { color:red }"
    done = run(
        "from newsletter.render.inline import inline, ThemeCssError\n"
        f"try: print(inline({doc('<p>x</p>', head)!r}, {theme!r}))\n"
        "except ThemeCssError as error: print('refused', error)"
    )
    assert done.stderr == ""
    assert ("refused line 1" in done.stdout) if where == "theme" else ('<p style="color:red">' in done.stdout)


@pytest.mark.parametrize("theme", [True, False])
def test_nothing_is_asked_of_a_server(theme: bool) -> None:
    code = (
        "import socketserver, threading\n"
        "asked = []\n"
        "class Handler(socketserver.BaseRequestHandler):\n"
        "    def handle(self): asked.append(1)\n"
        "server = socketserver.TCPServer(('127.0.0.1', 0), Handler)\n"
        "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
        "url = f'http://127.0.0.1:{server.server_address[1]}/a.css'\n"
        "rule = f'@import url({url});'\n"
        "from newsletter.render.inline import inline, ThemeCssError\n"
        "html = f'<html><head><style>{rule}</style><link rel=stylesheet href={url}></head><body><p>x</p></body>'\n"
        f"try: inline(html, {'rule' if theme else repr('p{color:red}')})\n"
        "except ThemeCssError: pass\n"
        "server.shutdown()\n"
        "print(asked)"
    )
    assert run(code).stdout == "[]\n"


# 2. Doctype


@pytest.mark.parametrize("doctype", ["<!doctype html>", "<!DocType html>", "\n<!doctype html>"])
def test_the_doctype_stays_and_is_in_upper_case(doctype: str) -> None:
    html = doctype + "<html><body><p>x</p></body></html>"
    assert inline(html, "p{color:red}").lstrip().startswith("<!DOCTYPE html><html>")


# 3. Attributes that Outlook goes by


def test_no_attribute_but_style_is_touched() -> None:
    css = (
        "img { width:100%; height:auto } td { text-align:right; vertical-align:top; background-color:#abc; float:left }"
    )
    html = (
        '<table><tbody><tr><td align="left"><img src="a.png" width="160" height="90" alt=""></td></tr></tbody></table>'
    )
    assert re.sub(' style="[^"]*"', "", styled(html, css)) == html


# 4 and 5. Style blocks and !important


BLOCKS = (
    "<style>@media (prefers-color-scheme:dark) { .x { color:#fff !important } }</style>"
    "<style type='text/css'>@supports (x:y) { p { color:blue } } @font-face { font-family:F; src:url(f.woff) }</style>"
    "<style>[data-ogsc] .x { color:#fff !important } u + .x { color:red } p { color:green }</style>"
    "<style media='print'>p { color:black }</style><STYLE>p > a::before { content:'<p>' }</STYLE>"
    '<style data-premailer="ignore">p { color:pink }</style><style data-premailer="odd">p { color:tan }</style>'
    '<style>@import url("https://example.org/a.css");</style>'
    "<style>@media print { @media screen { p { color:red } } }</style>"
)


def test_style_blocks_stay_and_are_not_inlined() -> None:
    html = doc('<p class="x">x</p>', BLOCKS)
    assert inline(html, "") == html
    assert inline(html, "p { margin:0 }") == html.replace('<p class="x">', '<p class="x" style="margin:0">')


def test_important_wins_over_a_style_of_before_and_stays_important() -> None:
    assert styled('<p style="color:red">x</p>', "p { color:blue !important; margin:0 }") == (
        '<p style="margin:0;color:blue !important;color:red">x</p>'
    )
    assert styled('<p style="color:red !important">x</p>', "p { color:blue !important }") == (
        '<p style="color:red !important">x</p>'
    )


# 6. Depth


def test_elements_that_cannot_be_reached_are_an_error() -> None:
    deep = "<div>" * 300 + "<p>the end</p>" + "</div>" * 300 + "<p>after</p>"
    with pytest.raises(InlineError, match="nested too deep"):
        inline(doc(deep), "p { color:red }")
    with pytest.raises(InlineError, match="nested too deep"):
        inline(doc(deep), "")
    fair = "<div>" * 200 + "<p>the end</p>" + "</div>" * 200 + "<p>after</p>"
    assert styled(fair, "p { color:red }") == fair.replace("<p>", '<p style="color:red">')


# 7. Conditional comments


@pytest.mark.parametrize(
    "html",
    [
        "<!--[if mso | IE]><table><tr><td style='width:6px'><p><![endif]--><p>x</p><!--[if mso]></table><![endif]-->",
        "<!--[if !mso]><!--><p>x</p><!--<![endif]-->",
        "<![if !mso]><p>x</p><![endif]>",
        "<!-- a -- b > <p> --><p>x</p><!----><p>y</p><!--><p>z</p><!--->",
        "<p>x</p><!-- <p> --!><p>y</p>",
        "<p>x</p><!-- left open <p>y</p>",
    ],
)
def test_comments_stay_and_their_tags_are_left_alone(html: str) -> None:
    out = styled(html, "p { color:red }")
    assert re.sub(' style="color:red"', "", out) == html
    shown = re.sub(r"<!--(-?>|.*?(--!?>|$))", "", html)
    assert out.count(' style="color:red"') == shown.count("<p>") > 0


def test_what_browsers_take_for_a_comment_holds_no_tags() -> None:
    assert styled("<!x <p><?y <p><p>z</p>", "p { color:red }") == '<!x <p><?y <p><p style="color:red">z</p>'


def test_a_style_block_in_the_body_has_its_place_among_the_elements() -> None:
    html = "<style>b { margin:0 }</style><p>x</p>"
    assert styled(html, "style + p { color:red }") == html.replace("<p>", '<p style="color:red">')


# 8. Links and fields


def test_links_and_fields_stay_to_the_letter() -> None:
    html = (
        '<p title="{{ t }}">F_4f2a_name_ &amp; &nbsp; &#8202; é</p><a href="https://example.org/{{ t }}?a=b&amp;c=F_1">'
        '<a href=\'ü b\'>x</a><a href=https://example.org/?q=1>y</a><img src="cid:a b" alt="a &lt; b">'
    )
    assert styled(html, "p, a, img { color:red }").replace(' style="color:red"', "") == html


# 9. base_url, anchors, empty input, nested at-rules


def test_anchors_stay() -> None:
    assert styled('<a href="#top">x</a>', "a { color:red }") == '<a href="#top" style="color:red">x</a>'


@pytest.mark.parametrize("html", ["", " \n "])
def test_nothing_to_inline_into_is_an_error(html: str) -> None:
    with pytest.raises(InlineError, match="there is no HTML"):
        inline(html, "p { color:red }")


@pytest.mark.parametrize(
    ("css", "says"),
    [
        ("p { color:red }\n@media print { p { color:blue } }", "line 2 of the theme's CSS: @media"),
        ("@media print { @media screen { p { color:blue } } }", "@media"),
        ("@import 'https://example.org/a.css';", "line 1 of the theme's CSS: @import"),
        ("@font-face { font-family:F; src:url(f.woff) }", "@font-face"),
        ("@supports (x:y) { p { color:red } }", "@supports"),
        ("p { color:red }\n\na:hover { color:red }", 'line 3 of the theme\'s CSS: "a:hover" has a pseudo-class'),
        ("p::before { color:red }", "pseudo-class"),
        ("li:first-child, p { color:red }", "pseudo-class"),
        ("ul > :not(li) { color:red }", "pseudo-class"),
        ("p { color:red }\np { color:{{ c }} }", "line 2: p { color:{{ c }} }"),
        ("p { color }", "line 1"),
        ("p { color:red } }", "not understood"),
        ("p,, a { color:red }", "not understood"),
        ("p { b { color:red } }", "not understood"),
    ],
)
def test_what_cannot_be_inlined_is_refused(css: str, says: str) -> None:
    with pytest.raises(ThemeCssError, match=re.escape(says)):
        inline(doc("<p>x</p>"), css)


def test_a_refusal_says_where_it_belongs() -> None:
    with pytest.raises(ThemeCssError, match="mj-style of its own"):
        inline(doc("<p>x</p>"), "a:hover { color:red }")


def test_what_css_may_not_know_is_no_noise_on_stderr() -> None:
    css = "p { color:oklch(0.5 0.1 20);; mso-line-height-rule:exactly; nosuch:1 }"
    done = run(f"from newsletter.render.inline import inline; inline('<p style=\"color:x;;\">x</p>', {css!r})")
    assert (done.stdout, done.stderr) == ("", "")
