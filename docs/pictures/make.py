"""Makes the pictures of this folder anew: `python docs/pictures/make.py` in a checkout.

Needs what the tests need (Playwright with a Chromium); talks to nobody.
"""

import base64
import io
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE)]

import desk  # noqa: E402  (needs the path above)
from PIL import Image, ImageDraw  # noqa: E402  (needs the path above)
from playwright.sync_api import Browser, sync_playwright  # noqa: E402  (needs the path above)

from newsletter.issue.model import Issue  # noqa: E402  (needs the path above)
from newsletter.issue.parse import parse  # noqa: E402  (needs the path above)
from newsletter.items.registry import kinds  # noqa: E402  (needs the path above)
from newsletter.render import Assets, Organisation, Picture, fill, load_theme, render  # noqa: E402  (needs the path above)
from tests.browser import FLAGS, executable  # noqa: E402  (needs the path above)

BLOCKED = "https://pictures.example.org/"
READER = {
    "first_name": "Ana",
    "unsubscribe_url": "https://news.example.org/u/0",
    "preferences_url": "https://news.example.org/p/0",
    "timezone": "America/New_York",
}
ORDER = ("text", "image", "quote", "button", "recap", "engage", "event", "debrief", "resources", "contact")
ALL_KINDS = """\
+++
title = "Every kind of item"
subject = "Every kind of item"
timezone = "Europe/Zurich"
zones = ["America/New_York"]
series = "UPR Updates"
date = 2020-10-28
+++

Each item is written as plain text with a few named fields; the look comes from the theme.

"""


def _data(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _logo() -> Picture:
    image = Image.new("RGBA", (250, 64))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 63, 63), 16, fill="#0b5cad")
    draw.ellipse((18, 18, 45, 45), outline="#ffffff", width=6)
    draw.text((84, 6), "USHRN", fill="#0b2545", font_size=48)
    return Picture(_data(image), 250, 64)


def _photograph() -> Picture:
    image = Image.new("RGB", (1072, 536))
    draw = ImageDraw.Draw(image)
    for y in range(536):
        draw.line([(0, y), (1072, y)], fill=(40 + y // 8, 90 + y // 7, 140 + y // 9))
    for x, height in ((60, 180), (240, 260), (430, 210), (620, 300), (820, 230)):
        draw.ellipse((x + 40, 536 - height - 90, x + 120, 536 - height - 10), fill="#f4e3d0")
        draw.rounded_rectangle((x, 536 - height, x + 160, 600), 50, fill="#0b2545")
    return Picture(_data(image), 1072, 536)


ASSETS = Assets(
    pictures={"images/delegation.jpg": _photograph()},
    logo=_logo(),
    archive_url="https://news.example.org/a/october-2020",
)


def _html(issue: Issue) -> str:
    organisation = Organisation("USHRN", "1 Example Street\nAtlanta, GA 30303, USA", "news.example.org")
    return fill(render(issue, load_theme("default"), organisation=organisation, assets=ASSETS), READER).html


def _issue(text: str) -> Issue:
    parsed = parse(text, file="issue.md", slug="october-2020")
    if parsed.issue is None or parsed.problems:
        raise SystemExit(f"the issue has mistakes: {parsed.problems}")
    return parsed.issue


def _shot(browser: Browser, html: str, width: int, *, dark: bool = False) -> Image.Image:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.route("http*://**", lambda route: route.abort())
    page.set_content(html)
    image = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    context.close()
    return image


def _beside(images: list[Image.Image], ground: str) -> Image.Image:
    gap = 24
    height = max(image.height for image in images) + 2 * gap
    board = Image.new("RGB", (sum(image.width for image in images) + gap * (len(images) + 1), height), ground)
    x = gap
    for image in images:
        board.paste(image, (x, gap))
        x += image.width + gap
    return board


def _pages(image: Image.Image, height: int, count: int) -> list[Image.Image]:
    """`count` pieces of a long picture, from its top."""
    return [image.crop((0, height * n, image.width, min(height * (n + 1), image.height))) for n in range(count)]


def _save(image: Image.Image, name: str) -> None:
    # Few colours: a picture of text stays sharp and small.
    file = HERE / name
    image.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{name}: {image.width} x {image.height}, {file.stat().st_size // 1000} KB")  # noqa: T201  (a script)


def main() -> None:
    """Write every picture."""
    sample = _html(_issue((ROOT / "newsletter/sample/october-2020.md").read_text(encoding="utf-8")))
    order = [*ORDER, *sorted(kinds().keys() - set(ORDER))]
    every = _html(_issue(ALL_KINDS + "\n".join(kinds()[kind].example for kind in order)))
    with tempfile.TemporaryDirectory() as folder:
        _write(sample, every, Path(folder) / "site")


def _write(sample: str, every: str, site: Path) -> None:
    desk.make(site)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(playwright.chromium.executable_path), args=FLAGS
        )
        desktop = _shot(browser, sample, 800)
        _save(_beside(_pages(desktop, (desktop.height + 1) // 2, 2), "#f4f5f7"), "mail-desktop.png")
        _save(_beside(_pages(_shot(browser, sample, 375), 1_100, 4), "#c9ced6"), "mail-phone.png")
        _save(_beside(_pages(_shot(browser, sample, 375, dark=True), 1_100, 4), "#4a515a"), "mail-dark.png")
        _save(
            _shot(browser, every.replace("data:image/png;base64,", BLOCKED), 700).crop((0, 0, 700, 2_400)),
            "mail-images-off.png",
        )
        board = _shot(browser, every, 640)
        _save(_beside(_pages(board, (board.height + 2) // 3, 3), "#f4f5f7"), "kinds.png")
        for name, images in desk.look(browser, site).items():
            _save(_beside(images, "#c9ced6") if len(images) > 1 else images[0], name)
        browser.close()


if __name__ == "__main__":
    main()
