"""The inliner's cascade, broken tags, and any text at all."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.inline import InlineError, ThemeCssError, inline
from tests.render.test_inline import Reader, doc, run, styled

# The cascade


@pytest.mark.parametrize(
    ("css", "style"),
    [
        ("p { color:red } p { color:blue }", "color:blue"),
        (".x { color:red } p { color:blue }", "color:red"),
        ("#i { color:red } p.x { color:blue }", "color:red"),
        ("div>p { color:red } p { color:blue }", "color:red"),
        ("[class] { color:red } p { color:blue }", "color:red"),
        ("P.x { COLOR:red }", "color:red"),
        ("p { margin-top:1px } .x { margin:0 } p.x { margin-top:2px }", "margin:0;margin-top:2px"),
        ("p, .x { color:red } p.y, .z { color:blue }", "color:red"),
        (".x { color:blue } p { color:red !important }", "color:red !important"),
        # What a mail program may not know does not push out what it does.
        ("p { color:red; color:oklch(0.5 0.1 20) }", "color:red;color:oklch(0.5 0.1 20)"),
        ("p { color:#AABBCC; background:#ffffff }", "color:#AABBCC;background:#ffffff"),
        ("p { background:url('a;b&c.png') }", "background:url('a;b&amp;c.png')"),
        ("/* p { color:red } */ p { /* x */ color:blue }", "color:blue"),
        ("a[title='x:y'], p[title='x:y'] { color:red }", "color:red"),
        ('p[title="X:Y"] { color:red }', ""),
    ],
)
def test_the_cascade_is_kept(css: str, style: str) -> None:
    attribute = f' style="{style}"' if style else ""
    assert styled('<div><p id="i" class="x" title="x:y">t</p></div>', css) == (
        f'<div><p id="i" class="x" title="x:y"{attribute}>t</p></div>'
    )


def test_rows_directly_in_a_table_stand_in_a_tbody_as_in_a_browser() -> None:
    html = "<table><tr><td>a</td></tr><thead><tr><td>b</td></tr></thead><tr><td>c</td></tr></table>"
    assert styled(html, "table > tr, tr + tr { color:red }") == html
    assert styled(html, "table > tbody > tr { color:red }") == (
        '<table><tr style="color:red"><td>a</td></tr><thead><tr><td>b</td></tr></thead>'
        '<tr style="color:red"><td>c</td></tr></table>'
    )


def test_a_tbody_that_only_browsers_see_is_written_where_it_has_looks() -> None:
    html = "<table><tr><td>a</td></tr><thead><tr><td>b</td></tr></thead><tr class='x'><td>c</td></tr></table>"
    assert styled(html, "tbody { color:red } .x { color:blue }") == (
        '<table><tbody style="color:red"><tr><td>a</td></tr><thead><tr><td>b</td></tr></thead>'
        '<tbody style="color:red"><tr class=\'x\' style="color:blue"><td>c</td></tr></table>'
    )
    assert inline(doc("<table><tr></tr></table>"), "* { color:red }").count('<tbody style="color:red"><tr style') == 1


def test_what_has_no_looks_is_given_none() -> None:
    html = doc("<p>x</p>", "<meta name=a><style>p { margin:0 }</style>")
    out = inline(html, "* { color:red } title { color:blue }")
    for tag in ("<html", "<body", "<p"):
        html = html.replace(tag + ">", f'{tag} style="color:red">')
    assert out == html


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('style="color:blue"', 'style="margin:0;color:blue"'),
        ("style='font-family:\"A B\"'", 'style="margin:0;color:red;font-family:&quot;A B&quot;"'),
        ("style=margin:1px", 'style="color:red;margin:1px"'),
        ('STYLE = "COLOR: blue;"', 'STYLE = "margin:0;COLOR: blue;"'),
        ('style=""', 'style="margin:0;color:red"'),
        ('style="background:url(a;color:b.png)"', 'style="margin:0;color:red;background:url(a;color:b.png)"'),
        ('style="color:&quot;"', 'style="margin:0;color:red;color:&quot;"'),
        # A semicolon within quotes ends nothing.
        (
            'style="font-family:&quot;A;color:green;&quot;"',
            'style="margin:0;color:red;font-family:&quot;A;color:green;&quot;"',
        ),
        ('data-style="color:blue"', 'data-style="color:blue" style="margin:0;color:red"'),
        ("title=' style=\"x\"'", 'title=\' style="x"\' style="margin:0;color:red"'),
        ('title="a > b"', 'title="a > b" style="margin:0;color:red"'),
        ('title="a <p> b"', 'title="a <p> b" style="margin:0;color:red"'),
        ('style="p"', 'style="margin:0;color:red;p"'),
    ],
)
def test_styles_of_before_stay_as_written_and_win(before: str, after: str) -> None:
    assert styled(f"<p {before}>x</p>", "p { margin:0; color:red }") == f"<p {after}>x</p>"


@pytest.mark.parametrize("body", ["<p", "<p title='>x", '<p a"b>x</p>', "<p <b>x</b>", "<p a='1'b='2'>x</p>"])
def test_a_broken_tag_is_an_error_with_its_line(body: str) -> None:
    with pytest.raises(InlineError, match="line 3"):
        inline(doc("\n\n" + body).removesuffix("</body></html>"), "p { color:red }")


def test_a_quote_that_swallows_a_tag_is_an_error() -> None:
    with pytest.raises(InlineError, match="line 1: \"<i title=it's>"):
        inline("<i title=it's>x</i><b title=o'>z</b>", "b { color:red }")


def test_a_slash_closes_nothing_but_void_elements() -> None:
    assert styled("<br/><p/><b>x</b><img src=a />", "p b, img, br { color:red }") == (
        '<br style="color:red"/><p/><b style="color:red">x</b><img src=a style="color:red" />'
    )


def test_a_part_of_a_document_stays_a_part() -> None:
    assert inline("<p>x", "p { color:red }") == '<p style="color:red">x'
    assert inline("only words", "p { color:red }") == "only words"


@given(st.text(alphabet=st.sampled_from("<>/!-'\"= pabstyle&;\n[]?#é"), max_size=60))
def test_any_text_is_inlined_or_refused(text: str) -> None:
    try:
        out = inline("<p>x</p>" + text, "p { color:red }")
    except InlineError:
        return
    assert out.startswith('<p style="color:red">x</p>')
    assert out.count("<") == ("<p>x</p>" + text).count("<")


@given(st.text(max_size=80))
def test_any_css_is_read_or_refused(css: str) -> None:
    try:
        out = inline(doc("<p>x</p>"), css)
    except ThemeCssError:
        return
    assert Reader(out).parts == Reader(doc("<p>x</p>")).parts


def test_many_threads_and_themes_at_once() -> None:
    wrong: list[str] = []

    def work(number: int) -> None:
        for turn in range(20):
            color = f"#{number:03d}{turn:03d}"
            if styled("<p>x</p>", f"p {{ color:{color} }}") != f'<p style="color:{color}">x</p>':
                wrong.append(color)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_premailer_is_loaded_only_where_it_is_used() -> None:
    code = (
        "import sys, newsletter.render.inline; print({'premailer', 'cssutils', 'lxml', 'requests'} & set(sys.modules))"
    )
    assert run(code).stdout == "set()\n"
