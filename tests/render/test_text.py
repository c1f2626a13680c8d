"""The text part: for reading."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.items.graphemes import graphemes
from newsletter.render.fields import Tokens
from newsletter.render.markdown import parse
from newsletter.render.text import WIDTH, link, to_text, wrap
from tests.render.issues import issue_with, rendered, sample, text_for

LENGTH = Tokens("none of them").length
LONG = "https://www.example.org/" + "a-very-long-path/" * 8 + "?q=%20x"


def _text(markdown: str) -> str:
    return to_text(parse(markdown, nonce="no nonce"), len)


@given(st.lists(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=90)))
def test_lines_are_short_words_whole_and_nothing_lost(words: list[str]) -> None:
    wrapped = wrap(" ".join(words), len, first="- ", rest="  ")
    lines = wrapped.split("\n")
    assert " ".join(wrapped.split()).split()[1:] == words
    for line in lines:
        assert len(line) <= WIDTH or len(line.split()) <= 2


@given(st.text(alphabet="ab  \n", max_size=300), st.integers(8, 20), st.sampled_from(["", "- "]))
def test_ascii_is_wrapped_as_any_other_text(text: str, width: int, first: str) -> None:
    leads = {"first": first, "rest": first and "  "}
    assert wrap(f"{text}\né", len, width=width, **leads) == f"{wrap(text, len, width=width, **leads)}\n{leads['rest']}é"


def test_an_address_is_never_broken() -> None:
    text = _text(f"Please read [the whole long report of the commission]({LONG}) before Monday.")
    assert f"<{LONG}>" in text
    assert all(len(line) <= WIDTH for line in text.split("\n") if LONG not in line)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[label](https://a.example.org/)", "label <https://a.example.org/>"),
        ("<https://a.example.org/>", "<https://a.example.org/>"),
        ("[a@example.org](mailto:a@example.org)", "a@example.org"),
        ("[write](mailto:a@example.org)", "write <a@example.org>"),
        (
            "[write](mailto:a@example.org?subject=Hello%20World)",
            "write <mailto:a@example.org?subject=Hello%20World>",
        ),
        ("<mailto:a@example.org?subject=x>", "<mailto:a@example.org?subject=x>"),
        ("[x](#tune-in)", "x"),
        ("**bold** *and* `code`", "bold and code"),
        ("one\\\ntwo", "one\ntwo"),
        ("one\ntwo", "one two"),
        ("- a\n- b\n  1. c\n  2. d", "- a\n- b\n  1. c\n  2. d"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n\n- b", "- a\n\n- b"),
        ("> quoted\n>\n> twice", "> quoted\n>\n> twice"),
        ("```\ncode  here\n```", "    code  here"),
        ("### Head\n\nText", "Head\n\nText"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("![words for it](https://evil.example.com/track.gif)", "words for it"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
    ],
)
def test_markdown_as_text(markdown: str, text: str) -> None:
    assert _text(markdown) == text


def test_a_table_that_fits_has_columns() -> None:
    assert _text("| Group | Meetings |\n|---|--:|\n| Housing | 12 |\n| Sea | 7 |").split("\n") == [
        "Group    Meetings",
        "-------  --------",
        "Housing  12",
        "Sea      7",
    ]


def test_a_wide_table_is_told_row_by_row() -> None:
    long = "word " * 12
    assert _text(f"| A | B |\n|---|---|\n| {long}| {long}|\n").startswith("A: word word")


def test_scripts_without_spaces_are_wrapped_between_characters() -> None:
    text = "人権理事会は普遍的定期審査を行います。" * 8
    wrapped = wrap(text, lambda part: 2 * len(part))
    assert wrapped.replace("\n", "") == text
    assert all(2 * len(line) <= WIDTH for line in wrapped.split("\n"))


FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("สวัสดีชาวโลก" * 20, 4),
        ("សួស្តីពិភពលោក" * 20, 4),
        ("안녕하세요" * 40, 6),
        (f"{FAMILY}👍🏽🇨🇭" * 30, 5),
        ("\u200b".join(["word"] * 60), 4),
        ("Übergrößenträger" * 12, 3),
    ],
    ids=["Thai", "Khmer", "Hangul", "emoji", "zero width spaces", "a long word"],
)
def test_runs_without_spaces_are_wrapped_where_a_reader_sees_a_new_character(text: str, lines: int) -> None:
    wrapped = wrap(text, LENGTH)
    cut = wrapped.split("\n")
    assert "".join(cut) == text
    assert len(cut) == lines and all(LENGTH(line) <= WIDTH for line in cut)
    assert [part for line in cut for part in graphemes(line)] == graphemes(text)
    assert "\u200b" not in text or all(line.strip("\u200b").startswith("word") for line in cut)


def test_a_word_that_fits_a_line_is_not_broken() -> None:
    text = "대한민국 헌법재판소 " * 12
    assert wrap(text, LENGTH).split() == text.split()


@pytest.mark.parametrize(
    "whole",
    ["https://example.org/" + "日本" * 50, "<https://example.org/" + "한국" * 50 + ">", "F0123456789ab0000"],
    ids=["address", "address in brackets", "field"],
)
def test_an_address_or_a_field_among_such_runs_stays_whole(whole: str) -> None:
    for before in ("สวัสดี" * 30, "人権理事会" * 15, ""):
        assert whole in wrap(f"{before}{whole}", LENGTH).split("\n")[-1]


def test_a_link_that_says_no_more_than_its_address_stands_alone() -> None:
    assert link("https://a.example.org", "https://a.example.org") == "<https://a.example.org>"


def test_the_title_is_underlined_and_items_are_parted() -> None:
    lines = text_for(sample()).split("\n")
    assert lines[lines.index("October 2020 UPR Updates") + 1] == "=" * len("October 2020 UPR Updates")
    rules = [index for index, line in enumerate(lines) if line == "-" * WIDTH]
    assert len(rules) == len(sample().items) + 1
    assert all(lines[index - 1] == lines[index + 1] == "" for index in rules)
    assert [lines[index + 2] for index in rules[:-1]] == [item.title for item in sample().items]


def test_times_stand_on_their_own_lines() -> None:
    lines = text_for(sample()).split("\n")
    first = lines.index("Monday, November 9, 2020, 14:30 in Geneva")
    assert lines[first + 1] == "8:30 a.m. in New York"


def test_the_text_has_the_foot_and_no_noise() -> None:
    text = text_for(sample())
    assert "Unsubscribe <https://news.example.org/u/AAAAAAAAAAAAAAAAAAAAAA>" in text
    assert "1 Example Street\nAtlanta, GA 30303, USA" in text
    assert not re.search(r"\.(png|jpg|gif)\b|<img|&[a-z]+;", text)
    assert "\n\n\n" not in text and not re.search(r"[ \t]$", text, re.MULTILINE)
    assert all(len(line) <= WIDTH or "<" in line for line in text.split("\n"))


def test_a_decorative_picture_leaves_nothing() -> None:
    issue = issue_with('## Here\n```image\nsrc = "images/line.png"\ndecorative = true\n```\n')
    assert "images" not in rendered(issue).text


def test_a_token_counts_as_its_default_when_lines_are_wrapped() -> None:
    issue = issue_with("word " * 13 + "{{first_name|friend}} and so on\n")
    filled = text_for(issue, {})
    assert f"{'word ' * 13}friend\nand so on" in filled
