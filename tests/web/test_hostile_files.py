"""Files that mean harm, put in wherever the desk takes one: names that lead elsewhere, a few bytes that unpack to very
many, and what only says that it is a picture. A new page that takes files fails here until it is tried, too."""

import re
import resource
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter.models import Asset
from newsletter.site import Site
from subscribers.models import Import, MailingList, Subscriber
from tests.web.test_access import routes

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = 1_000_000
"""Bytes of a request; what takes more takes files."""
NAMES = [
    "../../../../escaped.png",
    "..\\..\\escaped.png",
    "/escaped.png",
    "C:\\escaped.png",
    "%2e%2e%2fescaped.png",
    "escaped.png\x00.txt",
    "newsletter.toml",
    "../secrets.toml",
    "\u202egnp.escaped",
    "e" * 900 + ".png",
    ".",
    "",
]


def many_pixels() -> bytes:
    """A PNG that says that it has 2.5 thousand million of them."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(9_000_000)))
        + chunk(b"IEND", b"")
    )


def zipped(**parts: bytes) -> bytes:
    """An Office file with such parts, each of which may unpack to far more than it is."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


@cache
def bombs() -> dict[str, bytes]:
    """What means harm, by its name. It takes seconds to make."""
    zeros = bytes(400_000_000)
    return {
        "many.png": many_pixels(),
        "many.docx": zipped(**{"word/document.xml": zeros}),
        "many.xlsx": zipped(**{"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": zeros}),
        "drawn.png": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "page.png": b"<!doctype html><script>alert(1)</script>",
    }


Send = Callable[[Client, SimpleUploadedFile], Any]


def _issue_with(browser: Client, file: SimpleUploadedFile) -> Any:
    source = Path(file.name or "x").name
    text = f'+++\ntitle = "T"\nsubject = "S"\n+++\n\n## P\n\n```image\nsrc = "{source}"\nalt = "x"\n```\n'
    return browser.post("/issues/new/", {"files": [SimpleUploadedFile("brought.md", text.encode()), file]})


def _handed_in(path: str) -> Send:
    return lambda browser, file: browser.post(path, {"title": "T", "alt": "x", "src": "", "upload:src": file})


def _by_link(browser: Client, file: SimpleUploadedFile) -> Any:
    html = browser.post("/items/links/", {"name": "Group", "until": ""}).content.decode()
    link = re.search(r'value="https://[^/"]+(/hand-in/[^"]+)"', html)
    assert link
    return _handed_in(f"{link[1]}image/")(browser, file)


TAKES: dict[str, Send] = {
    "upload": lambda browser, file: browser.post(
        "/issues/news/upload/", {"kind": "file" if (file.name or "").endswith("x") else "picture", "file": file}
    ),
    "issue-new": _issue_with,
    "item-new-kind": _handed_in("/items/new/image/"),
    "item": _handed_in("/items/1/"),
    "hand-in-kind": _by_link,
    "setup-step": lambda browser, file: browser.post(
        "/setup/look/", {"light": "#0b5cad", "dark": "#6cb0f5", "logo": file, "do": "save"}
    ),
    "import-new": lambda browser, file: browser.post("/imports/new/", {"list": "upr", "file": file}),
}
"""By the name of the address: how a file is put in there."""


@pytest.fixture
def browser(signed_in: Callable[..., Client], put: Callable[..., object]) -> Client:
    put()
    MailingList.objects.create(slug="upr", name="UPR")
    browser = signed_in("administrator")
    browser.post("/items/new/text/", {"title": "T", "body": "x"})
    return browser


def settled(browser: Client, answer: Any) -> str:
    """What is said in the end, also of what goes on for a while."""
    path = answer.get("Location", "")
    html: str = answer.content.decode()
    for _ in range(400 if "/imports/job/" in path else 0):
        html = browser.get(path).content.decode()
        if 'id="progress"' not in html:
            return html
        time.sleep(0.02)
    return html


def tree(root: Path) -> set[Path]:
    """Everything that lies around the site and in it, but for what the site keeps itself."""
    kept = {"data", "media"}
    return {one.relative_to(root) for one in root.rglob("*") if not kept & set(one.relative_to(root).parts[:-1])}


def test_every_page_that_takes_files_is_tried() -> None:
    larger = {name for name, _, view in routes() if getattr(view, "largest", 0) > LARGE}
    assert larger - {"webhook-sendgrid"} == set(TAKES)


@pytest.mark.parametrize("place", sorted(TAKES))
def test_what_unpacks_to_very_much_or_is_something_else(site: Site, browser: Client, place: str) -> None:
    assets, before, files = Asset.objects.count(), tree(site.root.parent), bombs()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, content in files.items():
        answer = TAKES[place](browser, SimpleUploadedFile(name, content))
        html = settled(browser, answer)
        refused = answer.status_code in {400, 404, 409, 413, 422} or 'class="problem"' in html
        assert refused, (name, answer.status_code)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < 300_000, "kilobytes"
    assert (Asset.objects.count(), Subscriber.objects.count(), Import.objects.count()) == (assets, 0, 0)
    assert {one for one in tree(site.root.parent) - before if "issues" not in one.parts} == set()


@pytest.mark.parametrize("place", sorted(TAKES))
def test_a_name_leads_nowhere(site: Site, browser: Client, place: str) -> None:
    from PIL import Image

    made = BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "PNG")
    before = tree(site.root.parent)
    settings = (site.root / "newsletter.toml").read_text(), (site.root / "secrets.toml").read_text()
    for name in NAMES:
        file = SimpleUploadedFile("x.png", made.getvalue())
        file.__dict__["_name"] = name  # as it comes over the wire, before anybody looked at it
        answer = TAKES[place](browser, file)
        settled(browser, answer)
        assert answer.status_code < 500, name
    new = {one for one in tree(site.root.parent) - before if one.parts[1:2] not in {("issues",)}}
    chosen = {Path("site/logo.png"), Path("site/templates/themes"), Path("site/templates/themes/own.toml")}
    assert new <= chosen
    assert not list(Path(site.root.anchor).glob("escaped*"))
    assert (site.root / "secrets.toml").read_text() == settings[1]
    if place != "setup-step":
        assert (site.root / "newsletter.toml").read_text() == settings[0]
