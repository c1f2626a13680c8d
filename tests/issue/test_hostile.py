"""Hostile issue files: one named error each, at its line, at once."""

import time

import pytest

from newsletter.issue.parse import parse

HEAD = '+++\ntitle = "A"\nsubject = "B"\ntimezone = "Europe/Zurich"\n+++\n'
LINES = HEAD.count("\n")


def subject(toml: str) -> str:
    return HEAD.replace('"B"', toml)


def body(text: str) -> str:
    return f"{HEAD}## T\n\n{text}\n"


def button(url: str) -> str:
    return f'{HEAD}## T\n\n```button\nlabel = "x"\nurl = "{url}"\n```\n'


TABLE = {
    "1 empty file": (b"", 1, "the file is empty"),
    "1 nothing but space": (b" \n\t\n", 1, "the file is empty"),
    "2 not UTF-8": ((HEAD + "\nGen\xe8ve").encode("latin-1"), LINES + 2, "not UTF-8: byte 4 of this line is 0xE8"),
    "2 UTF-16": (HEAD.encode("utf-16"), 1, "the file is UTF-16"),
    "4 NUL": (HEAD + "a\0b", LINES + 1, "a control character (U+0000)"),
    "4 escape": (HEAD + "a\x1b[31mb", LINES + 1, "a control character (U+001B)"),
    "5 lone surrogate": (HEAD + "a\ud800b", LINES + 1, "half of a character (U+D800)"),
    "5 surrogate in bytes": ((HEAD + "\n").encode() + b"\xed\xa0\x80", LINES + 2, "not UTF-8"),
    "6 YAML alias bomb": ("---\na: &a [x, x]\nb: &b [*a, *a]\n---\n", 1, "the front matter is YAML"),
    "7 !!python/object": ("---\n!!python/object/apply:os.system ['id']\n---\n", 1, "the front matter is YAML"),
    "8 duplicate key": ('+++\ntitle = "A"\nsubject = "B"\ntitle = "C"\n+++\n', 4, "'title' is set twice"),
    "9 100 MB": (b"x" * 100_000_000, None, "the file has 100,000,000 bytes"),
    "9 too many lines": (HEAD + "\n" * 20_000, 10_000, "an issue has at most 10,000"),
    "10 unknown field": ('+++\ntitle = "A"\nsubject = "B"\npreheadr = "C"\n+++\n', 4, "no field 'preheadr'"),
    "11 impossible date": (f"{HEAD}## T\n```event\nstarts = 2021-02-29\n```\n", LINES + 3, "February 2021 has 28 days"),
    "11 DST gap": (
        f"{HEAD}## T\n```event\nstarts = 2020-03-29T02:30:00\n```\n",
        LINES + 3,
        "02:30 on March 29, 2020 does not exist in Europe/Zurich",
    ),
    "11 DST overlap": (
        f"{HEAD}## T\n```event\nstarts = 2020-10-25T02:30:00\n```\n",
        LINES + 3,
        "02:30 on October 25, 2020 happens twice in Europe/Zurich",
    ),
    "13 javascript:": (body("[x](javascript:alert(1))"), LINES + 3, "'javascript:alert(1)' is not an https:// address"),
    "13 javascript in a field": (button("javascript:alert(1)"), LINES + 5, "is not an https:// address"),
    "13 JavaScript by entity": (body("[x](javascript&colon;alert(1))"), LINES + 3, "is not an https:// address"),
    "13 javascript by reference": (body("[x][r]\n\n[r]: javascript:x"), LINES + 3, "is not an https:// address"),
    "13 javascript in <>": (body("<javascript:alert(1)>"), LINES + 3, "is not an https:// address"),
    "13 vbscript": (body("[x](vbscript:x)"), LINES + 3, "is not an https:// address"),
    "14 data:": (body("[x](data:text/html,<b>)"), LINES + 3, "is not an https:// address"),
    "14 data: in a field": (button("data:text/html,x"), LINES + 5, "is not an https:// address"),
    "15 //evil": (body("[x](//evil.example)"), LINES + 3, "'//evil.example' is not an https:// address"),
    "15 //evil in a field": (button("//evil.example"), LINES + 5, "is not an https:// address"),
    "15 backslashes": (
        button("https://good.example\\\\evil.example"),
        LINES + 5,
        "a character that no address can hold",
    ),
    "16 user@host": (body("[x](https://good.example@evil.example)"), LINES + 3, "has a name before the @"),
    "16 user@host in a field": (button("https://a:b@evil.example"), LINES + 5, "has a name before the @"),
    "17 homograph": (body("[x](https://p\u0430ypal.example)"), LINES + 3, "mixes Cyrillic and Latin letters"),
    "17 homograph, encoded": (button("https://xn--pypal-4ve.example"), LINES + 5, "mixes Cyrillic and Latin letters"),
    "17 look-alike alone": (button("https://аррӏе.com"), LINES + 5, "look like Latin ones"),
    "17 false dot": (button("https://good.example\u3002evil.example"), LINES + 5, "no host can have"),
    "18 bidi in a title": (f"{HEAD}## T\u202ex\n", LINES + 1, "a hidden direction mark (U+202E)"),
    "18 bidi by escape": ('+++\ntitle = "A\\u202ex"\nsubject = "B"\n+++\n', 2, "a hidden direction mark (U+202E)"),
    "19 ../": (f'{HEAD}## T\n```image\nsrc = "../x.png"\nalt = "x"\n```\n', LINES + 3, "leads out of the folder"),
    "19 a/../..": (f'{HEAD}## T\n```image\nsrc = "a/../../x"\nalt = "x"\n```\n', LINES + 3, "leads out of the folder"),
    "19 absolute": (
        f'{HEAD}## T\n```image\nsrc = "/etc/passwd"\nalt = "x"\n```\n',
        LINES + 3,
        "leads out of the folder",
    ),
    "19 drive": (f'{HEAD}## T\n```image\nsrc = "C:\\\\x.png"\nalt = "x"\n```\n', LINES + 3, "leads out of the folder"),
    "19 fetched": (f'{HEAD}## T\n```image\nsrc = "https://e.org/x"\nalt = "x"\n```\n', LINES + 3, "is a web address"),
    "19 a document": (
        f'{HEAD}## T\n```resources\n[[links]]\nlabel = "x"\nfile = "../x.pdf"\n```\n',
        LINES + 5,
        "leads out of the folder",
    ),
    "21 50,000 [": (body("[" * 50_000), LINES + 3, "more than 50 square brackets"),
    "21 40,000 ![": (body("![" * 40_000), LINES + 3, "more than 50 square brackets"),
    "21 50,000 >": (body(">" * 50_000), LINES + 3, "quotes stand too deep"),
    "21 deep lists": (body("\n".join("  " * depth + "- a" for depth in range(200))), LINES + 12, "stand too deep"),
    "21 deep TOML": ('+++\nsubject = "B"\ntitle = ' + "[" * 50_000 + "\n+++\n", 3, "lists stand too deep"),
    "22 300-deep HTML": (body("<div>" * 300 + "x" + "</div>" * 300), LINES + 3, "'<div>' is HTML"),
    "22 script": (body("<script>alert(1)</script>"), LINES + 3, "'<script>' is HTML"),
    "22 comment": (body("a <!-- b"), LINES + 3, "'<!--' is HTML"),
    "25 CRLF": (subject('"Hi\\r\\nBcc: x@example.org"'), 3, "a control character (U+000D)"),
    "25 LF": (subject('"Hi\\nBcc: x@example.org"'), 3, "holds a line break"),
    "25 LF in a long string": (subject('"""Hi\nBcc: x@example.org"""'), 3, "holds a line break"),
    "26 encoded word": (subject('"=?utf-8?q?Hi=0D=0ABcc:_evil@x.org?="'), 3, "begins an encoded mail header"),
    "27 U+2028": (subject('"a\u2028b"'), 3, "holds a line break"),
    "28 10 KB subject": (subject('"' + "x" * 10_000 + '"'), 3, "subject has 10,000 characters, and at most 300 fit"),
    "29 only white space": (subject('"  \\t "'), 3, "subject is empty"),
    "29 only what is not seen": (subject('"\u200b\u00a0\u200b"'), 3, "there is nothing to see"),
    "30 sender with an address": (subject('"B"\nsender = "\\"Org <evil@x>\\""'), 4, "is more than a name"),
    "56 {{7*7}}": (body("{{7*7}}"), LINES + 3, "is not a reader field"),
    "51 {% %}": (body("{% for x in y %}"), LINES + 3, "is not a reader field"),
    "51 __class__": (body("{{name.__class__}}"), LINES + 3, "is not a reader field"),
    "52 |attr": (body("{{name|attr('x')|upper}}"), LINES + 3, "is not a reader field"),
    "a field in a link": (body("[x](https://www.example.org/{{email}})"), LINES + 3, "a reader field stands in a link"),
    "a field in an address": (body("see https://www.example.org/?e={{email}}"), LINES + 3, "a reader field stands in"),
    "a field in a url": (
        button("https://www.example.org/{{email}}"),
        LINES + 5,
        "a reader field cannot stand in a link",
    ),
    "a picture in a text": (body("![x](https://evil.example/pixel.gif)"), LINES + 3, "stands in the text"),
    "a picture fetched by reference": (body("![x][r]\n\n[r]: https://e.org/x.gif"), LINES + 3, "stands in the text"),
    "a table too wide": (body("|a" * 5_000 + "\n" + "|-" * 5_000), LINES + 3, "more than 100 bars"),
}


