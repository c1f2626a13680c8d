"""How large pictures are shown."""

from newsletter.checks import Picture
from newsletter.items.kinds.image import Image
from tests.checks.build import Case


def _shown(
    attributes: str, file: tuple[int, int] | None = None, size: int = 90_000, says: str = "", mime: str = "image/jpeg"
) -> Case:
    body = f'<img src="m/1.jpg" alt="A" {attributes}>'
    pictures = {"m/1.jpg": Picture("a.jpg", mime, size, *file)} if file else {}
    return Case(body=body, pictures=pictures, says=says, at=(None, None))


_ITEM = {"items": (Image(id="group", title="Group", src="images/group.jpg", alt="Twelve people"),)}

BAD = [
    _shown("", says="The picture 1.jpg has no width in its tag"),
    _shown("", (536, 300), says="The picture a.jpg has no width in its tag"),
    _shown('width="100%"', says="has no width"),
    _shown('width=""', says="has no width"),
    _shown('style="width:100%;max-width:536px"', says="has no width"),
    _shown('height="200"', says="has no width"),
    _shown('width="536"', (4_032, 3_024), 2_500_000, "is 4,032 pixels wide and shown at 536; its 2.5 MB load longer"),
    _shown('width="160"', (900, 500), 150_000, "is 900 pixels wide and shown at 160; its 150 KB"),
    _shown('style="width:160px"', (900, 500), 150_000, "is 900 pixels wide and shown at 160"),
    _shown('width="536"', (320, 200), says="is 320 pixels wide but shown at 536, so that it is blurred"),
    _shown(
        'width="536" height="100"', (1_072, 600), says="is shown at 536 by 100 pixels, but its file has 1,072 by 600"
    ),
    _shown('width="200" height="200"', (400, 200), says="it is squeezed"),
    Case(
        body='<img src="m/1" alt="Twelve people" width="536">',
        pictures={"m/1": Picture("images/group.jpg", "image/jpeg", 1_500_000, 4_032, 3_024)},
        issue=_ITEM,
        says="4,032 pixels wide",
        at=("group", "src"),
    ),
]

NEAR = [
    Case(),
    _shown('width="536"'),
    _shown('width="536px"'),
    _shown('width="536" height="auto"'),
    _shown('width="536" style="width:100%;height:auto"'),
    _shown('style="width:536px"'),
    _shown('style="width:536px;height:auto"'),
    _shown('width="536"', (536, 300)),
    _shown('width="536"', (537, 300)),
    _shown('width="536"', (535, 300)),
    _shown('width="536"', (1_072, 600)),
    _shown('width="536"', (1_608, 900), 400_000),
    _shown('width="536"', (4_032, 3_024), 99_000),
    _shown('width="40"', (400, 400), 12_000),
    _shown('width="536" height="300"', (1_072, 600)),
    _shown('width="536" height="302"', (1_072, 600)),
    _shown('width="536" height="290"', (1_072, 600)),
    _shown('width="160" height="32"', (320, 64)),
    _shown('width="160" height="32"', (321, 64)),
    _shown('width="160" style="height:32px;width:100%"', (320, 64)),
    _shown('width="536"', (0, 0)),
    _shown('width="536" height="100"', (1_072, 0)),
    _shown('width="536"', (100, 100), mime="image/svg+xml"),
    _shown('style="display:none"', (4_032, 3_024), 2_500_000),
    Case(body='<div style="display:none"><img src="x.png" alt="x"></div>'),
    Case(body="<p>&lt;img src=x.png&gt;</p>"),
    Case(body='<!-- <img src="x.png"> -->'),
    Case(body='<!--[if mso]><img src="x.png"><![endif]-->'),
    Case(body="<img alt='nothing to show'>"),
    Case(body='<img src="" alt="nothing to show">'),
    Case(pictures={"elsewhere.jpg": Picture("a.jpg", "image/jpeg", 2_500_000, 4_032, 3_024)}),
    Case(issue=_ITEM),
]
