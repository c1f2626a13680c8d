"""The whole way from an issue to a rendering: what must always hold of the HTML, and what stops it."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.issue.problems import IssueError
from newsletter.items.registry import kinds
from newsletter.render import Assets, fill, load_theme, render
from newsletter.render.calendar import calendars
from newsletter.render.templates import SHIPPED
from tests.render.issues import (
    ASSETS,
    ORGANISATION,
    READER,
    every_kind,
    html_for,
    issue_with,
    rendered,
    sample,
    text_for,
    tree,
)


def test_it_needs_no_django() -> None:
    code = "import sys; from tests.render.issues import *; rendered(sample()); assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SHIPPED.parent)


def test_the_same_issue_gives_the_same_bytes() -> None:
    assert rendered(every_kind()) == rendered(every_kind())
    code = "from tests.render.issues import *; print(hash(rendered(sample()).html))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            cwd=SHIPPED.parent,
            capture_output=True,
            env={"PYTHONHASHSEED": "0", "PYTHONPATH": str(SHIPPED.parent)},
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_a_part_looked_at_alone_is_that_of_the_whole() -> None:
    issue = every_kind()
    whole = fill(rendered(issue), READER)
    for part, other in (("html", "text"), ("text", "html")):
        alone = fill(rendered(issue, parts=(part,)), READER)
        assert getattr(alone, part) == getattr(whole, part)
        assert (getattr(alone, other), alone.subject) == ("", whole.subject)
        assert READER["unsubscribe_url"] in getattr(alone, part)


def test_the_document() -> None:
    html = html_for(every_kind())
    page = tree(html)
    assert html.startswith("<!DOCTYPE html>")
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    first = page.find("body")[0]
    assert (first.get("lang"), first.get("dir")) == ("en", "ltr")
    assert page.findtext("head/title") == every_kind().title
    assert "<mj" not in html and "{{" not in html and "{%" not in html
    assert all(image.get("alt") is not None for image in page.iter("img"))
    assert [h.tag for h in page.iter("h1", "h2", "h3", "h4", "h5", "h6")][:2] == ["h1", "h2"]
    assert len(page.findall(".//h1")) == 1


def test_layout_tables_say_that_they_are_layout() -> None:
    for table in tree(html_for(every_kind())).iter("table"):
        is_prose = any("prose" in (parent.get("class") or "") for parent in table.iterancestors("div"))
        assert is_prose or table.get("role") == "presentation"


def test_nothing_comes_from_others() -> None:
    html = html_for(every_kind())
    assert "fonts.googleapis" not in html and "@import" not in html and "url(" not in html and "<link" not in html
    assert {image.get("src") for image in tree(html).iter("img")} == {
        "https://news.example.org/m/logo.png",
        "https://news.example.org/m/picture.jpg",
    }


def test_column_widths_are_whole_pixels() -> None:
    for style in re.findall(r"<!--\[if mso.*?\[endif]-->", html_for(every_kind()), re.DOTALL):
        assert not re.search(r"width[:=]\"?\d+\.\d", style)


def test_outlook_is_told_the_width_that_is_there() -> None:
    # A padding of "0" without a unit makes the renderer forget the other sides: Outlook's column would be too wide.
    widths = re.findall(
        r"<!--\[if mso \| IE]><td[^>]*width:(\d+)px[^>]*><!\[endif\]-->(.*?)<!--", html_for(every_kind()), re.DOTALL
    )
    said = [(width, content) for width, content in widths if tree(content).text_content().strip()]
    assert len(said) > 10 and {width for width, _ in said} == {"536"}


def test_pictures_have_their_size_and_no_more_than_the_room() -> None:
    page = tree(html_for(every_kind()))
    logo, picture = page.iter("img")
    assert (logo.get("width"), logo.get("height")) == ("160", "32")
    assert picture.get("width") == "536" and picture.get("alt").startswith("Twelve people")
    small = replace(
        ASSETS,
        pictures={"images/delegation.jpg": replace(ASSETS.pictures["images/delegation.jpg"], width=200, height=101)},
    )
    assert tree(html_for(every_kind(), assets=small)).xpath("//img/@width")[1] == "200"


def test_a_decorative_picture_has_an_empty_alt() -> None:
    issue = issue_with('## Here\n```image\nsrc = "line.png"\ndecorative = true\n```\n')
    assert 'alt=""' in html_for(issue)


def test_the_name_stands_once_in_the_foot() -> None:
    twice = replace(ORGANISATION, postal_address="USHRN\n1 Example Street")
    assert text_for(sample(), organisation=twice).count("\nUSHRN\n1 Example Street") == 1
    assert "USHRN\nUSHRN" not in text_for(sample(), organisation=twice)


def test_addresses_and_numbers_become_links() -> None:
    text = '## Ask\n```contact\nname = "Ana"\nemail = "ana+upr@example.org"\nphone = "+41 (0)22 555-01.00"\n```\n'
    links = tree(html_for(issue_with(text))).xpath("//a/@href")
    assert "mailto:ana+upr@example.org" in links and "tel:+410225550100" in links


def test_every_item_is_an_anchor_and_long_issues_list_them() -> None:
    page = tree(html_for(every_kind()))
    for item in every_kind().items:
        assert len(page.xpath(f"//*[@id='{item.id}']")) == 1 and page.xpath(f"//a[@href='#{item.id}']")
    short = issue_with("## One\n\nText\n\n## Two\n\nText\n")
    assert "In this issue" not in html_for(short) and 'id="two"' in html_for(short)


def test_the_preheader_is_hidden_and_padded() -> None:
    html = html_for(issue_with("Hello\n", 'preheader = "What this says"\n'))
    (hidden,) = tree(html).xpath("//div[contains(@style, 'display:none')]")
    assert "mso-hide:all" in hidden.get("style") and hidden.get("aria-hidden") == "true"
    assert hidden.text.startswith("What this says") and len(hidden.text) > 200
    assert not hidden.text.removeprefix("What this says").strip("\u2007\u034f \n")
    assert "display:none;font-size:1px" not in html_for(issue_with("Hello\n"))


def test_dark_mode_in_every_dialect() -> None:
    html = html_for(sample())
    dark = load_theme("default").dark
    assert '<meta name="color-scheme" content="light dark"' in html
    assert '<meta name="supported-color-schemes" content="light dark"' in html
    blocks = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    assert any(":root { color-scheme: light dark; supported-color-schemes: light dark; }" in block for block in blocks)
    (media,) = [block for block in blocks if "prefers-color-scheme" in block]
    (ogsc,) = [block for block in blocks if "[data-ogsc]" in block]
    assert media is not ogsc and "[data-ogsb]" in ogsc
    for block in (media, ogsc):
        assert dark.ink in block and dark.sheet in block and "!important" in block
    # Gmail drops a block for an at-rule within an at-rule.
    assert all(len(re.findall(r"@media", block)) <= 1 for block in blocks)


def test_it_is_small() -> None:
    html = html_for(sample())
    assert len(html.encode()) < 60_000
    assert sum(map(len, re.findall(r"<style.*?</style>", html, re.DOTALL))) < 16_000


def test_buttons_are_cells_that_outlook_shows() -> None:
    html = html_for(sample())
    assert re.search(r'<td[^>]*bgcolor="#0b5cad"[^>]*mso-padding-alt:12px 22px', html)


def test_the_foot_says_why_from_where_and_how_to_leave() -> None:
    page = tree(html_for(sample()))
    said = page.text_content()
    assert "You get this because you are subscribed to the newsletter of USHRN." in said
    assert "1 Example Street" in said and "Atlanta, GA 30303, USA" in said
    links = {a.text_content(): a.get("href") for a in page.iter("a")}
    assert links["Unsubscribe"] == READER["unsubscribe_url"]
    assert links["View in browser"] == ASSETS.archive_url
    assert links["Forward to a friend"].startswith("mailto:?subject=October%202020%20UPR%20Updates&body=")
    assert "View in browser" not in html_for(sample(), assets=Assets())
    own = replace(ORGANISATION, why="You signed up in Geneva.")
    assert "You signed up in Geneva." in html_for(sample(), organisation=own)


def test_a_calendar_file_for_each_event() -> None:
    assets = replace(ASSETS, calendars={"tune-in": "https://news.example.org/m/tune-in.ics"})
    made = calendars(every_kind(), ORGANISATION, assets)
    assert [calendar.item for calendar in made] == ["post-review-debrief", "tune-in"]
    assert all(b"BEGIN:VEVENT" in calendar.content for calendar in made)
    rendering = rendered(every_kind(), assets=assets)
    links = tree(rendering.html).xpath("//a/@href")
    assert "https://news.example.org/m/tune-in.ics" in links and "post-review-debrief.ics" in links
    assert sum(link.startswith("https://calendar.google.com/") for link in links) == 2
    assert sum(link.startswith("https://outlook.live.com/") for link in links) == 2


def test_a_recording_takes_the_place_of_watching() -> None:
    issue = issue_with(
        '## Tune in\n```event\nstarts = 2020-11-09\nwatch_url = "https://a.example.org/w"\nrecording_url = "https://a.example.org/r"\n```\n'
    )
    assert "Watch the recording" in html_for(issue) and "Watch live" not in html_for(issue)
    assert "Watch the recording <https://a.example.org/r>" in text_for(issue)


@pytest.mark.parametrize("kind", kinds())
def test_each_kind_has_its_two_templates(kind: str) -> None:
    assert (SHIPPED / "email" / "items" / f"{kind}.mjml.j2").is_file()
    assert (SHIPPED / "email" / "items" / f"{kind}.txt.j2").is_file()


# Hostile values


@pytest.mark.parametrize(
    "hostile",
    [
        "{% for x in range(9**9) %}{% endfor %}",
        "{# comment #} ${7*7} #{7*7} <%= 7*7 %>",
        "</mj-text><mj-raw><script>alert(1)</script></mj-raw>",
        "''.__class__.__mro__[1].__subclasses__()",
        '" onload="alert(1)',
        "]]> <![CDATA[ x ]]> &amp; &nbsp; <!-- x --> <!DOCTYPE x>",
        "\ufffe\uffff end",
    ],
)
def test_what_editors_write_is_only_ever_text(hostile: str) -> None:
    copy = '## Act\n```engage\n[[actions]]\ndo = "copy"\nlabel = "x"\nform = "op-ed"\ntext = "x"\n```\n'
    issue = issue_with(copy)
    (item,) = issue.items
    action = item.actions[0].model_copy(update={"text": hostile, "label": hostile})  # type: ignore[attr-defined]
    issue = issue.model_copy(
        update={"items": (item.model_copy(update={"actions": (action,), "title": hostile}),), "title": hostile}
    )
    page = tree(html_for(issue))
    seen = " ".join(hostile.replace("\ufffe", "").replace("\uffff", "").split())
    assert " ".join(page.text_content().split()).count(seen) >= 4
    assert not page.xpath("//script") and not page.xpath("//@onload")


def test_lines_of_a_text_to_copy_are_kept() -> None:
    copy = (
        '## Act\n```engage\n[[actions]]\ndo = "copy"\nlabel = "x"\nform = "op-ed"\ntext = "One\\n\\nTwo\\nThree"\n```\n'
    )
    assert re.search(r"One</p><p[^>]*>Two<br ?/?>Three</p>", html_for(issue_with(copy)))


@settings(max_examples=25)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_is_rendered_or_refused(line: str, text: str) -> None:
    item = every_kind().items[0].model_copy(update={"title": line, "body": text})
    issue = every_kind().model_copy(update={"items": (item,), "title": line, "introduction": text, "series": line})
    try:
        rendering = rendered(issue)
    except IssueError:
        return
    rendering.text.encode()
    assert rendering.html.encode().startswith(b"<!DOCTYPE html>")


def test_a_postal_address_with_controls_is_cleaned() -> None:
    html = html_for(sample(), organisation=replace(ORGANISATION, postal_address="1 Street\x00\x0b & Co"))
    assert "1 Street &amp; Co" in " ".join(html.split()) or "1 Street" in html


def test_an_issue_that_is_too_large_is_refused() -> None:
    issue = issue_with("Hello\n")
    text = issue.model_copy(update={"introduction": "word " * 250_000})
    with pytest.raises(IssueError, match="1,000,000"):
        rendered(text)
    wide = issue.model_copy(update={"introduction": "é" * 600_000})
    with pytest.raises(IssueError, match="1,000,000"):
        rendered(wide)


def test_only_the_parts_that_were_given_are_there() -> None:
    bare = render(
        issue_with("Hello\n").model_copy(update={"date": None}),
        load_theme("default"),
        organisation=replace(ORGANISATION, postal_address=""),
    )
    assert "None" not in bare.html + bare.text
    assert bare.preheader == "" and bare.language == "en"
