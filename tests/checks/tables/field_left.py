"""Fields in the finished message."""

from newsletter.render.rendering import FieldUse
from tests.checks.build import TOKEN
from tests.checks.letters import PLAIN, RICH, case, part

_ONE = "F3c9ab2104fe70001"
_USE = FieldUse(token="T77", name="first_name", default="friend", where="text")

BAD = [
    case("in the header", headers={"Subject": f"Dear {_ONE}"}, at=(None, None)),
    case("in the text part", parts=(part(f"Dear {_ONE},"), RICH)),
    case("in the HTML part", parts=(PLAIN, part(f"<p>Dear {_ONE},</p>", "html"))),
    case("in the HTML part", parts=(PLAIN, part(f'<a href="{_ONE}">Unsubscribe</a>', "html"))),
    case("in the HTML part", parts=(PLAIN, part(f'<a href="{TOKEN}">Unsubscribe</a>', "html"))),
    case("in the text part", parts=(part("x" * 70 + f" {_ONE}"), RICH)),
    case("in the text part", parts=(part("Dear T77"), RICH), more={"fields": (_USE,)}),
    case("in the header", headers={"List-Unsubscribe": f"<{_ONE}>"}),
    case("in the text part", parts=(part("", encoding="base64", raw=b"RGVhciBGM2M5YWIyMTA0ZmU3MDAwMQ==\r\n"), RICH)),
]

NEAR = [
    case(),
    *(
        case(parts=(part(text), RICH))
        for text in (
            "Dear Ana",
            "F3c9ab2104fe7",
            "f3c9ab2104fe70001",
            "F3C9AB2104FE70001",
            "xF3c9ab2104fe70001",
            "F-35 and F16",
            "Fabc",
            "FACE0FF",
            "Ffff",
            "F123",
            "F0123 4567 89ab cdef",
            "FOIA 2020-0001-0002",
            "{{first_name}}",
            "T7 and T8",
            "first_name",
            "friend",
            "F3c9ab-2104fe70001",
            "F3c9ab2104f",
            "https://example.org/F3c9ab",
            "A/HRC/WG.6/36/USA/1",
        )
    ),
    *(
        case(parts=(PLAIN, part(html, "html")))
        for html in (
            "<p>Dear Ana</p>",
            '<a href="https://news.example.org/u/Zk3vT0qWc8yLr5bN1sXe7A">Unsubscribe</a>',
            '<p style="color:#F3c9ab">x</p>',
            "<p>&#70;</p>",
            '<img src="https://news.example.org/m/F3c9ab">',
        )
    ),
    *(case(headers={"Subject": text}) for text in ("Dear Ana", "F3c9", "{{x}}")),
    case(more={"fields": (_USE,)}),
]
