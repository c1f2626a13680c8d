"""Links that were to be filled in later. The mail of these cases comes from a site at news.example.org."""

from datetime import date

from newsletter.items.kinds.event import Event
from newsletter.items.kinds.resources import Resource, Resources
from tests.checks.build import Case


def _link(url: str, says: str = "", level: str = "warning") -> Case:
    return Case(
        issue={"introduction": f"Watch [the review]({url})."}, says=says, level=level, at=(None, "introduction")
    )


def _event(url: str, says: str = "", level: str = "warning") -> Case:
    item = Event(id="tune-in", title="Tune in", starts=date(2020, 11, 9), watch_url=url)
    return Case(issue={"items": (item,)}, says=says, level=level, at=("tune-in", "watch_url"))


def _resource(url: str, says: str = "", level: str = "warning") -> Case:
    item = Resources(id="more", title="More", links=(Resource(label="The report", url=url),))
    return Case(issue={"items": (item,)}, says=says, level=level, at=("more", "links[1].url"))


EXAMPLE, LATER, PRIVATE, NOWHERE = "kept for examples", "to be filled in later", "inside one network", "leads nowhere"

BAD = [
    _link("https://example.com/report", EXAMPLE),
    _link("https://www.example.com", EXAMPLE),
    _link("https://example.net/upr", EXAMPLE),
    _event("https://media.example.com/upr-live", EXAMPLE),
    _resource("https://files.example.com/report.pdf", EXAMPLE),
    _link("https://www.yourdomain.com/report", LATER),
    _link("https://your-website.org/", LATER),
    _link("https://yoursite.com/page", LATER),
    _link("https://www.mysite.com", LATER),
    _link("https://domain.com/page", LATER),
    _link("https://website.com", LATER),
    _link("https://www.tusitio.es/", LATER),
    _link("https://votre-site.fr/", LATER),
    _link("https://placeholder.com/", LATER),
    _link("https://xxxx.org/", LATER),
    _link("https://www.ohchr.org/insert-link-here", LATER),
    _link("https://www.ohchr.org/your-link", LATER),
    _link("https://www.ohchr.org/placeholder", LATER),
    _link("https://www.ohchr.org/upr?id=%5Bid%5D", LATER),
    _link("https://www.ohchr.org/TODO", LATER),
    _link("https://zoom.us/j/xxxxxxxx", LATER),
    _link("https://www.youtube.com/watch?v=XXXX", LATER),
    _link("https://docs.google.com/forms/d/e/.../viewform", LATER),
    _link("https://www.", LATER),
    _link("http://localhost:8000/report", PRIVATE, "error"),
    _link("http://127.0.0.1/report", PRIVATE, "error"),
    _link("http://192.168.1.4/report", PRIVATE, "error"),
    _link("http://10.0.0.7/", PRIVATE, "error"),
    _link("http://[::1]/", PRIVATE, "error"),
    _link("http://169.254.10.1/", PRIVATE, "error"),
    _link("https://intranet.office.local/report", NOWHERE, "error"),
    _link("https://staging.ushrn.test/", NOWHERE, "error"),
    _event("https://nas.lan/video", NOWHERE, "error"),
]

NEAR = [
    *(
        _link(url)
        for url in (
            "https://media.example.org/upr-live",
            "https://www.example.org/",
            "https://example.org",
            "https://www.ohchr.org/en/hr-bodies/upr",
            "https://examples.ohchr.org/",
            "https://www.myexample.info/",
            "https://example.community/",
            "https://www.yourvoicematters.org/",
            "https://yourdomainname-matters.org/",
            "https://ourorganizing.org/",
            "https://www.mycompanystory.org/",
            "https://linkedin.com/company/ohchr",
            "https://www.un.org/your-rights",
            "https://www.un.org/yourpage-of-rights",
            "https://www.un.org/insert",
            "https://www.un.org/todos-los-derechos",
            "https://www.un.org/todo-list",
            "https://www.un.org/pages/here-we-stand",
            "https://www.un.org/link-between-rights",
            "https://www.un.org/?id=12345",
            "https://www.un.org/a?x=1",
            "https://8.8.8.8/",
            "https://localhost-rights.org/",
            "https://local.gov.uk/",
            "https://www.local.ch/",
            "https://test.org/",
            "https://testimony.example.org/",
            "https://internal-displacement.org/",
            "https://lan.org/",
            "https://www.invalidenrat.de/",
            "https://domains.un.org/",
            "https://www.un.org/xx",
            "https://zoom.us/j/93412345678",
            "https://www.youtube.com/watch?v=xX9XxxXa1",
            "mailto:name@example.com",
            "#placeholder",
        )
    ),
    _event("https://webtv.un.org/en/asset/k1x"),
    _resource("https://reports.example.org/xxl"),
]
