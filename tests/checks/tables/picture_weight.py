"""How heavy pictures are."""

from newsletter.checks import Picture
from newsletter.items.kinds.image import Image
from tests.checks.build import Case


def _file(size: int, frames: int = 1, mime: str = "image/jpeg", path: str = "a.jpg") -> Picture:
    return Picture(path, mime, size, 1_072, 600, frames)


def _shown(*files: Picture, says: str = "", style: str = "", at: tuple[str | None, str | None] = (None, None)) -> Case:
    body = "".join(f'<img src="{n}.jpg" alt="A" width="536" style="{style}">' for n in range(len(files)))
    return Case(body=body, pictures={f"{n}.jpg": file for n, file in enumerate(files)}, says=says, at=at)


_ITEM = {"items": (Image(id="group", title="Group", src="images/group.jpg", alt="Twelve people"),)}

BAD = [
    _shown(_file(500_001), says="The picture a.jpg has 500 KB, which takes long"),
    _shown(_file(4_200_000), says="has 4.2 MB"),
    _shown(_file(900_000, mime="image/png"), says="has 900 KB"),
    _shown(_file(900_000, mime="image/gif"), says="has 900 KB"),
    _shown(_file(10_000), _file(700_000, path="b.jpg"), says="The picture b.jpg has 700 KB"),
    _shown(*[_file(450_000)] * 5, says="The 5 pictures of the mail have 2.2 MB together"),
    _shown(*[_file(200_100)] * 10, says="The 10 pictures of the mail have 2.0 MB together"),
    Case(
        body='<img src="https://news.example.org/m/1" alt="Twelve people" width="536">',
        pictures={"https://news.example.org/m/1": _file(800_000, path="images/group.jpg")},
        issue=_ITEM,
        says="The picture images/group.jpg has 800 KB",
        at=("group", "src"),
    ),
]

NEAR = [
    Case(),
    *(_shown(_file(size)) for size in (0, 1, 1_000, 40_000, 180_000, 300_000, 400_000, 499_000, 500_000)),
    *(_shown(*[_file(size)] * count) for size, count in ((400_000, 5), (200_000, 10), (100_000, 20), (66_000, 30))),
    _shown(_file(900_000, frames=12, mime="image/gif")),
    _shown(_file(5_000_000, frames=90, mime="image/gif")),
    _shown(_file(400_000), _file(3_000_000, frames=9)),
    _shown(_file(4_200_000), style="display:none"),
    _shown(_file(4_200_000), style="visibility:hidden"),
    Case(pictures={"elsewhere.jpg": _file(4_200_000)}),
    Case(body='<img src="b.jpg" alt="B" width="10">', pictures={"a.jpg": _file(4_200_000)}),
    Case(body='<img src="unknown.jpg" alt="B" width="536">'),
    Case(body='<img alt="B" width="536">', pictures={"": _file(4_200_000)}),
    Case(body='<a href="a.jpg">The picture</a>', pictures={"a.jpg": _file(4_200_000)}),
    Case(body='<!-- <img src="a.jpg"> -->', pictures={"a.jpg": _file(4_200_000)}),
    Case(body='<!--[if mso]><img src="a.jpg"><![endif]-->', pictures={"a.jpg": _file(4_200_000)}),
    Case(body='<img src="a.jpg" alt="A" width="9">' * 9, pictures={"a.jpg": _file(400_000)}),
    Case(body="<p>a.jpg</p>", pictures={"a.jpg": _file(4_200_000)}),
    Case(body='<div aria-hidden="true"><img src="a.jpg" alt=""></div>', pictures={"a.jpg": _file(4_200_000)}),
    Case(issue=_ITEM),
    Case(issue=_ITEM, body='<img src="m/1" alt="A">', pictures={"m/1": _file(90_000, path="images/group.jpg")}),
]
