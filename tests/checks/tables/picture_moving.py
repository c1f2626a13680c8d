"""Pictures that move."""

from newsletter.checks import Picture
from newsletter.items.kinds.image import Image
from tests.checks.build import Case


def _gif(frames: int, size: int, says: str = "", level: str = "note", mime: str = "image/gif", style: str = "") -> Case:
    file = Picture("countdown.gif", mime, size, 536, 300, frames)
    body = f'<img src="m/1" alt="Nine days" width="536" style="{style}">'
    return Case(body=body, pictures={"m/1": file}, says=says, level=level, at=(None, None))


_ITEM = {"items": (Image(id="count", title="Nine days", src="countdown.gif", alt="Nine days"),)}

BAD = [
    _gif(2, 20_000, "countdown.gif moves; Outlook on Windows shows its first frame alone"),
    _gif(12, 300_000, "countdown.gif moves"),
    _gif(90, 6_100_000, "The moving picture countdown.gif has 6.1 MB in 90 frames", "warning"),
    _gif(2, 1_000_001, "has 1.0 MB in 2 frames", "warning"),
    _gif(12, 2_000_000, "has 2.0 MB in 12 frames", "warning", "image/webp"),
    _gif(12, 200_000, "moves", "note", "image/apng"),
    Case(
        body='<img src="m/1" alt="Nine days" width="536">',
        pictures={"m/1": Picture("countdown.gif", "image/gif", 9_000, 536, 300, 5)},
        issue=_ITEM,
        says="moves",
        level="note",
        at=("count", "src"),
    ),
]

NEAR = [
    Case(),
    *(_gif(1, size) for size in (0, 100, 10_000, 100_000, 500_000, 999_999, 1_000_000, 1_000_001, 5_000_000)),
    *(_gif(1, 5_000_000, mime=mime) for mime in ("image/jpeg", "image/png", "image/webp", "image/apng", "image/avif")),
    _gif(0, 90_000),
    _gif(12, 300_000, style="display:none"),
    _gif(12, 6_000_000, style="visibility:hidden"),
    Case(pictures={"elsewhere": Picture("a.gif", "image/gif", 9_000_000, 10, 10, 99)}),
    Case(body='<img src="m/2" alt="x">', pictures={"m/1": Picture("a.gif", "image/gif", 9_000_000, 10, 10, 99)}),
    Case(body='<a href="m/1">x</a>', pictures={"m/1": Picture("a.gif", "image/gif", 9_000_000, 10, 10, 99)}),
    Case(body='<!-- <img src="m/1"> -->', pictures={"m/1": Picture("a.gif", "image/gif", 9_000_000, 10, 10, 99)}),
    Case(body="<p>m/1</p>", pictures={"m/1": Picture("a.gif", "image/gif", 9_000_000, 10, 10, 99)}),
    Case(
        body='<!--[if mso]><img src="m/1"><![endif]-->',
        pictures={"m/1": Picture("a.gif", "image/gif", 9_000_000, 10, 10, 99)},
    ),
    Case(
        body='<div aria-hidden="true"><img src="m/1" alt=""></div>',
        pictures={"m/1": Picture("a.gif", "image/gif", 9_000_000, 10, 10, 99)},
    ),
    Case(body='<img src="countdown.gif" alt="Nine days" width="536">'),
    Case(body='<img src="movie.gif" alt="It moves" width="536">'),
    _gif(1, 9_000_000, style="border:0"),
    _gif(1, 9_000_000, mime="image/avif"),
    Case(issue=_ITEM),
    Case(issue=_ITEM, body='<img src="countdown.gif" alt="Nine days" width="536">'),
]
