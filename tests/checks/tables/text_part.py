"""The text part beside the HTML."""

from newsletter.items.kinds.engage import Engage, Share, Write
from newsletter.items.sharing import letter_link, share_links
from newsletter.render.rendering import FieldUse
from tests.checks.build import TEXT, Case

WORDS = "We are grateful to all of the working groups who took part in the lobbying of the missions. " * 4
URL = "https://media.example.org/upr-live"


def _pair(html: str, text: str, says: str = "", level: str = "warning", **changes: object) -> Case:
    text = TEXT.replace("{body}", text)
    return Case(body=html, text=text, says=says, level=level, at=(None, None), **changes)  # type: ignore[arg-type]


def _link(href: str, text: str, says: str = "") -> Case:
    return _pair(f'<p>Watch <a href="{href}">the broadcast</a> live.</p>', text, says)


def _token(name: str, where: str) -> FieldUse:
    return FieldUse(token=f"F0a{name}{where}", name=name, default="friend", where=where)  # type: ignore[arg-type]


SHARE = Share(do="share", label="Share it", networks=("x", "email"), text="Watch it on November 9.")
WRITE = Write(
    do="write",
    label="Write",
    to="Your senator",
    email="senator@example.org",
    subject="The review",
    text="Please answer.",
)
ENGAGE = Engage(id="engage", title="Engage", actions=(SHARE, WRITE))
BUTTONS = "".join(f'<a href="{link.url.replace("&", "&amp;")}">{link.label}</a>' for link in share_links(SHARE))
LETTER = f'<a href="{(letter_link(WRITE) or "").replace("&", "&amp;")}">Write</a>'

BAD = [
    Case(text="", says="The text part of the mail is empty", level="error", at=(None, None)),
    Case(text=" \n\n ", says="The text part of the mail is empty", level="error"),
    _pair(f"<p>{WORDS}</p>", "View this mail in your browser.", "the HTML 82; readers of the text miss most"),
    _pair("<h1>October</h1><h2>Tune in</h2>", "October", "The heading 'Tune in' is in the HTML, but not in the text"),
    _pair("<h1>October</h1><h3>Outcomes of the week</h3>", "October", "The heading 'Outcomes of the week'"),
    _pair(f"<p>{WORDS}</p><h2>Questions?</h2>", WORDS, "The heading 'Questions?'"),
    _pair("<h2>6. Tune in</h2>", "16. Tune in", "The heading '6. Tune in'"),
    _pair("<h2>Tune in</h2>", "Calendar <tune-in.ics> https://example.org/tune-in", "The heading 'Tune in'"),
    _pair("<h2>“Act”</h2>", "The facts", "The heading '“Act”'"),
    _link(URL, "Watch the broadcast live.", f"The link 'the broadcast' to {URL} is in the HTML, but not in the text"),
    _link(URL, "Watch https://media.example.org/", "The link 'the broadcast'"),
    _link(URL + "?a=1&amp;b=2", f"{URL}?a=1", "The link 'the broadcast'"),
    _link("mailto:news@example.org", "Write to us.", "to mailto:news@example.org"),
    _link("tel:+1-404-555-0100", "Call us.", "to tel:+1-404-555-0100"),
    _pair(BUTTONS, "Share it", "The link 'X'"),
]

NEAR = [
    Case(),
    _pair("<p>Short.</p>", "x"),
    _pair(f"<p>{WORDS}</p>", WORDS),
    _pair(f"<p>{WORDS}</p>", " ".join(WORDS.split()[:48])),
    _pair("<h1>October 2020 UPR Updates</h1>", "October 2020 UPR Updates\n===="),
    _pair("<h1>October 2020 UPR Updates</h1>", "OCTOBER 2020\nUPR UPDATES"),
    _pair("<h2>How can you stay  <b>engaged</b>?</h2>", "How can you\n  stay engaged?"),
    _pair("<h2>&#8220;Quoted&#8221; – with dashes</h2>", '"Quoted" - with dashes'),
    _pair("<h2></h2>", "x"),
    _pair("<h2>…</h2>", "x"),
    _pair('<h2 style="display:none">Hidden</h2>', "x"),
    _pair('<h2 aria-hidden="true">Hidden</h2>', "x"),
    _pair("<!-- <h2>Comment</h2> -->", "x"),
    _pair("<h2>مستجدات أكتوبر</h2>", "مستجدات أكتوبر"),
    _pair("<h2>联合国人权理事会</h2>", "联合国人\n权理事会"),
    _pair("<h2>การทบทวนสิทธิ</h2>", "การทบทวน\nสิทธิ"),
    _link(URL, f"Watch the broadcast <{URL}> live."),
    _link(URL, f"Watch the broadcast:\n{URL}"),
    _link(URL + "?a=1&amp;b=2", f"{URL}?a=1&b=2"),
    _link("https://example.org/a%20b", "https://example.org/a b"),
    _link("https://example.org/a b", "https://example.org/a%20b"),
    _link("https://example.org/%C3%A9", "https://example.org/é"),
    _link("mailto:news@example.org", "Write to news@example.org."),
    _link("mailto:News@Example.org?subject=Hi", "Write to news@example.org."),
    _link("mailto:a%2Bb@example.org", "Write to a+b@example.org."),
    _link("mailto:?subject=October&amp;body=x", "x"),
    _link("tel:+14045550100", "Call +1 404 555-0100."),
    _link("tel:+1-404-555-0100;ext=1"[:20], "Call +1 (404) 555 0100."),
    _link("#tune-in", "x"),
    _pair(f'<p style="display:none"><a href="{URL}">hidden</a></p>', "x"),
    _pair(f"<p>{URL}</p>", "x"),
    _pair(f'<p><a href="{URL}">One</a> <a href="{URL}">Two</a></p>', URL),
    _pair(f'<p><img src="{URL}" alt="A"></p>', "x"),
    _pair(BUTTONS, "Share it", issue={"items": (ENGAGE,)}),
    _pair(LETTER, "Write", issue={"items": (ENGAGE,)}),
    _pair(
        "<h2>Dear F0afirst_namehtml</h2>",
        "Dear F0afirst_nametext",
        fields=(_token("first_name", "html"), _token("first_name", "text")),
    ),
]
