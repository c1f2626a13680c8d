"""What the text types refuse, and what they leave as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from newsletter.items.reader_fields import fields_in, without_wrong_fields, wrong_fields
from newsletter.items.text import FieldLine, FilePath, Line, Markdown, PlainText, Slug, Url, slugify
from newsletter.items.values import Address, Zone, check_zone


def accepts(kind: object, text: str) -> bool:
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Tune in!", "tune-in"),
        ("  Übersicht – 2020 ", "ubersicht-2020"),
        ("漢字", "item-c6d29771"),
        ("", "item"),
        ("a" * 59 + " bcd", "a" * 59),
    ],
)
def test_slugs_of_titles(title: str, slug: str) -> None:
    assert slugify(title) == slug


@given(st.text())
def test_a_slug_is_always_a_slug(title: str) -> None:
    assert accepts(Slug, slugify(title))


@pytest.mark.parametrize("text", ["a\tb", "e\u0301", "🏳️‍🌈", "مرحبا \u200f", "a" * 200, "C#", "<3"])
def test_honest_lines_pass(text: str) -> None:
    assert TypeAdapter(Line).validate_python(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "a\nb",
        "a\rb",
        "a\u2028b",
        "a\x85b",
        "a\x00b",
        "a\x7fb",
        chr(0xD800),
        "a\u202eb",
        "\u2066",
        "a" * 201,
        "\u200b",
        "=?utf-8?q?a?=",
        "=?UTF-8?B?YQ==?=",
        "{{name}}",
        "a }} b",
    ],
)
def test_lines_that_no_head_of_a_mail_can_bear_are_refused(text: str) -> None:
    assert not accepts(Line, text)


@pytest.mark.parametrize("text", ["{{name}}", "{{ first_name | dear friend }}", "{{a1_b|x}} {{c}}", "{ } {a}"])
def test_fields_are_a_name_and_what_to_say_without_it(text: str) -> None:
    assert accepts(FieldLine, text)


@pytest.mark.parametrize(
    "text",
    ["{{", "}}", "{{Name}}", "{{a b}}", "{{a|{{b}}}}", "{{a|b|c}}", "{{7*7}}", "{% x %}", "{# x #}", "{{a.b}}", "{{}}"],
)
def test_anything_else_in_braces_is_refused(text: str) -> None:
    assert not accepts(FieldLine, text)
    assert not accepts(Markdown, text)


def test_the_fields_of_a_text_are_found_with_their_places() -> None:
    found = list(fields_in("Dear {{first_name|friend}}, {{ name }}"))
    assert [(field.name, field.default, field.start, field.end) for field in found] == [
        ("first_name", "friend", 5, 26),
        ("name", "", 28, 38),
    ]


@given(st.lists(st.sampled_from(["{{", "}}", "{{a}}", "{{b|c}}", "{%", "%}", " x ", "\n", "{#"])).map("".join))
def test_what_is_wrong_in_braces_can_be_blanked_out(text: str) -> None:
    rest = without_wrong_fields(text)
    assert len(rest) == len(text)
    assert [field.start for field in fields_in(rest)] == [field.start for field in fields_in(text)]
    assert list(wrong_fields(rest)) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\n\n    code\n\n", "    code"),
        (" a ", " a"),
        ("a  \n\n", "a"),
        (" \n\t\n", ""),
        ("\u00a0a\u00a0", "\u00a0a\u00a0"),
    ],
)
def test_markdown_loses_blank_lines_around_it_and_nothing_else(text: str, kept: str) -> None:
    assert TypeAdapter(Markdown).validate_python(text) == kept


def test_texts_to_copy_may_have_several_lines_but_no_fields() -> None:
    assert accepts(PlainText, "a\n\nb")
    assert not accepts(PlainText, "a {{name}}")


@pytest.mark.parametrize("path", ["a.png", "images/a b.jpg", "ä/ö.webp", ".hidden.png", "a..b.png"])
def test_files_beside_the_issue(path: str) -> None:
    assert accepts(FilePath, path)


@pytest.mark.parametrize(
    "path",
    ["../a", "a/../../b", "/a", "~/a", "a\\b", "C:/a", "http://a/b", "data:image/png,x", "a//b", "./a", "a/", ".."],
)
def test_files_elsewhere(path: str) -> None:
    assert not accepts(FilePath, path)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org",
        "http://example.org:8080/a_(b)?c=d&e=%20#f",
        "https://münchen.example.org",
        "https://1.2.3.4/",
        "https://пример.рф",
        "https://例え.jp/テスト",
        "https://한국.kr",
        "HTTPS://Example.ORG",
        "https://[::1]/",
        "https://βοήθεια.gr",
    ],
)
def test_addresses_of_pages(url: str) -> None:
    assert accepts(Url, url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "www.example.org",
        "ftp://example.org",
        "javascript:x",
        " javascript:x",
        "java\tscript:x",
        "//e.org",
        "https://",
        "https:///a",
        "https://a@b.org",
        "https://a:b@c.org",
        "https://e.org/a b",
        "https://e.org/\u200b",
        'https://e.org/"',
        "https://e.org/<b>",
        "https://e.org\\@good.org",
        "https://e.org:99999",
        "https://[::1",
        "https://pаypal.com",
        "https://xn--pypal-4ve.com",
        "https://аррӏе.com",
        "https://e.org。a.com",
        "https://e⁄a.org",
        "https://e.org/{{name}}",
        "mailto:a@e.org",
        "https://e.org/" + "a" * 2000,
        "https://ехаmple.org",
    ],
)
def test_addresses_that_are_none_or_hide_where_they_lead(url: str) -> None:
    assert not accepts(Url, url)


@pytest.mark.parametrize(
    ("given_name", "near"),
    [
        ("Geneva", "Europe/Zurich"),
        ("Europe/Geneva", "Europe/Zurich"),
        ("New York", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("Europe/Zürich", "Europe/Zurich"),
        ("EST", "America/New_York"),
        ("US/Estern", "US/Eastern"),
        ("London", "Europe/London"),
        ("../../etc/passwd", "Europe/Zurich"),
    ],
)
def test_zones_are_those_of_the_database(given_name: str, near: str) -> None:
    assert not accepts(Zone, given_name)
    with pytest.raises(ValueError, match=f"is not a time zone; (did you mean|such as) '.*{near}'"):
        check_zone(given_name)


@pytest.mark.parametrize("name", ["UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"])
def test_zones(name: str) -> None:
    assert accepts(Zone, name)


@pytest.mark.parametrize("address", ["a@example.org", "a.b+c@sub.example.org", " a@example.org ", "ü@example.org"])
def test_addresses(address: str) -> None:
    assert accepts(Address, address)


@pytest.mark.parametrize(
    "address",
    [
        "a",
        "a@b",
        "@b.org",
        "a@",
        "a b@c.org",
        "a@b.org,c@d.org",
        "A <a@b.org>",
        '"a b"@c.org',
        "a@b@c.org",
        "a@b.org)c@d.org",
        "a" * 250 + "@b.org",
        "a@b.org\nBcc: c@d.org",
        "{{email}}",
    ],
)
def test_what_is_no_address(address: str) -> None:
    assert not accepts(Address, address)
