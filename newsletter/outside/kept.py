"""What was found behind links within the last hour, in a file of the site."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from newsletter.checks.answers import Visit
from newsletter.site import Site

KEEP = timedelta(hours=1)
FILE = "visits.json"
_MOST = 2_000_000
"""Bytes; a larger file is none of ours."""
_VISITS = TypeAdapter(dict[str, Visit])


def known(site: Site, now: datetime) -> dict[str, Visit]:
    """What was found within the last hour."""
    return {url: visit for url, visit in _read(site.data / FILE).items() if timedelta() <= now - visit.at < KEEP}


def keep(site: Site, visits: Mapping[str, Visit], *, now: datetime) -> None:
    """Keep ``visits`` for an hour, so that other pages and commands know them. Where the folder cannot be written to,
    they are not kept."""
    with suppress(OSError):
        _write(site.data / FILE, {**known(site, now), **visits})


def _read(path: Path) -> dict[str, Visit]:
    try:
        if path.stat().st_size > _MOST:
            return {}
        return _VISITS.validate_json(path.read_bytes())
    except (OSError, ValidationError, ValueError):
        return {}


def _write(path: Path, visits: dict[str, Visit]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".visits")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_VISITS.dump_json(visits))
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
