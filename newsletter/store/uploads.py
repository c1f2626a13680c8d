"""Files that are put in at the desk: stored at once, under a path by which the text of an issue can refer to them.

The path tells which file it is, so that it can be written into any issue or item, and taken back and put in again.
"""

import re
from collections.abc import Iterable

from newsletter.models import Asset
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.media import taken

_PATH = re.compile(r"(?:images|files)/([a-z0-9-]{1,60})-([0-9a-f]{8,64})\.([a-z]{3,4})")
_LENGTHS = (8, 16, 32, 64)
"""Characters of the hash in a path: eight, and more only where another file has the same."""


def put_in(site: Site, name: str, content: bytes, *, picture: bool) -> tuple[str, Asset]:
    """The file as it will be mailed, stored, and the path that an issue refers to it by, such as
    ``images/delegation-1f0c9a3e.jpg``. ``name`` is what the browser calls it. Raises ``media.MediaError``."""
    asset = assets.store(site, taken(name, content, picture=picture))
    stem, _, ending = asset.filename.rpartition(".")
    folder = "images" if picture else "files"
    paths = (f"{folder}/{stem}-{asset.sha256[:length]}.{ending}" for length in _LENGTHS)
    return next(path for path in paths if _asset_of(path) == asset), asset


def uploaded(paths: Iterable[str]) -> dict[str, str]:
    """Those of ``paths`` that ``put_in`` gave, each with the public id of its asset."""
    found = {path: _asset_of(path) for path in paths}
    return {path: asset.public_id for path, asset in found.items() if asset}


def _asset_of(path: str) -> Asset | None:
    named = _PATH.fullmatch(path)
    if named is None:
        return None
    stem, digest, ending = named.groups()
    # The oldest: whoever makes another file of the same name and the same beginning of a hash changes no issue.
    same = Asset.objects.filter(filename=f"{stem}.{ending}", sha256__startswith=digest)
    return same.order_by("pk").first()
