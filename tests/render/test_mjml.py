"""MJML to HTML: what is wrong is told with its place, and nothing wrong reaches the renderer."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mjml import mjml2html

from newsletter.render.mjml import MAX_CHARACTERS, MAX_HTML_DEPTH, MjmlError, to_html


def doc(content: str, head: str = "") -> str:
    return (
        f"<mjml>\n<mj-head>{head}</mj-head>\n<mj-body>\n<mj-section><mj-column>\n"
        f"{content}\n</mj-column></mj-section></mj-body></mjml>"
    )


def problems(mjml: str) -> list[tuple[int, str]]:
    with pytest.raises(MjmlError) as caught:
        to_html(mjml)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_a_document_is_rendered() -> None:
    html = to_html(doc('<mj-text color="#1f2328" css-class="rich"><p>Hello &nbsp; &eacute;<br/>you</p></mj-text>'))
    assert html.startswith("<!doctype html>")
    assert "<p>Hello &nbsp; &eacute;<br />you</p>" in html


def test_many_elements_beside_each_other_are_not_deep() -> None:
    text = "<mj-text>" + "<p>a <b>b</b></p>" * 3 * MAX_HTML_DEPTH + "</mj-text>"
    assert to_html(doc(text + "<mj-divider/>" + text)).count("<p>a <b>b</b></p>") == 6 * MAX_HTML_DEPTH


def test_nothing_is_loaded_from_elsewhere() -> None:
    html = to_html(
        doc(
            '<mj-text font-family="Ubuntu, Roboto, Lato">x</mj-text><mj-social><mj-social-element '
            'name="facebook-noshare" src="cid:fb" alt="Facebook" href="https://example.org/">us</mj-social-element></mj-social>'
        )
    )
    assert "@import" not in html
    assert "<link" not in html
    assert set(re.findall(r"https?://([^/\"' )]+)", html)) <= {"example.org", "www.w3.org"}
    # What the test guards against: the renderer's own default.
    assert "fonts.googleapis.com" in mjml2html(doc('<mj-text font-family="Ubuntu">x</mj-text>'))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<mj-texxt>x</mj-texxt>", "<mj-texxt> is no MJML component; did you mean mj-text?"),
        ('<mj-text colour="red">x</mj-text>', '<mj-text> has no attribute "colour"; did you mean color?'),
        ('<mj-text color="bluu">x</mj-text>', 'color="bluu" should be a colour, such as #1f2328'),
        ('<mj-text color="#12345">x</mj-text>', 'color="#12345" should be a colour'),
        ('<mj-text padding="10 25px">x</mj-text>', "one to four lengths, such as 10px 25px"),
        ('<mj-text padding="1px 2px 3px 4px 5px">x</mj-text>', "one to four lengths"),
        ('<mj-text font-size="16">x</mj-text>', "a length in pixels, such as 16px"),
        ('<mj-text align="middle">x</mj-text>', "should be left or center or right or justify"),
        ('<mj-text font-weight="550">x</mj-text>', "normal, bold or 100 to 900"),
        ("<div>x</div>", "<div> is HTML, which mj-text or mj-raw can hold"),
        ("loose words", "text directly in <mj-column> is lost: 'loose words'"),
        ("<mj-section></mj-section>", "<mj-section> belongs in mj-body or mj-wrapper"),
        ("<mj-text><mj-text>x</mj-text></mj-text>", "<mj-text> cannot stand in the HTML of <mj-text>"),
        ("<mj-text><p><mj-divider/></p></mj-text>", "<mj-divider> cannot stand in the HTML of <mj-text>"),
        ("<mj-image src='a.png'/>", '<mj-image> needs alt="..." (alt="" for decoration)'),
        ("<mj-image alt=''/>", '<mj-image> needs src="..."'),
        ("<mj-social><mj-social-element name='bluesky' alt='B'>B</mj-social-element></mj-social>", "needs src="),
        (
            "<mj-social><mj-social-element name='facebook' src='a' alt='b'>c</mj-social-element></mj-social>",
            'write name="facebook-noshare"',
        ),
        ("<mj-include path='/etc/passwd'/>", "<mj-include> is not used here"),
        ("<mj-carousel></mj-carousel>", "<mj-carousel> is not used here"),
        ("<mj-accordion></mj-accordion>", "<mj-accordion> is not used here"),
        (
            "<mj-text mj-class='quite'>x</mj-text>",
            'mj-class="quite" is not defined in mj-attributes; did you mean quiet?',
        ),
        ("<mj-text><p>a<p>b</mj-text>", "mismatched tag; the last tag left open is <p> of line 5"),
        ("<mj-text>a<br>b</mj-text>", "the last tag left open is <br> of line 5"),
        ("<mj-text>1 < 2</mj-text>", "write &lt; for < and &amp; for &"),
        ("<mj-text>this & that</mj-text>", "write &lt; for < and &amp; for &"),
        ("<mj-text>a\0b</mj-text>", "not well-formed"),
        ("<mj-text>\ud800</mj-text>", "lone surrogate"),
        ("<mj-text><![CDATA[x]]></mj-text>", "CDATA"),
        ("<mj-text><?php x ?></mj-text>", "<?...?>"),
        ("<mj-text>&nosuch;</mj-text>", "&nosuch; is no entity that HTML knows"),
        ("<mj-text>x <!-- <mj-text> --></mj-text>", "<mj-text is left in the HTML"),
    ],
)
def test_each_mistake_is_told_with_its_line(content: str, says: str) -> None:
    found = problems(doc(content, '<mj-attributes><mj-class name="quiet" color="#57606a"/></mj-attributes>'))
    assert [line for line, message in found if says in message] == [5]


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("<mj-html-attributes/>", "<mj-html-attributes> is not used here"),
        ("<mj-style inline='inline'>p {}</mj-style>", "the renderer does not inline"),
        ("<mj-attributes><mj-class name='a'><mj-text color='red'/></mj-class></mj-attributes>", "mj-class"),
        ("<mj-attributes><mj-texxt/></mj-attributes>", "<mj-texxt> takes no default attributes; did you mean mj-text?"),
        ("<mj-attributes><mj-all colr='red'/></mj-attributes>", 'has an attribute "colr"; did you mean color?'),
        ("<mj-attributes><mj-all color='bluu'/></mj-attributes>", 'color="bluu" should be a colour'),
        ("<mj-attributes><mj-class color='red'/></mj-attributes>", '<mj-class> needs name="..."'),
        ("<mj-attributes><mj-text font='x'/></mj-attributes>", '<mj-text> has no attribute "font"'),
        ("<mj-text>x</mj-text>", "<mj-text> belongs in mj-column or mj-hero; <mj-head> holds"),
        ("<mj-tittle>x</mj-tittle>", "did you mean mj-title?"),
    ],
)
def test_the_head_is_checked_too(head: str, says: str) -> None:
    assert any(says in message and line == 2 for line, message in problems(doc("", head)))


@pytest.mark.parametrize(
    ("mjml", "says"),
    [
        ("", "no element found"),
        ("<mjml>", "the last tag left open is <mjml> of line 1"),
        ("<mjml></mjml>", "there is no <mj-body>"),
        ("<mj-body></mj-body>", "the outermost element is <mjml>"),
        ("<!DOCTYPE mjml><mjml><mj-body/></mjml>", "DOCTYPE"),
        ('<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><mjml><mj-body/></mjml>', "DOCTYPE"),
        ('<!DOCTYPE m SYSTEM "file:///etc/passwd"><mjml><mj-body/></mjml>', "DOCTYPE"),
        ('<?xml version="1.0"?><mjml><mj-body/></mjml>', "leave the XML declaration out"),
        ("<mjml><mj-body/></mjml><mjml/>", "junk after document element"),
        ("just text", "not well-formed"),
    ],
)
def test_the_whole_is_checked(mjml: str, says: str) -> None:
    assert any(says in message for _, message in problems(mjml))


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    found = problems(doc('<mj-text colr="red">x</mj-text>\n<mj-buton/>\n<mj-text font-size="1">x</mj-text>'))
    assert [line for line, _ in found] == [5, 6, 7]
    with pytest.raises(MjmlError) as caught:
        to_html(doc("<mj-buton/>" * 500))
    assert len(caught.value.problems) == 10


def test_an_error_shows_the_line() -> None:
    with pytest.raises(MjmlError) as caught:
        to_html(doc("<mj-buton>Watch</mj-buton>"))
    assert str(caught.value) == (
        "line 5, column 1: <mj-buton> is no MJML component; did you mean mj-button?\n    <mj-buton>Watch</mj-buton>"
    )
    with pytest.raises(MjmlError) as caught:
        to_html(doc("<mj-text>" + "é" * 5000 + "</mj-text><mj-buton/>"))
    assert "<mj-buton/>" in caught.value.problems[0].source
    assert len(caught.value.problems[0].source) <= 100


def test_what_the_renderer_alone_refuses_has_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mjml.mjml2html", lambda *_, **__: (_ for _ in ()).throw(ValueError("at position 23:24")))
    # Bytes, not characters: é is two of them.
    (problem,) = problems("<mjml><!--ééééé-->\n<mj-body>\n</mj-body></mjml>")
    assert problem == (1, "not understood (at position 23:24)")


# Depth and size: the renderer would end the process


def nested(depth: int, tag: str = "div") -> str:
    return doc("<mj-text>" + f"<{tag}>" * depth + "x" + f"</{tag}>" * depth + "</mj-text>")


def test_the_renderer_itself_does_not_survive_depth() -> None:
    """If this fails the renderer has been mended, and the limit may go."""
    code = "from mjml import mjml2html; from tests.render.test_mjml import nested; mjml2html(nested(10_000))"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode < 0


@pytest.mark.parametrize("depth", [MAX_HTML_DEPTH + 1, 10_000, 100_000])
def test_depth_is_refused_before_the_renderer(depth: int) -> None:
    assert problems(nested(depth)) == [
        (5, f"more than {MAX_HTML_DEPTH} elements within each other; make the text flatter")
    ]


def test_fair_depth_is_rendered_even_on_a_small_stack() -> None:
    code = (
        "import threading; threading.stack_size(256 * 1024)\n"
        "from newsletter.render.mjml import to_html, MAX_HTML_DEPTH\n"
        "from tests.render.test_mjml import nested\n"
        "out = []\n"
        "thread = threading.Thread(target=lambda: out.append(to_html(nested(MAX_HTML_DEPTH))))\n"
        "thread.start(); thread.join(); print('<div>' * MAX_HTML_DEPTH + 'x' in out[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


@pytest.mark.parametrize("tag", ["mj-section", "mj-foo", "mjml", "div", "mj-raw", "mj-attributes"])
def test_depth_of_components_is_refused_too(tag: str) -> None:
    assert problems("<mjml><mj-body>" + f"<{tag}>" * 10_000)


def test_size_is_refused() -> None:
    (problem,) = problems(doc("<mj-text>" + "x" * MAX_CHARACTERS + "</mj-text>"))
    assert "at most 2,000,000 are rendered" in problem[1]


def test_a_pipe_to_include_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mjml"
    os.mkfifo(pipe)
    code = (
        "import sys; from newsletter.render.mjml import to_html, MjmlError\n"
        "try: to_html(sys.argv[1])\n"
        "except MjmlError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, doc(f"<mj-include path='{pipe}'/>")],
        check=False,
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert "<mj-include> is not used here" in done.stdout


def test_where_the_renderer_gives_up_the_place_is_told() -> None:
    """A mistake of the renderer's own, with a bare > between letters that are not ASCII."""
    [(line, message)] = problems(doc("<mj-text>ordinary</mj-text>\n<mj-text>é >é</mj-text>"))
    assert line == 6
    assert "the renderer gives up" in message and "write &gt; for a > that ends no tag" in message
    assert "é &gt;é" in to_html(doc("<mj-text>é &gt;é</mj-text>"))


@given(st.text(alphabet=st.sampled_from("<>/!-'\"= pmjtexa&;\n[]?#é"), max_size=60))
def test_any_text_is_rendered_or_refused(text: str) -> None:
    try:
        assert "<mj-" not in to_html(doc(f"<mj-text>{text}</mj-text>"))
    except MjmlError as error:
        assert error.problems
        assert all(problem.line >= 1 for problem in error.problems)
