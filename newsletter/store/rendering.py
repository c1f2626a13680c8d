"""A revision as readers will get it: one rendering a language."""

from collections.abc import Collection

from newsletter.issue.model import Issue
from newsletter.items.kinds.event import Event
from newsletter.models import Revision
from newsletter.render import render
from newsletter.render.calendar import calendar_file
from newsletter.render.rendering import Assets, Picture, Rendering
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.identity import organisation_of, template_folders, theme_of
from newsletter.store.media import Media, read
from newsletter.store.revisions import open_revision


def render_revision(site: Site, revision: Revision, *, segments: Collection[str] | None = None) -> dict[str, Rendering]:
    """The rendering of each language of ``revision``, the issue's own language first: with all items, or with those
    that somebody sees who is in ``segments`` and no others.

    Pictures, documents and calendar files are stored and have their public addresses.
    """
    theme, organisation = theme_of(site), organisation_of(site)
    return {
        issue.language: render(
            issue,
            theme,
            organisation=organisation,
            assets=assets_for(site, revision, issue),
            templates=template_folders(site),
        )
        for issue in issues_of(revision, segments=segments)
    }


def issues_of(revision: Revision, *, segments: Collection[str] | None = None) -> tuple[Issue, ...]:
    """Each language of ``revision``, the issue's own first: with all items, or with those that somebody sees who is in
    ``segments`` and no others. For whom an item is, the issue itself says; a translation may only narrow it."""
    opened = open_revision(revision)
    every = (opened.issue, *opened.translations.values())
    if segments is None:
        return every
    seen = opened.issue.seen_by(segments)
    hidden = {item.id for item in opened.issue.items} - {item.id for item in seen.items}
    return tuple(one.seen_by(segments).without(hidden) for one in every)


def assets_for(site: Site, revision: Revision, issue: Issue) -> Assets:
    """The addresses of what ``issue``, one language of ``revision``, refers to."""
    organisation = organisation_of(site)
    known = assets.by_public_id(revision.assets.values())
    files = {path: known[public_id] for path, public_id in revision.assets.items()}
    calendars = {}
    for item in issue.items:
        if isinstance(item, Event):
            made = calendar_file(
                item, issue, organisation, sequence=revision.sequences.get(item.id, 0), changed_at=revision.at
            )
            calendars[item.id] = assets.store(site, Media(made.filename, made.content, "text/calendar"))
    return Assets(
        pictures={path: assets.picture_of(site, asset) for path, asset in files.items() if asset.width},
        files={path: assets.address_of(site, asset) for path, asset in files.items() if not asset.width},
        calendars={item: assets.address_of(site, asset) for item, asset in calendars.items()},
        logo=logo_of(site),
        archive_url=archive_url_of(site, revision, issue),
        sequences=revision.sequences,
        changed_at=revision.at,
    )


def archive_url_of(site: Site, revision: Revision, issue: Issue) -> str | None:
    """Where readers find this language of the issue in a browser once it is mailed; ``None`` without an archive."""
    if not site.settings.site.archive or revision.issue.private:
        return None
    own = f"{site.settings.site.base_url}/a/{revision.issue.slug}"
    return own if issue.language == open_revision(revision).issue.language else f"{own}?language={issue.language}"


def logo_of(site: Site) -> Picture | None:
    """The logo of the organisation, stored; ``None`` where the settings name none. Raises ``MediaError``."""
    logo = site.settings.organisation.logo
    return assets.picture_of(site, assets.store(site, read(site.root, logo, picture=True))) if logo else None
