"""The logo of the organisation, as a file in the site's folder."""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from newsletter.site import Site
from newsletter.store.changing import change
from newsletter.store.pictures import PictureError, fit

WIDTH = 600
"""Pixels at most: twice as many as are shown."""
_KEY = "organisation.logo"


def keep(site: Site, content: bytes, *, actor: str, at: datetime) -> Site:
    """``content`` as the logo from now on. Raises ``PictureError``, ``SiteError``."""
    made = fit(content, max_width=WIDTH)
    if made.ending == "gif":
        raise PictureError("is a GIF; save it as PNG or JPEG")
    path = site.root / f"logo.{made.ending}"
    handle, draft = tempfile.mkstemp(dir=site.root, prefix=".logo.")
    with os.fdopen(handle, "wb") as file:
        file.write(made.content)
    Path(draft).replace(path)
    return change(site, {_KEY: path.name}, actor=actor, at=at)


def drop(site: Site, *, actor: str, at: datetime) -> Site:
    """No logo from now on; the file stays. Raises ``SiteError``."""
    return change(site, {_KEY: None}, actor=actor, at=at)
