"""Formats of pictures."""

from newsletter.checks import Picture
from newsletter.items.kinds.image import Image
from tests.checks.build import Case

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def _of(mime: str, path: str = "a.jpg", says: str = "", level: str = "warning", style: str = "") -> Case:
    body = f'<img src="m/1" alt="A" width="536" style="{style}">'
    file = Picture(path, mime, 90_000, 1_072, 600)
    return Case(body=body, pictures={"m/1": file}, says=says, level=level, at=(None, None))


def _src(src: str, says: str = "", alt: str = "A") -> Case:
    return Case(body=f'<img src="{src}" alt="{alt}" width="536">', says=says, at=(None, None))


_ITEM = {"items": (Image(id="group", title="Group", src="images/group.webp", alt="Twelve people"),)}

BAD = [
    _of("image/webp", "a.webp", "The picture a.webp is webP, which is not shown by Outlook on Windows"),
    _of("image/avif", "a.avif", "is AVIF, which is not shown by Outlook on Windows"),
    _of("image/svg+xml", "a.svg", "is SVG, which is not shown by Gmail in a browser"),
    _of("image/heic", "a.heic", "is HEIF"),
    _of("image/tiff", "a.tiff", "is TIFF"),
    _of("IMAGE/WEBP", "a.webp", "is webP"),
    _of("image/bmp", "a.bmp", "is BMP"),
    _src(PIXEL, "The picture with the words 'A' is written into the mail itself, and is not shown by Gmail"),
    _src(PIXEL, "The picture without words is written into the mail itself", ""),
    _src("DATA:image/gif;base64,R0lGODlhAQABAAAAACw=", "is written into the mail itself"),
    Case(
        body='<img src="https://news.example.org/m/1" alt="Twelve people" width="536">',
        pictures={"https://news.example.org/m/1": Picture("images/group.webp", "image/webp", 90_000, 1_072, 600)},
        issue=_ITEM,
        says="images/group.webp is webP",
        at=("group", "src"),
    ),
    Case(
        body='<img src="m/2" alt="A" width="536">',
        pictures={"m/2": Picture("a.ico", "image/x-icon", 90, 16, 16)},
        says="is ICO",
    ),
]

NEAR = [
    Case(),
    *(_of(mime) for mime in ("image/jpeg", "image/png", "image/gif", "image/jpg", "image/pjpeg", "IMAGE/PNG")),
    _of("image/jpeg", "a.webp"),
    _of("image/jpeg", "webp/a.jpg"),
    _of("image/png", "svg.png"),
    _of("image/apng", "a.png"),
    _of("image/gif", "a.gif"),
    _of("application/octet-stream", "a.jpg"),
    _of("", "a.jpg"),
    _of("image/webp", "a.webp", style="display:none"),
    _src("https://news.example.org/m/1.jpg"),
    _src("https://news.example.org/m/1.webp"),
    _src("https://news.example.org/data:image"),
    _src("cid:logo"),
    _src("m/data"),
    _src(""),
    Case(pictures={"elsewhere": Picture("a.webp", "image/webp", 90_000, 10, 10)}),
    Case(body='<a href="m/1">It</a>', pictures={"m/1": Picture("a.webp", "image/webp", 90_000, 10, 10)}),
    Case(body=f"<p>{PIXEL}</p>"),
    Case(body=f'<a href="#x" title="{PIXEL}">x</a>'),
    Case(body=f'<!-- <img src="{PIXEL}"> -->'),
    Case(body=f'<!--[if mso]><img src="{PIXEL}"><![endif]-->'),
    Case(body=f'<div style="display:none"><img src="{PIXEL}" alt=""></div>'),
    Case(body="<img alt='no file'>"),
    Case(issue=_ITEM),
    Case(body='<picture><source srcset="a.webp" type="image/webp"><img src="a.jpg" alt="A" width="9"></picture>'),
    Case(body='<img src="a.jpg" srcset="data:image/png;base64,x 2x" alt="A" width="9">'),
]
