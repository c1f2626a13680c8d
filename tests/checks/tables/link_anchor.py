"""Links within the mail."""

from newsletter.items.kinds.text import Text
from tests.checks.build import Case

ITEMS = (
    Text(id="tune-in", title="Tune in", body="A body."),
    Text(id="geneva", title="For Geneva", body="A body.", audience="delegates"),
    Text(id="hotel", title="Hotels", body="A body.", audience="delegates"),
)


def _intro(markdown: str, says: str = "", level: str = "error") -> Case:
    return Case(issue={"introduction": markdown, "items": ITEMS}, says=says, level=level, at=(None, "introduction"))


def _item(markdown: str, audience: str | None, says: str = "", level: str = "warning") -> Case:
    item = Text(id="here", title="Here", body=markdown, audience=audience)
    return Case(issue={"items": (*ITEMS, item)}, says=says, level=level, at=("here", "body"))


def _html(body: str, says: str = "") -> Case:
    return Case(body=body, says=says, level="error", at=(None, None))


BAD = [
    _intro("See [how](#tunein).", "there is no such item"),
    _intro("See [how](#Tune-In).", "'#Tune-In'"),
    _intro("See [how](#).", "there is no such item"),
    _intro("See [how](#debrief).", "'#debrief'"),
    _intro("See [how][1].\n\n[1]: #debrief", "'#debrief'"),
    _intro("See [Geneva](#geneva).", "only readers of 'delegates' get", "warning"),
    _item("See [Geneva](#geneva).", None, "only readers of 'delegates' get"),
    _item("See [Geneva](#geneva).", "press", "only readers of 'delegates' get"),
    _html('<a href="#tune-in">Tune in</a><h2 id="tunein">Tune in</h2>', "leads to '#tune-in'"),
    _html('<a href="#top">Top</a>', "leads to '#top'"),
]

NEAR = [
    *(
        _intro(text)
        for text in (
            "See [how](#tune-in).",
            "See [how][1].\n\n[1]: #tune-in",
            "See [how](<#tune-in>).",
            "See [the page](https://www.example.org/page#nothing).",
            "See [the page](https://www.example.org/#/debrief).",
            "`[how](#debrief)`",
            "```\n[how](#debrief)\n```",
            "#debrief is a tag on X",
            "Follow #UPR and #debrief",
            "No. #4",
            r"\[how\](#debrief)",
            "[Write](mailto:upr@example.org?subject=#debrief)",
            "[Call](tel:+41225550100#12)",
            "(#debrief)",
            "[how] (#debrief)",
            "### Debrief",
            "Plain.",
            "[Tune in](#tune-in) and [tune in again](#tune-in)",
            "> See [how](#tune-in).",
            "- See [how](#tune-in).",
            "| a |\n|---|\n| [how](#tune-in) |",
            "[**Tune in**](#tune-in)",
        )
    ),
    _item("See [Geneva](#geneva).", "delegates"),
    _item("See [how](#tune-in).", "press"),
    _item("See [how](#tune-in).", None),
    _item("See [myself](#here).", None),
    _html('<a href="#tune-in">Tune in</a><h2 id="tune-in">Tune in</h2>'),
    _html('<a href="#tune-in">Tune in</a><h2 class="a" id=tune-in>Tune in</h2>'),
    _html("<a href='#tune-in'>Tune in</a><a name='tune-in'></a>"),
    _html('<a href="https://www.example.org/#top">Top</a>'),
    _html("<p>#top</p>"),
    _html('<!-- <a href="#top">Top</a> -->'),
]
