"""What checks read out of texts: addresses, times of day, days, sentences."""

from datetime import date

import pytest

from newsletter.checks.addresses import addresses_of
from newsletter.checks.dates_in_text import dates_in
from newsletter.checks.prose import HOLE, Prose, fix_at, paragraphs, said, sentences
from newsletter.checks.texts import Text
from newsletter.checks.times_in_text import times_in
from newsletter.checks.unwrapping import junk_in, unwrapped
from newsletter.issue.problems import Place

BODY = Place(item="a", field="body")


def _addresses(markdown: str) -> list[tuple[str, str, str, int | None]]:
    text = Text(markdown, BODY)
    found = addresses_of((text,))
    assert all(markdown[one.start : one.start + len(one.raw)] == one.raw for one in found)
    return [(one.how, one.words, one.url, one.place.line) for one in found]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[A *b*](https://a.org)", [("link", "A b", "https://a.org", 1)]),
        ("[A](<https://a.org/x y>)", [("link", "A", "https://a.org/x y", 1)]),
        ("[A](https://a.org/b_(c))", [("link", "A", "https://a.org/b_(c)", 1)]),
        ('[A](https://a.org "B")', [("link", "A", "https://a.org", 1)]),
        ("[A](https://a.org?b=1&amp;c=2)", [("link", "A", "https://a.org?b=1&c=2", 1)]),
        ("[A](https://a.org/b\\_c)", [("link", "A", "https://a.org/b_c", 1)]),
        ("[A][b]\n\n[b]: https://a.org", [("link", "A", "https://a.org", 3)]),
        ("x\n\n<https://a.org>", [("auto", "https://a.org", "https://a.org", 3)]),
        ("<upr@example.org>", [("auto", "upr@example.org", "mailto:upr@example.org", 1)]),
        ("See https://a.org/b.", [("bare", "", "https://a.org/b", 1)]),
        ("(See https://a.org/b_(c).)", [("bare", "", "https://a.org/b_(c)", 1)]),
        ("`https://a.org`", []),
        ("```\n[A](https://a.org)\n```", []),
        (r"\[A](https://a.org)", [("bare", "", "https://a.org", 1)]),
        ("[![A](b.png)](https://a.org)", [("link", "A", "https://a.org", 1)]),
    ],
)
def test_addresses(markdown, expected):
    assert _addresses(markdown) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:30 Geneva time", (14, 30, "Europe/Zurich")),
        ("8:30 a.m. in New York", (8, 30, "America/New_York")),
        ("12:15 p.m. ET", (12, 15, "America/New_York")),
        ("12 a.m. ET", (0, 0, "America/New_York")),
        ("3 pm Eastern Time", (15, 0, "America/New_York")),
        ("14 h 30, heure de Paris", (14, 30, "Europe/Paris")),
        ("14h30 (heure de Genève)", (14, 30, "Europe/Zurich")),
        ("las 15:00, hora de Bogotá", (15, 0, "America/Bogota")),
        ("15:00 (hora del Este)", (15, 0, "America/New_York")),
        ("14:30 بتوقيت جنيف", (14, 30, "Europe/Zurich")),
        ("3 pm (New York)", (15, 0, "America/New_York")),
    ],
)
def test_times_with_their_zones(text, expected):
    (time,) = times_in(text)
    assert (time.hour, time.minute, time.zone) == expected
    assert time.zoned


@pytest.mark.parametrize("text", ["14:30 in the library", "3 pm", "at 9:15.", "14:30 (second floor)"])
def test_times_without_zone(text):
    (time,) = times_in(text)
    assert not time.zoned


@pytest.mark.parametrize(
    "text", ["25:10", "13 pm", "Article 14.30", "1:2", "§ 12", "$3.50", "10:30:15", "3 people met"]
)
def test_what_is_no_time(text):
    assert times_in(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on November 9, 2020", date(2020, 11, 9)),
        ("on 9 November 2020", date(2020, 11, 9)),
        ("el 1 de marzo de 2021", date(2021, 3, 1)),
        ("le 1er mai", date(2020, 5, 1)),
        ("يوم ٩ نوفمبر", date(2020, 11, 9)),
        ("2020-11-09", date(2020, 11, 9)),
        ("January 2", date(2021, 1, 2)),
    ],
)
def test_days(text, expected):
    (found,) = dates_in(text)
    assert found.near(date(2020, 10, 1)) == expected


@pytest.mark.parametrize(
    "text", ["we may 5 times", "march 10 miles", "room 9", "in November", "10/11/2020", "v2020-11-09x"]
)
def test_what_is_no_day(text):
    assert dates_in(text) == ()


def test_prose_has_holes_where_nothing_is_read():
    read = said("See [the page](https://a.org/x), `code` and {{first_name|you}} at https://b.org.", markdown=True)
    assert len(read) == len("See [the page](https://a.org/x), `code` and {{first_name|you}} at https://b.org.")
    assert read.replace(HOLE, "") == "See [the page],  and  at "


def test_paragraphs_and_sentences():
    prose = Prose(Text("", BODY), "One.\nTwo!\n- three\n- four\n\nFive at 8:30 a.m. ET. “Six?” Seven")
    assert [part for _, part in paragraphs(prose)] == [
        "One.\nTwo!",
        "- three",
        "- four",
        "Five at 8:30 a.m. ET. “Six?” Seven",
    ]
    assert [part for _, part in sentences("Five at 8:30 a.m. ET. “Six?” Seven")] == [
        "Five at 8:30 a.m. ET.",
        "“Six?",
        "Seven",
    ]


def test_a_fix_means_its_own_place_only():
    text = Text("bathe the dog, the the cat", BODY)
    start = text.value.rindex("the the")
    fix = fix_at(text, start, start + 7, "the", "Delete")
    assert text.value.replace(fix.old, fix.new, 1) == "bathe the dog, the cat"
    text = Text("we bathe the the cat", BODY)
    start = text.value.index(" the the") + 1
    fix = fix_at(text, start, start + 7, "the", "Delete")
    assert text.value.replace(fix.old, fix.new, 1) == "we bathe the cat"


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://www.google.com/url?q=https://a.org/b%3Fc%3D1&sa=D", "https://a.org/b?c=1"),
        ("https://urldefense.com/v3/__https://a.org/b?c=1__;!!d$", "https://a.org/b?c=1"),
        ("https://urldefense.com/v3/__https:/a.org/b*c__;Iw!!d$", "https://a.org/b#c"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__a.org_b-3Fc-3D1&d=x", "https://a.org/b?c=1"),
        ("https://urldefense.com/v3/broken", None),
        ("https://protect-us.mimecast.com/s/abcdefgh", None),
    ],
)
def test_wrapped_addresses(url, clean):
    found = unwrapped(url)
    assert found is not None
    assert found.clean == clean


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://a.org/?utm_source=x&b=1&fbclid=y#z", "https://a.org/?b=1#z"),
        ("https://a.org/?fbclid=y", "https://a.org/"),
        ("https://a.org/p;jsessionid=0123456789ABCDEF?b=1", "https://a.org/p?b=1"),
        ("https://a.org/?b=%20&gclid=1&c=", "https://a.org/?b=%20&c="),
    ],
)
def test_junk_is_taken_out_and_all_else_left_as_it_is(url, clean):
    found = junk_in(url)
    assert found is not None
    assert found.clean == clean
