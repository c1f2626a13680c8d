"""How checks are run: their order, their places, their pace."""

import subprocess
import sys
import time
from datetime import date

from newsletter.checks import checks, run_checks
from newsletter.checks.page import read_page
from newsletter.checks.texts import Text as ReadText
from newsletter.checks.texts import links_of, texts_of
from newsletter.issue.problems import Place
from newsletter.items.kinds.button import Button
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Engage, Share
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from tests.checks.build import HTML, Case, context

LINK = "[here](https://www.example.org)"


def test_findings_come_in_the_order_of_the_mail():
    items = (
        Text(id="z-first", title="First", body=f"See {LINK}"),
        Debrief(id="a-second", title="Second", starts=date(2020, 1, 7), details="to follow", body=f"{LINK}"),
    )
    case = Case(
        issue={"items": items, "introduction": f"Look {LINK}", "subject": "Hello", "preheader": None},
        address="",
        light={"quiet": "#999999"},
    )
    places = [(finding.place.item, finding.place.field, finding.check) for finding in run_checks(context(case))]
    assert places[:6] == [
        (None, "subject", "subject"),
        (None, "preheader", "preheader"),
        (None, "introduction", "link-words"),
        ("z-first", "body", "link-words"),
        ("a-second", "body", "link-words"),
        ("a-second", "starts", "past"),
    ]
    assert places[6] == ("a-second", "details", "open-promise")
    assert {check for _, _, check in places[7:]} == {"contrast", "postal-address"}


def test_a_finding_in_markdown_names_its_line():
    text = f"One\n\nTwo\nand {LINK}\n\nOn Monday, November 10.\n\nDear *|FNAME|*"
    found = run_checks(context(Case(issue={"items": (Text(id="a", title="A", body=text),)})))
    assert [finding.place.line for finding in found] == [4, 6, 8]
    assert {finding.check: finding.place for finding in found} == {
        "link-words": Place(line=4, item="a", field="body"),
        "weekday": Place(line=6, item="a", field="body"),
        "unresolved-field": Place(line=8, item="a", field="body"),
    }


def test_places_of_plain_texts_are_written_as_in_the_file():
    share = Share(do="share", label="Share it", networks=("x", "email"), text="Watch it on Monday, November 10.")
    item = Engage(id="engage", title="Engage", actions=(share, share))
    found = run_checks(context(Case(issue={"items": (item,)})))
    assert [finding.place for finding in found] == [
        Place(item="engage", field="actions[1].text"),
        Place(item="engage", field="actions[2].text"),
    ]


def test_every_text_is_looked_at():
    item = Button(id="join", title="Join", body="A body", label="A label", url="https://www.example.org/")
    issue = context(Case(issue={"items": (item,), "introduction": "An introduction", "series": "A series"})).issue
    found = {(text.place.item, text.place.field): text.value for text in texts_of(issue)}
    assert found[(None, "introduction")] == "An introduction"
    assert found[(None, "series")] == "A series"
    assert found[("join", "title")] == "Join"
    assert found[("join", "body")] == "A body"
    assert found[("join", "label")] == "A label"


def test_links_of_markdown():
    text = ReadText(
        "A [first **link**](https://a.example.org)\nand <https://b.example.org>\n\n- [third\n  one][x]\n\n"
        "[x]: https://c.example.org",
        Place(field="introduction"),
    )
    assert [(link.words, link.target, link.place.line) for link in links_of(text)] == [
        ("first link", "https://a.example.org", 1),
        ("https://b.example.org", "https://b.example.org", 2),
        ("third one", "https://c.example.org", 4),
    ]


def test_a_page_is_read_as_it_is_seen():
    page = read_page(
        '<!doctype html><html><head><title>T</title><style>a{}</style></head><body><div style="display:none">pre'
        "<!-- no --><b>header</b></div>tail <p>a<b>b</b>c</p><td>x</td> after <!-- c -->z"
        '<a href="u">He<i>re</i><img src=x alt="pic"></a><img src=y><script>s()</script></body></html>'
    )
    assert page.text == "tail a b c x after z He re"
    assert page.hidden == "pre header"
    assert [(link.href, link.text) for link in page.links] == [("u", "Here pic")]
    assert page.pictures == ("pic", None)
    assert page.styles == ("a{}",)


def test_what_is_nested_deeply_is_read_too():
    assert read_page("<div>" * 1_000 + "deep" + "</div>" * 1_000).text == "deep"


def test_an_empty_page():
    assert read_page("").text == ""


def test_findings_of_an_issue_of_30_items_come_in_a_moment():
    body = "\n\n".join(
        f"On Monday, November 9, **{number} missions** heard [the report of group {number}](https://example.org/{number})"
        for number in range(8)
    )
    items = tuple(
        Event(id=f"item-{number}", title=f"Item {number}", starts=date(2020, 11, 9), body=body) for number in range(30)
    )
    html = HTML.replace(
        "{body}", '<table role="presentation"><tr><td style="padding:0"><p>word</p></td></tr></table>' * 850
    )
    case = Case(issue={"items": items}, html=html)
    run_checks(context(case))
    taken = []
    for _ in range(3):
        fresh = context(case)
        start = time.process_time()  # other tests run beside this one
        run_checks(fresh)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.15, f"{min(taken) * 1000:.0f} ms"


def test_checks_know_no_django():
    code = "import sys, newsletter.checks as c; c.checks(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_names_are_unique_and_sorted():
    assert list(checks()) == sorted({check.name for check in checks().values()})
