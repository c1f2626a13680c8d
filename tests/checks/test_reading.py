"""How style sheets, templates and the mail's elements are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks import checks, css, dom
from newsletter.checks.cascade import colour, same_in_dark, texts
from newsletter.checks.markup import uses_of_css, uses_of_template
from newsletter.checks.tongues import other_tongue
from newsletter.items.kinds.text import Text
from tests.checks.build import Case, context
from tests.checks.tables.language_parts import SPANISH


def _pieces(sheet: str) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [(piece.kind, piece.text, piece.line, piece.within) for piece in css.read(sheet)]


def test_a_style_sheet_in_pieces():
    sheet = (
        "/* a { b } */\n.a > p,\n.b { color: red;\n  background: url(x;y}) }\n"
        "@media (x) {\n .c { d: 'e;f}' !important } }"
    )
    assert _pieces(sheet) == [
        ("opens", ".a > p, .b", 2, ()),
        ("declares", "color: red", 3, (".a > p, .b",)),
        ("declares", "background: url(x;y})", 4, (".a > p, .b",)),
        ("opens", "@media (x)", 5, ()),
        ("opens", ".c", 6, ("@media (x)",)),
        ("declares", "d: 'e;f}' !important", 6, ("@media (x)", ".c")),
    ]
    assert [piece.declaration for piece in css.read("a{B : c ! important;d:e}") if piece.kind == "declares"] == [
        ("b", "c", True),
        ("d", "e", False),
    ]


@given(st.text(alphabet="a:;{}()\"'/*@ \n.#-"))
def test_any_text_is_read_and_lines_are_within_it(text):
    lines = [piece.line for piece in css.read(text)]
    assert lines == sorted(lines)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


def test_long_broken_styles_take_no_time():
    for text in ("(" * 20_000, "'" * 20_001, "a{" * 5_000, "url(" * 5_000, "x" * 100_000):
        list(css.read(text))


def test_uses_stand_once_with_their_line():
    template = '<mj-text>\n<p style="display:flex">a</p>\n<p style="display: flex">b</p></mj-text>'
    assert [(use.said, use.line) for use in uses_of_template(template)] == [("display: flex", 2)]
    assert [(use.said, use.line) for use in uses_of_css("\n{# x\n #}\n.a { float: left }")] == [("float: left", 4)]


@given(st.text(alphabet="<>/=\"'{%#} mjstylevideo-:;!\n"))
def test_any_template_is_read(text):
    uses_of_template(text)
    uses_of_css(text)


def _shown(body: str, styles: str = "", *, dark: bool = False) -> dict[str, tuple[str, str]]:
    root = dom.tree(f"<html><body>{body}</body></html>")
    return {one.text: (one.ink, one.ground) for one in texts(root, (styles,) if styles else (), dark=dark)}


def test_colours_are_inherited_and_overruled():
    body = '<div style="color:#111111;background:#eeeeee"><p class="a">One <b style="color:red">two</b> three</p></div>'
    assert _shown(body) == {"One three": ("#111111", "#eeeeee"), "two": ("#ff0000", "#eeeeee")}
    assert _shown(body, ".a { color: #222222 }")["One three"] == ("#222222", "#eeeeee")
    assert _shown(body, "div { color: #222222 }")["One three"] == ("#111111", "#eeeeee")
    assert _shown(body, "div { color: #222222 !important }")["One three"] == ("#222222", "#eeeeee")
    assert _shown(body, "div > .a { color: #222222 } p { color: #333333 }")["One three"] == ("#222222", "#eeeeee")
    assert _shown(body, "body > .a { color: #222222 }")["One three"] == ("#111111", "#eeeeee")
    assert _shown(body, "body .a { color: #222222 }")["One three"] == ("#222222", "#eeeeee")
    assert _shown(body, "#x, .a.b, p.a { background: #abc }")["One three"] == ("#111111", "#aabbcc")


def test_dark_mode_is_looked_at_apart():
    body = '<p style="color:#111111">One</p>'
    dark = "@media (prefers-color-scheme: dark) { p { color: #eeeeee !important; background-color: #222222 } }"
    assert _shown(body, dark) == {"One": ("#111111", "#ffffff")}
    assert _shown(body, dark, dark=True) == {"One": ("#eeeeee", "#222222")}
    assert same_in_dark(("p { color: red }", "@media (max-width: 4px) { p { color: blue } }"))
    assert not same_in_dark((dark,))


def test_what_is_not_plain_is_passed_over():
    assert _shown('<p style="background:url(x.png)">One</p>') == {}
    assert _shown('<p style="color:var(--x)">One <b style="color:#000">two</b></p>') == {"two": ("#000000", "#ffffff")}
    assert _shown('<p bgcolor="#DDDDDD">One</p>') == {"One": ("#000000", "#dddddd")}
    assert _shown('<p style="display:none !important">One</p>') == {}


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("#ABC", "#aabbcc"),
        ("#aabbcc !important", "#aabbcc"),
        ("rgb(1, 2, 300)", "#0102ff"),
        ("White", "#ffffff"),
        ("#abcd", None),
        ("rgba(0,0,0,.5)", None),
        ("nocolour", None),
        ("", None),
    ],
)
def test_colours(said, made):
    assert colour(said) == made


def _element(html: str, path: str) -> dom.Element:
    return dom.tree(f"<html><body>{html}</body></html>").find(f".//{path}")


@pytest.mark.parametrize(
    ("html", "height"),
    [
        ('<p style="font-size:20px;line-height:1.5">x</p>', 30),
        ('<p style="font-size:20px;line-height:150%">x</p>', 30),
        ('<p style="font-size:20px;line-height:18px">x</p>', 18),
        ('<div style="font-size:20px;line-height:1.5"><p>x</p></div>', 30),
        ('<div style="font-size:20px"><p style="line-height:normal">x</p></div>', 24),
        ("<p>x</p>", 19.2),
    ],
)
def test_lines_have_a_height(html, height):
    assert dom.line_height(_element(html, "p")) == pytest.approx(height)


def test_the_name_of_a_link():
    assert dom.name_of(_element('<a href="u"> a <b>b</b><img src="x" alt="c"></a>', "a")) == "a b c"
    assert dom.name_of(_element('<a href="u" aria-label=" d  e ">x</a>', "a")) == "d e"
    assert dom.name_of(_element('<a href="u" title="t"></a>', "a")) == "t"


@pytest.mark.parametrize(
    ("passage", "language", "other"),
    [
        ("", "en", None),
        ("1 2 3", "en", None),
        ("Обзор доклада состоится в понедельник", "en", "Cyrillic"),
        ("Обзор доклада состоится в понедельник", "ru", None),
        ("월요일에 보고서가 심의되며 모두를 초대합니다 함께 봅시다", "ko", None),
        ("월요일에 보고서가 심의되며 모두를 초대합니다 함께 봅시다", "en", "Korean"),
    ],
)
def test_tongues(passage, language, other):
    assert other_tongue(passage, language) == other


@given(st.text(), st.sampled_from(["en", "es", "ar", "zh-Hant", "xx"]))
def test_any_passage_is_looked_at(passage, language):
    other_tongue(passage, language)


def test_a_paragraph_in_another_language_names_its_line():
    item = Text(id="a", title="A", body=f"One\n\n\n```\nx\n\n```\n\n> Two\n>\n> {SPANISH}\n\n\n{SPANISH}\n")
    found = checks()["language-parts"].find(context(Case(issue={"items": (item,)})))
    assert [finding.place.line for finding in found] == [11, 14]
