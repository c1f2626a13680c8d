"""What the checks are to know beside an issue and its rendering, as far as it takes no store: pictures, the site's own
templates, the issues before and beside it. No Django.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from newsletter.checks import Context, Picture
from newsletter.issue.files import load
from newsletter.issue.model import Issue
from newsletter.issue.problems import IssueError
from newsletter.issue.promises import open_before
from newsletter.render.rendering import Rendering
from newsletter.site import Site
from newsletter.store.identity import known_fields, organisation_of, theme_of
from newsletter.store.local import Page
from newsletter.store.media import Media, read

_LARGEST_TEMPLATE = 1_000_000
"""Bytes; a template that is larger is none."""


def bare_contexts(
    site: Site,
    seen: Iterable[tuple[Issue, Rendering]],
    *,
    whole: Sequence[Issue],
    fallbacks: Mapping[str, Sequence[str]],
    pictures: Mapping[str, Picture],
    known: Sequence[Issue],
    now: datetime,
) -> Iterator[Context]:
    """A context for each of ``seen``, of which nobody knows who gets it.

    ``whole``: the issue in all its languages, its own first. ``fallbacks``: language -> ids of items that are not
    translated. ``known``: the issues of the site, oldest first. Raises ``ThemeError``.
    """
    own = whole[0]
    theme, organisation, templates = theme_of(site), organisation_of(site), own_templates(site)
    languages = tuple(issue.language for issue in whole)
    earlier = open_before(own, known)
    others = tuple(
        dict.fromkeys(name for issue in known if issue.slug != own.slug for name in (issue.title, issue.slug))
    )
    for issue, rendering in seen:
        yield Context(
            issue,
            rendering,
            theme,
            organisation,
            now,
            earlier=earlier,
            others=tuple(name for name in others if name not in {own.title, own.slug}),
            pictures=pictures,
            templates=templates,
            untranslated=dict.fromkeys(fallbacks.get(issue.language, ()), own.language),
            languages=languages,
        )


def pictures_of(site: Site, page: Page, media: Mapping[str, Media]) -> dict[str, Picture]:
    """The pictures of ``page`` by the ``src`` that they have in its HTML."""
    found = {shown.url: picture_of(path, media[path]) for path, shown in page.assets.pictures.items()}
    logo = site.settings.organisation.logo
    if logo and page.assets.logo:
        found[page.assets.logo.url] = picture_of(logo, read(site.root, logo, picture=True))
    return found


def picture_of(path: str, media: Media) -> Picture:
    """``media`` as the checks look at it."""
    frames = frames_in(BytesIO(media.content)) if media.mime == "image/gif" else 1
    return Picture(path, media.mime, len(media.content), media.width or 1, media.height or 1, frames)


def own_templates(site: Site) -> dict[str, str]:
    """The site's own e-mail templates by their path below ``templates``, as far as they can be read."""
    found = {}
    for path in sorted((site.templates / "email").rglob("*.j2")):
        try:
            if path.stat().st_size <= _LARGEST_TEMPLATE:
                found[path.relative_to(site.templates).as_posix()] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):  # rendering tells what is wrong with a template that is used
            continue
    return found


def working_copies(site: Site) -> list[Issue]:
    """The issue files in ``issues/`` that can be read, by date, those without one at the end; ``issue check`` tells
    what is wrong with the others."""
    found = []
    for path in sorted(site.issues.glob("*.md")):
        try:
            found.append(load(path, known_fields=known_fields(site)).issue)
        except IssueError:
            continue
    return sorted(found, key=lambda issue: issue.date or date.max)


def frames_in(gif: Path | BytesIO) -> int:
    """The pictures that the GIF ``gif`` shows one after another; 1 where it cannot be read."""
    from PIL import Image  # noqa: PLC0415  Pillow is slow to load, animations are rare

    try:
        with Image.open(gif, formats=["GIF"]) as image:
            return int(getattr(image, "n_frames", 1))
    except (OSError, ValueError, SyntaxError):  # it was read once already: what is wrong with it now is told elsewhere
        return 1
