"""Editors' Markdown becomes well-formed XHTML that says what they meant and nothing that they could smuggle in."""

import re
from time import process_time
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue.problems import IssueError
from newsletter.render.markdown import MAX_BRACKETS, MAX_DEPTH, parse, safe_link, to_xhtml
from tests.render.issues import html_for, issue_with, tree


def _xhtml(markdown: str, top: int = 3) -> str:
    return to_xhtml(parse(markdown, nonce="no nonce", top=top))


@given(st.text(alphabet=st.sampled_from("ab \n#*_`[]()<>!&;\"'|-1.:/\\{}\u00a0é"), max_size=120))
def test_whatever_is_written_is_well_formed_and_harmless(markdown: str) -> None:
    html = _xhtml(markdown)
    root = ElementTree.fromstring(f"<div>{html.replace('&nbsp;', ' ')}</div>")
    allowed = {"href", "start", "align", "class", "dir", "tabindex", "role", "aria-label"}
    assert all(set(element.attrib) <= allowed for element in root.iter())
    assert not {element.tag for element in root.iter()} & {"img", "script", "style", "iframe", "input"}


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a\\\nb", '<p class="last">a<br/>\nb</p>'),
        ("---", '<hr class="last"/>'),
        ("1 < 2 & 3", '<p class="last">1 &lt; 2 &amp; 3</p>'),
        ("<b>bold</b>", '<p class="last">&lt;b&gt;bold&lt;/b&gt;</p>'),
        ("<script>alert(1)</script>", '<p class="last">&lt;script&gt;alert(1)&lt;/script&gt;</p>'),
        ("<!-- comment -->", '<p class="last">&lt;!-- comment --&gt;</p>'),
        ("5. a", '<ol start="5" class="last">\n<li>a</li>\n</ol>'),
        ("![alt](https://evil.example.com/pixel.gif)", '<p class="last">alt</p>'),
        ("a\n\nb", '<p>a</p>\n<p class="last">b</p>'),
        ("> a\n\nb", '<blockquote>\n<p class="last">a</p>\n</blockquote>\n<p class="last">b</p>'),
    ],
)
def test_markdown_as_xhtml(markdown: str, html: str) -> None:
    assert _xhtml(markdown) == html


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.example.com",
        "https://bank.example.org@evil.example.com/",
        "https://xn--80ak6aa92e.com/",
        "file:///etc/passwd",
        "vbscript:x",
        "page.html",
        "#",
        '#"onclick=',
        "mailto:",
    ],
)
def test_links_that_hide_where_they_lead_lose_their_address(href: str) -> None:
    if href != "https://xn--80ak6aa92e.com/":
        assert safe_link(href) is None
    assert "href" not in _xhtml(f"[x](<{href}>)") or href.startswith("https://xn--")


@pytest.mark.parametrize(
    "href", ["https://a.example.org/?a=1&b=2", "mailto:a@example.org", "tel:+41225550100", "#tune-in"]
)
def test_plain_links_are_kept(href: str) -> None:
    html = _xhtml(f"[x]({href})")
    assert f'href="{href.replace("&", "&amp;")}"' in html


def test_headings_begin_under_the_items_and_skip_no_level() -> None:
    assert re.findall(r"<(h\d)", _xhtml("# a\n\n#### b\n\n###### c\n\n### d")) == ["h3", "h4", "h5", "h3"]
    assert re.findall(r"<(h\d)", _xhtml("#### a\n\n## b", top=2)) == ["h2", "h2"]


def test_tables_keep_their_alignment_and_scroll_by_themselves() -> None:
    html = _xhtml("| a | b |\n|---|--:|\n| 1 | 2 |")
    frame = '<div class="wide" tabindex="0" role="group" aria-label="Table"><table'
    assert html.startswith(frame) and html.endswith("</table></div>")
    assert '<td align="right">2</td>' in html and "style" not in html


@pytest.mark.parametrize("deep", [">" * (MAX_DEPTH + 1), ">" * 3_000, "\n".join("  " * n + "- a" for n in range(60))])
def test_what_is_nested_too_deep_is_refused(deep: str) -> None:
    with pytest.raises(IssueError, match="nested"):
        _xhtml(deep)
    issue = issue_with("Hello\n").model_copy(update={"introduction": deep})
    with pytest.raises(IssueError, match="nested"):
        html_for(issue)


def test_what_is_just_shallow_enough_is_mailed_whole() -> None:
    deep = ">" * (MAX_DEPTH - 2) + " the innermost words"
    issue = issue_with("Hello\n").model_copy(update={"introduction": f"{deep}\n\nand what follows"})
    said = tree(html_for(issue)).text_content()
    assert "the innermost words" in said and "and what follows" in said


@pytest.mark.parametrize("hostile", ["[" * 50_000, "![" * 20_000, "a" * 90_000, "**a " * 5_000, "[a](" * 1_900])
def test_hostile_text_costs_little_time(hostile: str) -> None:
    before = process_time()
    try:
        _xhtml(hostile)
    except IssueError as error:
        assert "square brackets" in str(error)
    assert process_time() - before < 10


def test_words_of_mjml_and_css_in_a_text_are_words() -> None:
    said = "<mj-include path='/etc/passwd' /> {% include 'x' %} @import url(http://169.254.169.254/) <mj-raw>"
    issue = issue_with("Hello\n").model_copy(update={"introduction": said})
    html = html_for(issue)
    assert said in tree(html).text_content()
    assert "<mj-" not in html and "root:" not in html


def test_a_reader_field_in_a_link_is_refused() -> None:
    for source in ("[a](https://example.org/NONCE)", "![a](NONCE.png)", "[a][b]\n\n[b]: https://example.org/?x=NONCE"):
        with pytest.raises(IssueError, match="cannot stand in a link"):
            parse(source, nonce="NONCE")
    parse("[NONCE](https://example.org)", nonce="NONCE")


def test_brackets_without_end_are_refused() -> None:
    parse("[" * MAX_BRACKETS, nonce="NONCE")
    with pytest.raises(IssueError, match="square brackets"):
        parse("[" * (MAX_BRACKETS + 1), nonce="NONCE")


@pytest.mark.parametrize("written", ["&#x202e;", "\u202e", "&#x2066;", "&#8294;", "&#13;", "\x7f"])
def test_what_can_turn_a_text_around_reaches_no_reader(written: str) -> None:
    html = _xhtml(f"a **b{written}c** [d{written}e](https://example.org)\n\n    code {written}")
    assert not set(html) & set("\u202e\u2066\r\x7f")
    assert "<strong>bc</strong>" in html and ">de</a>" in html


def test_code_reads_from_the_left_in_every_language() -> None:
    html = _xhtml("`a.b` c\n\n```\nx = [1]\n```")
    assert '<code dir="ltr">a.b</code> c' in html
    assert '<pre dir="ltr"><code class="last" dir="ltr">x = [1]' in html


def test_a_table_is_announced_in_the_language_of_the_mail() -> None:
    mail = tree(html_for(issue_with("| a |\n|---|\n| 1 |\n", 'language = "fr"\n')))
    (frame,) = mail.xpath("//div[@class='wide']")
    assert (frame.get("role"), frame.get("tabindex"), frame.get("aria-label")) == ("group", "0", "Tableau")
