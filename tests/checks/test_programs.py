"""The data of mail programs, how grave findings follow from it, and the page that shows it."""

import re

import pytest

from newsletter.checks import programs as module
from newsletter.checks.programs import Feature, features, matches, programs, source, verdicts
from tests.documentation import DOCS
from tests.documentation_programs import programs_page


def _feature(support: dict[str, str], loss: str = "content") -> Feature:
    letters = "".join(support.get(program.id, "y") for program in programs())
    return Feature("x", "x", loss, "it is lost", "something", letters)  # type: ignore[arg-type]


def test_every_feature_has_words_and_one_way_to_find_it():
    assert len(features()) > 70
    assert len({one.slug for one in features()}) == len(features())
    for one in features():
        ways = [one.property or one.value, one.selector, one.at, one.tag, one.link, one.mime]
        assert sum(way is not None for way in ways) == 1, one.slug
        assert len(one.support) == len(programs())
        assert set(one.support) <= set("ynau")
        assert one.loss in {"content", "layout", "looks"}
        for words in (one.becomes, one.instead):
            assert len(words.split()) > 0
            assert words[0].islower() or words.split()[0].isupper() or words.startswith("mj-"), words
            assert not words.endswith(".")
        for pattern in (one.property, one.value, one.selector, one.at, one.link, one.mime):
            re.compile(pattern or "")


def test_shares_are_those_of_their_source():
    assert sum(one.share for one in programs()) == pytest.approx(34.2 + 1.7 + 10.4 + 30.7 + 7.3 + 0.9 + 1.6 + 4.7 + 1.6)
    assert sum(one.share for one in programs() if one.group == "Gmail") == pytest.approx(30.7)
    assert {"Thunderbird", "Proton Mail"} <= {one.name for one in programs() if not one.share}
    assert "Litmus" in source()["name"]
    assert "2020" in source()["period"]
    assert verdicts()["date"] == "2026-05-13"
    assert verdicts()["licence"].startswith("MIT")


def test_what_is_known_of_a_few_features():
    """As caniemail.com tells it, so that a column never slips."""
    known = {one.slug: dict(zip((p.id for p in programs()), one.support, strict=True)) for one in features()}
    assert known["css-border-radius"]["outlook.windows"] == "n"
    assert known["css-border-radius"]["gmail.ios"] == "y"
    assert known["css-variables"]["gmail.desktop-webmail"] == "n"
    assert known["css-variables"]["apple-mail.ios"] == "y"
    assert known["image-webp"]["outlook.windows"] == "n"
    assert known["image-base64"]["gmail.android"] == "n"
    assert known["html-video"]["apple-mail.ios"] == "a"


@pytest.mark.parametrize(
    ("lost", "loss", "level"),
    [
        ({}, "content", None),
        ({"outlook.windows": "n"}, "content", "warning"),
        ({"outlook.windows": "a"}, "content", "note"),
        ({"outlook.windows": "n"}, "layout", "note"),
        ({"outlook.windows": "n"}, "looks", None),
        ({"outlook.outlook-com": "n"}, "content", None),
        ({"thunderbird.macos": "n", "protonmail.desktop-webmail": "n"}, "content", None),
        ({"gmail.ios": "u", "outlook.windows": "u"}, "content", None),
        ({"gmail.ios": "n", "gmail.android": "n"}, "layout", "warning"),
        ({"gmail.ios": "n", "gmail.android": "n", "gmail.desktop-webmail": "n", "outlook.windows": "n"}, "looks", None),
        ({"apple-mail.ios": "n", "outlook.windows": "n"}, "looks", "note"),
    ],
)
def test_a_finding_is_as_grave_as_readers_and_loss(lost, loss, level):
    assert _feature(lost, loss).level == level


def test_programs_are_named_by_their_readers():
    assert _feature({"outlook.windows": "n"}).where == "Outlook on Windows"
    assert _feature({"outlook.windows": "n", "gmail.ios": "n"}).where == "Gmail on iPhone and Outlook on Windows"
    gmail = {one.id: "n" for one in programs() if one.group == "Gmail"}
    assert _feature(gmail | {"outlook.windows": "n", "gmx.desktop-webmail": "n"}).where == (
        "Gmail, Outlook on Windows and GMX"
    )
    everything = {one.id: "n" for one in programs()}
    assert _feature(everything).where == "Apple Mail, Gmail, Outlook on Windows and others"
    assert _feature({"gmail.ios": "a"}).where == "Gmail on iPhone"
    assert _feature({"gmail.ios": "a", "outlook.windows": "n"}).where == "Outlook on Windows"


def test_half_of_those_whose_program_almost_knows_it_lose():
    assert _feature({"outlook.windows": "n"}).lost == pytest.approx(7.3)
    assert _feature({"outlook.windows": "a"}).lost == pytest.approx(3.65)
    assert next(one for one in features() if one.slug == "css-margin").lost > 40, "what they lack is just this"


def test_patterns_ask_for_all_of_a_text():
    assert matches(None, "x")
    assert matches("flex|grid", " FLEX ")
    assert not matches("flex", "inline-flex")


def test_the_page_is_up_to_date():
    written = (DOCS / "client-support.md").read_text(encoding="utf-8")
    assert written == programs_page(), "run: .venv/bin/python -m tests.documentation"


def test_the_page_shows_every_program_and_feature():
    page = programs_page()
    for program in programs():
        assert f"| {program.name} |" in page
        assert program.group in page
    for one in features():
        assert f"/features/{one.slug}/" in page
        assert one.becomes in page
    assert source()["url"] in page
    assert "MIT licence" in page


def test_the_licence_is_there():
    text = (module.DATA / "LICENSE-caniemail").read_text(encoding="utf-8")
    assert text.count("MIT License") == 2
    assert "Rémi Parmentier" in text
