"""How large the HTML of the largest reader is."""

from newsletter.items.kinds.text import Text
from newsletter.render.rendering import FieldUse
from tests.checks.build import HTML, TOKEN, Case

_FRAME = len(HTML.replace("{body}", "").encode()) + 77 - len(TOKEN)
"""The sound mail with the longest unsubscribe address."""


def _of(total: int, filling: str = "x", **changes: object) -> Case:
    count, rest = divmod(total - _FRAME, len(filling.encode()))
    return Case(body=filling * count + "y" * rest, **changes)


def _bad(total: int, says: str, level: str, filling: str = "x", **changes: object) -> Case:
    return _of(total, filling, says=says, level=level, at=(None, None), **changes)


def _field(token: str, name: str = "first_name", where: str = "html") -> FieldUse:
    return FieldUse(token=token, name=name, default="friend", where=where)  # type: ignore[arg-type]


_ITEMS = {"items": (Text(id="a", title="Short", body="x"), Text(id="b", title="Long story", body="x" * 500))}


def _largest(size: int, says: str = "", level: str = "warning", body: str = "") -> Case:
    return Case(largest=size, body=body, says=says, level=level, at=(None, None))


BAD = [
    _largest(90_000, "has 90 KB for the reader with the longest values"),
    _largest(99_999, "has 100 KB"),
    _largest(100_000, "has 100 KB", "error"),
    _largest(250_000, "has 250 KB", "error"),
    _largest(95_000, "has 95 KB", body="x" * 200_000),
    _bad(90_000, "has 90 KB", "warning"),
    _bad(99_999, "has 100 KB", "warning"),
    _bad(100_000, "has 100 KB", "error"),
    _bad(104_000, "has 104 KB", "error"),
    _bad(100_000, "has 100 KB", "error", "ä"),
    _bad(100_000, "has 100 KB", "error", "你"),
    _of(95_000, issue=_ITEMS, says="has 95 KB"),
    Case(
        body="tokenname" + "x" * (90_000 - _FRAME - 1_200),
        fields=(_field("tokenname"),),
        says="has 90 KB for the reader with the longest values",
    ),
    Case(
        body="tokenname" * 2 + "x" * (100_000 - _FRAME - 2_400),
        fields=(_field("tokenname"),),
        says="has 100 KB",
        level="error",
    ),
]

NEAR = [
    Case(),
    _largest(0),
    _largest(500),
    _largest(60_000),
    _largest(89_000),
    _largest(89_999),
    _largest(80_000, body="x" * 120_000),
    _largest(80_000, body="x" * 85_000 + "tokenname" * 9),
    Case(body="tokenname" * 30, largest=40_000, fields=(_field("tokenname"),)),
    Case(body="x" * 95_000, largest=89_999),
    _of(10_000),
    _of(30_000),
    _of(60_000),
    _of(80_000),
    _of(89_000),
    _of(89_999),
    _of(89_999, "ä"),
    _of(89_999, "你"),
    _of(89_999, "🎥"),
    _of(89_999, "<p>x</p>"),
    _of(89_999, issue=_ITEMS),
    _of(40_000, text="x" * 200_000),
    Case(body="tokenname" + "x" * (89_999 - _FRAME - 1_200), fields=(_field("tokenname"),)),
    Case(body="tokenname" * 2 + "x" * (89_999 - _FRAME - 2_400), fields=(_field("tokenname"),)),
    Case(body="tokentime" + "x" * (89_999 - _FRAME - 200), fields=(_field("tokentime", "local_time"),)),
    _of(89_999, fields=(_field("tokensubject", where="subject"),)),
    _of(89_999, fields=(_field("tokentext", where="text"),)),
    Case(body="tokentext" + "x" * (89_990 - _FRAME), fields=(_field("tokentext", where="text"),)),
    _of(89_999, fields=(_field("tokenthatisnowhere"),)),
    _of(89_999, issue={"introduction": "A" * 90_000}),
]
