"""What is found behind links."""

from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter.checks import Fault, Visit
from newsletter.items.kinds.text import Text
from tests.checks.build import Case

_AT = datetime(2020, 10, 28, 12, tzinfo=UTC)
_URL = "https://www.example.org/2020/report"


def _case(says: str = "", level: str = "warning", *, url: str = _URL, **visit: Any) -> Case:
    told = {"status": None if "fault" in visit else 200, **visit}
    item = Text(id="a", title="A", body=f"One\n\nRead [the joint report]({url}).")
    return Case(says=says, level=level, at=("a", "body"), issue={"items": (item,)}, visits={url: Visit(_AT, **told)})


_FAULTS = [
    (Fault.NAME, "there is no host of that name", "error"),
    (Fault.TLS, "its connection cannot be trusted", "error"),
    (Fault.PRIVATE, "into a private network", "error"),
    (Fault.LOOP, "in a circle", "error"),
    (Fault.ADDRESS, "to what no browser opens", "error"),
    (Fault.REACH, "could not be reached", "warning"),
    (Fault.TIME, "gave no whole answer in time", "warning"),
]
_OTHER = {"https://www.example.org/": Visit(_AT, status=200)}

BAD = [
    *(_case(says, level, fault=fault) for fault, says, level in _FAULTS),
    _case("(the certificate ran out)", "error", fault=Fault.TLS, said="the certificate ran out"),
    _case("by way of https://b.example/x", "error", fault=Fault.PRIVATE, hops=("https://b.example/x",)),
    _case("a page that is not there (404)", "error", status=404),
    _case("a page that is not there (410)", "error", status=410),
    *(_case(f"the server has a fault ({status})", status=status) for status in (500, 502, 503)),
    *(_case(f"lets no program in ({status})", "note", status=status) for status in (400, 401, 403, 405, 429, 451)),
    *(
        _case("to a page that says", title=title)
        for title in (
            "Page not found", "404", "Error 404 - Example", "404 | Example", "Not Found", "Oops! Not found",
            "Page Not Found – United Nations", "This page doesn’t exist", "Seite nicht gefunden", "Page introuvable",
            "Página no encontrada", "The page you requested could not be found", "This video is no longer available",
            "File not found", "This domain is for sale", "Account Suspended",
        )
    ),
    _case("answers like any other address there", alike=True),
    _case("to the front page of its site", hops=("https://www.example.org/",)),
    _case("to the front page of its site", hops=("https://example.org",)),
    _case("to another site, other.example.net", hops=("https://other.example.net/x",)),
    _case("to another site, c.example.com", hops=("https://b.example.net/x", "https://c.example.com/y")),
    _case("runs out on 2020-11-10", expires=_AT + timedelta(days=13)),
    _case("takes long to answer", seconds=5.0),
    Case(says="No link could be tried", at=(None, None), visits={_URL: Visit(_AT, fault=Fault.NAMES)}),
    Case(
        says="the name servers gave no answer",
        at=("a", "body"),
        issue={"items": (Text(id="a", title="A", body=f"[The report]({_URL})"),)},
        visits={_URL: Visit(_AT, fault=Fault.NAMES), **_OTHER},
    ),
    Case(
        says="not there (404)",
        level="error",
        at=(None, None),
        body=f'<a href="{_URL}">x</a>',
        visits={_URL: Visit(_AT, status=404), **_OTHER},
    ),
]  # fmt: skip

NEAR = [
    Case(),
    Case(visits={_URL: Visit(_AT, status=404)}),
    *(_case(status=status) for status in (200, 201, 204, 206)),
    *(
        _case(title=title)
        for title in (
            "", "The report", "404 people were heard", "What was not said", "Found in translation",
            "Lost and found", "The missing page of the report", "Page 2", "Room 2", "Not forgotten",
            "Error correction codes",
            "A home not found: housing in 2020", "Removed: the story of a family", "Unavailable evidence and the law",
        )
    ),
    _case(hops=("https://www.example.org/2020/report/",)),
    _case(hops=("https://example.org/2020/report",)),
    _case(hops=("https://docs.example.org/report.pdf",)),
    _case(hops=("https://www.example.org/en/2020/report", "https://www.example.org/en/2020/report/")),
    _case(hops=("https://www.example.org/?report=2020",)),
    _case(hops=("https://www.example.org/#/report",)),
    _case(url="https://www.example.org/", hops=("https://www.example.org/en/",)),
    _case(url="https://www.example.org", hops=("https://www.example.org/",)),
    _case(url="http://www.example.org/", hops=("https://www.example.org/",)),
    _case(url="https://www.example.co.uk/x", hops=("https://media.example.co.uk/x",)),
    _case(url="https://www.ohchr.org.example/x", hops=("https://searchlibrary.ohchr.org.example/x",)),
    *(_case(expires=_AT + timedelta(days=days)) for days in (14, 15, 90, 400)),
    *(_case(seconds=seconds) for seconds in (0.0, 0.5, 2.0, 4.9)),
]  # fmt: skip
