"""A revision as it is looked at before it is mailed: the rendering of a mailing, but nothing is stored for it."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

from newsletter.issue.model import Issue
from newsletter.models import Revision
from newsletter.render import render
from newsletter.render.rendering import Assets, Part, Picture, Rendering
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.identity import organisation_of, template_folders, theme_of
from newsletter.store.media import Media, display_size, read
from newsletter.store.rendering import archive_url_of


def render_preview(
    site: Site,
    revision: Revision,
    issue: Issue,
    *,
    logo_url: str,
    base: str = "",
    parts: Collection[Part] = ("html", "text"),
) -> Rendering:
    """The rendering of ``issue``, one language of ``revision``, with those ``parts``. Raises ``IssueError``.

    Pictures and documents have the address ``base`` + ``/m/...``: without a base they come from whatever name this
    server is looked at under. ``logo_url`` is where the logo is served.
    """
    return render(
        issue,
        theme_of(site),
        organisation=organisation_of(site),
        assets=_assets(site, revision, issue, logo_url, base),
        templates=template_folders(site),
        parts=parts,
    )


def logo_to_show(site: Site) -> Media | None:
    """The logo of the organisation as it is mailed; ``None`` where there is none that can be used (sending says so)."""
    name = site.settings.organisation.logo
    if not name:
        return None
    try:
        found = (site.root / name).stat()
        return _logo(site.root, name, found.st_mtime_ns, found.st_size)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=4)
def _logo(root: Path, name: str, _changed: int, _size: int) -> Media:
    return read(root, name, picture=True)


def _assets(site: Site, revision: Revision, issue: Issue, logo_url: str, base: str) -> Assets:
    known = assets.by_public_id(revision.assets.values())
    files = {path: known[public_id] for path, public_id in revision.assets.items() if public_id in known}
    addresses: Mapping[str, str] = {path: f"{base}/m/{asset.stored_name}" for path, asset in files.items()}
    logo = logo_to_show(site)
    return Assets(
        pictures={
            path: Picture(addresses[path], *display_size(asset.width, asset.height or 1))
            for path, asset in files.items()
            if asset.width
        },
        files={path: addresses[path] for path, asset in files.items() if not asset.width},
        logo=Picture(logo_url, *display_size(logo.width or 1, logo.height or 1)) if logo else None,
        archive_url=archive_url_of(site, revision, issue),
        sequences=revision.sequences,
        changed_at=revision.at,
    )
