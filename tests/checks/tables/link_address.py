"""Addresses that lead nowhere as they are written."""

from newsletter.items.kinds.button import Button
from newsletter.items.kinds.engage import Engage, Share
from tests.checks.build import Case


def _intro(markdown: str, says: str = "", level: str = "error") -> Case:
    return Case(issue={"introduction": markdown}, says=says, level=level, at=(None, "introduction"))


def _link(url: str, says: str = "", level: str = "error") -> Case:
    return _intro(f"Watch [the review]({url}) with us.", says, level)


def _button(url: str, says: str = "", level: str = "error") -> Case:
    item = Button(id="join", title="Join", label="Join the call", url=url)
    return Case(issue={"items": (item,)}, says=says, level=level, at=("join", "url"))


def _share(text: str) -> Case:
    share = Share(do="share", label="Share", networks=("x",), text=text, url="https://www.example.org/upr")
    return Case(issue={"items": (Engage(id="e", title="E", actions=(share,)),)})


def _href(href: str, says: str = "") -> Case:
    return Case(body=f'<p><a href="{href}">Watch</a></p>', says=says, level="error", at=(None, None))


WATCH = "https://media.example.org/upr-live"

BAD = [
    _link("javascript:alert(1)", "begins with javascript:"),
    _link("ftp://files.example.org/report.pdf", "begins with ftp:"),
    _link("file:///C:/report.pdf", "begins with file:"),
    _link("data:text/html,hi", "begins with data:"),
    _link("webcal://www.example.org/upr.ics", "begins with webcal:"),
    _link("www.example.org/report", "is not a whole address"),
    _link("//www.example.org/report", "is not a whole address"),
    _link("https://https://www.example.org/report", "twice or broken"),
    _link("http://https//www.example.org/report", "twice or broken"),
    _button("https://https://www.example.org/", "twice or broken"),
    _button("https://www//example.org/", "twice or broken"),
    _link("https://www..example.org/", "no host that can exist"),
    _link("https://report/", "no host that can exist"),
    _link("https://-bad-.example.org/", "no host that can exist"),
    _link("https://300.1.2.3/", "no host that can exist"),
    _button("https://a.b..c/", "no host that can exist"),
    _link("https://www.example.con/report", "is .com meant", "warning"),
    _link("https://www.example.ogr/report", "is .org meant", "warning"),
    _link("https://www.example.org/report.", "ends in “.”", "warning"),
    _link("https://www.example.org/report,", "ends in “,”", "warning"),
    _link("https://www.example.org/report%20", "ends in a space", "warning"),
    _link("https://www.example.org/report%E2%80%9D", "ends in “””", "warning"),
    _button("https://www.example.org/?a=1&amp;b=2", "holds &amp;", "warning"),
    _link("https://www.example.org/100%/report", "holds a %", "warning"),
    _intro("Watch it at https//media.example.org/upr", "no mail program can open it", "warning"),
    _intro("See htp://www.example.org/upr for more.", "no mail program can open it", "warning"),
    _intro("See https:/www.example.org/upr for more.", "no mail program can open it", "warning"),
    _intro("See ttps://www.example.org for more.", "no mail program can open it", "warning"),
    _intro(r"The file is C:\Users\office\report.pdf", "no mail program can open it", "warning"),
    _intro("It is at file:///home/office/report.pdf", "no mail program can open it", "warning"),
    _href("javascript:void(0)", "begins with javascript:"),
    _href("cid:part1", "begins with cid:"),
]

NEAR = [
    *(
        _link(url)
        for url in (
            WATCH,
            "HTTPS://www.Example.org/Report",
            "http://www.example.org/report",
            "https://example.org",
            "https://example.org:8443/report",
            "https://www.example.org/report.pdf",
            "https://www.example.org/a/b/c/?q=1&r=2#part",
            "https://www.example.org/report#section-2.",
            "https://web.example.org/web/2020/https://www.example.org/report",
            "https://www.example.org/go?to=https%3A%2F%2Fmedia.example.org",
            "https://www.example.org/Report_(2020)",
            "https://www.example.org/100%25/report",
            "https://www.example.org/caf%C3%A9",
            "https://www.example.org/café",
            "https://menschenrechte.example.org/prüfung",
            "https://münchen.example.org/",
            "https://xn--mnchen-3ya.example.org/",
            "https://8.8.8.8/report",
            "https://[2001:db8::1]/report",
            "https://sub_domain.example.org/",
            "https://a.example.org/~office/",
            "https://www.example.org/?a=1&b=2",
            "https://www.example.org/?q=a+b",
            "https://www.conference.example.org/",
            "https://connect.example.community/",
            "mailto:upr@example.org",
            "mailto:upr@example.org?subject=UPR%20live",
            "tel:+41225550100",
            "#tune-in",
            "https://www.example.org/report!",
            "https://www.example.org/watch?v=abc-_1",
        )
    ),
    _button(WATCH),
    _button("https://www.example.org/a;b=c/d"),
    _intro(f"Watch it at {WATCH}."),
    _intro("Watch it at www.example.org/upr."),
    _intro("Meet at 14:30 // bring water."),
    _intro("and/or, 24/7, w/o, http and https"),
    _intro("`ftp://files.example.org` was switched off. The letters http: stand before it."),
    _intro("The C: drive is full."),
    _intro("Chapter II: What we ask"),
    _share("Watch the review: https://media.example.org/upr-live #UPR"),
    _href("https://www.example.org/"),
    _href("#tune-in"),
    _href("mailto:upr@example.org"),
    _href("files/report.pdf"),
]
