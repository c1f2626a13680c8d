"""Links that are not encrypted."""

from newsletter.items.kinds.button import Button
from newsletter.items.kinds.image import Image
from tests.checks.build import Case


def _intro(markdown: str, says: str = "") -> Case:
    return Case(issue={"introduction": markdown}, says=says, at=(None, "introduction"))


SAYS = "begins with http://"

BAD = [
    _intro("[The report](http://www.example.org/report)", "http://www.example.org/report begins with http://"),
    _intro("[The report](HTTP://www.example.org/report)", "begins with http://"),
    _intro("<http://www.example.org/report>", SAYS),
    _intro("See http://www.example.org/report.", SAYS),
    _intro("[The report][1]\n\n[1]: http://www.example.org/report", SAYS),
    _intro("[The report](<http://www.example.org/report>)", SAYS),
    Case(
        issue={"items": (Button(id="join", title="Join", label="Join", url="http://www.example.org/"),)},
        says=SAYS,
        at=("join", "url"),
    ),
    Case(
        issue={"items": (Image(id="i", title="I", src="a.png", alt="Twelve people", link="http://www.example.org/"),)},
        says=SAYS,
        at=("i", "link"),
    ),
]

NEAR = [
    _intro(text)
    for text in (
        "[The report](https://www.example.org/report)",
        "<https://www.example.org/report>",
        "See https://www.example.org/report.",
        "The letters http:// open an address.",
        "`http://www.example.org/report`",
        "```\ncurl http://www.example.org/report\n```",
        "[The report](https://archive.example.org/web/2020/http://www.example.org/)",
        "[The report](https://www.example.org/?from=http://www.un.org)",
        "[The report](https://www.example.org/http)",
        "[http](https://http.example.org/)",
        "http is the older protocol",
        "HTTP/2 and HTTP/3",
        "[Mirror](http://abcdefghijklmnop.onion/report)",
        "[Preview](http://localhost:8000/)",
        "[Preview](http://127.0.0.1:8000/)",
        "[Write](mailto:upr@example.org)",
        "[Call](tel:+41225550100)",
        "[Down](#tune-in)",
        "xhttp://www.example.org",
        "https:// and http:// differ",
        r"\[The report\](no link)",
        "www.example.org",
        "example.org/http://",
        "[The report](https://www.example.org/a%20http%3A%2F%2Fb)",
        "Talk about shttp",
        "[A](https://a.example.org) and [b](https://b.example.org)",
        "![http](https://www.example.org/a.png)",
        "[x]: https://www.example.org/http://a",
        "The scheme `http:`",
        "El protocolo http es antiguo.",
        "Le protocole http est ancien.",
    )
]