@pytest.mark.parametrize("name", TABLE)
def test_hostile(name: str) -> None:
    data, line, message = TABLE[name]
    began = time.process_time()
    parsed = parse(data, file="hostile.md", slug="hostile")
    took = time.process_time() - began
    told = [(problem.place.line, problem.message) for problem in parsed.problems]
    assert (line, message) in [(at, message if message in text else text) for at, text in told]
    assert all(text and "Input should" not in text for _, text in told)
    assert took < 1.5


def test_3_a_byte_order_mark_is_passed_over() -> None:
    parsed = parse(b"\xef\xbb\xbf" + HEAD.encode(), file="a.md", slug="a")
    assert parsed.problems == ()
    assert parsed.issue is not None


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://www.example.org/a_(b)?c=d&e=f#g)",
        "[x](mailto:name@example.org?subject=Hi%20there)",
        "[x](tel:+41225550100)",
        "<https://www.example.org>",
        "<name@example.org>",
        "[x](#t)",
        "[x](https://münchen.example.org) and [y](https://пример.рф) and [z](https://例え.jp)",
        "1 < 2, a <3 b, `<b>`, \\<b>, &lt;b&gt;",
        "x\n```\n<script>\n```",
        "[a] and [b] and a[0] (1)\\[",
        "| {{first_name|friend}} | b |\n|---|---|\n| c | d |",
    ],
)
def test_honest_texts_pass(text: str) -> None:
    told = [problem.message for problem in parse(body(text), file="a.md", slug="a").problems]
    assert told == []


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 10_000,
        "<?" * 20_000,
        "*a **b " * 4_000,
        "{{" * 20_000,
        "[a](" * 6_000,
        "- a\n" * 4_000,
        "## x\n" * 4_000,
    ],
)
def test_no_text_is_slow(text: str) -> None:
    began = time.process_time()
    parse(HEAD + text, file="a.md", slug="a")
    assert time.process_time() - began < 3
