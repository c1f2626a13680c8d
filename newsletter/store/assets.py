"""Files that readers fetch: kept in data/media under a name that nobody can guess, each content once."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from newsletter.models import Asset
from newsletter.render.rendering import Picture
from newsletter.site import Site
from newsletter.store.media import Media, display_size

_written: ContextVar[list[Path] | None] = ContextVar("written", default=None)
_kept: ContextVar[bool] = ContextVar("kept", default=True)


@contextmanager
def taken_back() -> Iterator[None]:
    """Files that are stored within are gone after it: for who takes back the rows."""
    written: list[Path] = []
    before = _written.set(written)
    try:
        yield
    finally:
        _written.reset(before)
        for path in written:
            path.unlink(missing_ok=True)


@contextmanager
def not_kept() -> Iterator[None]:
    """What is stored within has an address, and is stored nowhere: for who only looks what would be."""
    before = _kept.set(False)
    try:
        yield
    finally:
        _kept.reset(before)


def store(site: Site, media: Media) -> Asset:
    """The asset of ``media``; a new one only where its content is not stored yet."""
    known = Asset.objects.filter(sha256=media.sha256, filename=media.filename).first()
    if known and path_of(site, known).is_file():
        return known
    asset = known or Asset(
        sha256=media.sha256,
        mime=media.mime,
        size=len(media.content),
        filename=media.filename,
        width=media.width,
        height=media.height,
    )
    if _kept.get():
        _write(path_of(site, asset), media.content)
        asset.save()
    return asset


def path_of(site: Site, asset: Asset) -> Path:
    """Where the bytes of ``asset`` lie."""
    return site.data / "media" / asset.stored_name


def address_of(site: Site, asset: Asset) -> str:
    """Where readers fetch ``asset``."""
    return f"{site.settings.site.base_url}/m/{asset.stored_name}"


def picture_of(site: Site, asset: Asset) -> Picture:
    """``asset`` as a picture in a mail."""
    width, height = display_size(asset.width or 1, asset.height or 1)
    return Picture(address_of(site, asset), width, height)


def media_of(site: Site, public_ids: Mapping[str, str]) -> dict[str, Media]:
    """The files with these public ids (by path) as they are stored."""
    known = by_public_id(public_ids.values())
    return {path: _media(site, known[public_id]) for path, public_id in public_ids.items()}


def _media(site: Site, asset: Asset) -> Media:
    return Media(asset.filename, path_of(site, asset).read_bytes(), asset.mime, asset.width, asset.height)


def by_public_id(public_ids: Iterable[str]) -> dict[str, Asset]:
    """The assets of ``public_ids``."""
    return {asset.public_id: asset for asset in Asset.objects.filter(public_id__in=list(public_ids))}


def _write(path: Path, content: bytes) -> None:
    """All of the file or nothing."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
    if (written := _written.get()) is not None:
        written.append(path)
