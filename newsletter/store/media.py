"""Pictures and documents that an issue file refers to: found beside it, checked, made fit for mail.

No Django here: a file is checked and rendered without a site, too.
"""

import hashlib
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from newsletter.issue.model import Issue
from newsletter.issue.problems import Place
from newsletter.items.base import Item
from newsletter.items.kinds.image import Image as ImageItem
from newsletter.items.kinds.resources import Resources
from newsletter.items.text import slugify
from newsletter.store import documents

MAX_BYTES = 10_000_000
DISPLAY_WIDTH = 600
"""The width of a mail in CSS pixels; pictures keep twice that for sharp screens."""
_SHOWN = 80
"""Characters of a name in a message."""


class MediaError(ValueError):
    """A file that cannot be used; the message says why and how to mend it."""


@dataclass(frozen=True)
class Reference:
    """One mention of a file: the ``path`` as the issue file writes it, and where it stands."""

    path: str
    place: Place
    picture: bool


@dataclass(frozen=True)
class Media:
    """A file as readers will get it. ``width`` and ``height`` are pixels, of pictures only."""

    filename: str
    content: bytes
    mime: str
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> str:
        """The hash of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def references(issue: Issue) -> Iterator[Reference]:
    """Each file that ``issue`` refers to, in the order of the items."""
    for item in issue.items:
        if isinstance(item, ImageItem):
            yield Reference(item.src, Place(item=item.id, field="src"), picture=True)
        elif isinstance(item, Resources):
            for number, link in enumerate(item.links, 1):
                if link.file:
                    yield Reference(link.file, Place(item=item.id, field=f"links[{number}].file"), picture=False)


def renamed(item: Item, names: Mapping[str, str]) -> Item:
    """``item``, referring to its files by other ``names`` (old path -> new path)."""
    if isinstance(item, ImageItem) and item.src in names:
        return item.model_copy(update={"src": names[item.src]})
    if isinstance(item, Resources):
        links = [
            link.model_copy(update={"file": names[link.file]}) if link.file and link.file in names else link
            for link in item.links
        ]
        return item.model_copy(update={"links": tuple(links)})
    return item


def read(folder: Path, path: str, *, picture: bool) -> Media:
    """The file at ``path`` in or below ``folder``. Raises ``MediaError``.

    Refused: paths that leave the folder (by ``..``, from the root or through a symbolic link), what is no plain file,
    over 10 MB, and other types than JPEG, PNG, GIF and WebP for pictures, PDF and Word for documents. Pictures lose
    what the camera wrote into them (place, device), are turned upright, and are at most 1,200 pixels wide.
    """
    return fitted(path, _content(folder, path), picture=picture)


def fitted(path: str, content: bytes, *, picture: bool) -> Media:
    """The file called ``path`` with this ``content``, as readers will get it. Raises ``MediaError``, as ``read``."""
    if len(content) > MAX_BYTES:
        raise MediaError(f"'{path}' has {len(content) / 1e6:.1f} MB; the limit is 10 MB: make it smaller")
    stem = slugify(PurePosixPath(path).stem)
    return _picture(stem, path, content) if picture else _document(stem, path, content)


def taken(name: str, content: bytes, *, picture: bool) -> Media:
    """The file ``content`` that somebody chose in a browser, which says that it is called ``name``: only the last part
    of that counts, and as plain letters. Raises ``MediaError`` as ``read`` does."""
    last = PurePosixPath(name.replace("\\", "/")).name.replace("\0", "").strip()
    shown = last if len(last) <= _SHOWN else f"…{last[1 - _SHOWN :]}"
    if not content:
        raise MediaError(f"'{shown}' is empty")
    return fitted(shown, content, picture=picture)


def display_size(width: int, height: int) -> tuple[int, int]:
    """The size in CSS pixels at which a picture of ``width`` by ``height`` pixels is shown."""
    shown = min(width, DISPLAY_WIDTH)
    return shown, max(1, round(height * shown / width))


def _content(folder: Path, path: str) -> bytes:
    plain = PurePosixPath(path)
    if plain.is_absolute() or ".." in plain.parts or "\\" in path or path[1:2] == ":" or path.startswith("~"):
        raise MediaError(
            f"'{path}' leads out of the folder of the issue file; put the file beside it and write 'images/picture.jpg'"
        )
    home = folder.resolve()
    try:
        found = (home / plain).resolve(strict=True)
        info = found.stat()
    except (OSError, RuntimeError, ValueError):
        raise MediaError(f"there is no file '{path}' beside the issue file{_near(home, path)}") from None
    if not found.is_relative_to(home):
        raise MediaError(
            f"'{path}' is a link to a file outside the folder of the issue file; put the file itself there"
        )
    if not stat.S_ISREG(info.st_mode):
        raise MediaError(f"'{path}' is not a file")
    if info.st_size > MAX_BYTES:
        raise MediaError(f"'{path}' has {info.st_size / 1e6:.1f} MB; the limit is 10 MB: make it smaller")
    try:
        with found.open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError as error:
        raise MediaError(f"'{path}' cannot be read: {error.strerror}") from None


def _near(home: Path, path: str) -> str:
    folder = home / PurePosixPath(path).parent
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() and folder.is_relative_to(home) else []
    near = get_close_matches(PurePosixPath(path).name, names, n=1)
    return f"; did you mean '{PurePosixPath(path).parent / near[0]}'?" if near else ""


def _document(stem: str, path: str, content: bytes) -> Media:
    ending = PurePosixPath(path).suffix[1:].lower()
    try:
        documents.check(ending, content)
    except documents.DocumentError as error:
        raise MediaError(f"'{path}' {error}") from None
    return Media(f"{stem}.{ending}", content, documents.MIMES[ending])


def _picture(stem: str, path: str, content: bytes) -> Media:
    from newsletter.store.pictures import PictureError, fit  # noqa: PLC0415  Pillow is slow to load, pictures are rare

    try:
        fitted = fit(content, max_width=2 * DISPLAY_WIDTH)
    except PictureError as error:
        raise MediaError(f"'{path}' {error}") from None
    return Media(f"{stem}.{fitted.ending}", fitted.content, fitted.mime, fitted.width, fitted.height)
