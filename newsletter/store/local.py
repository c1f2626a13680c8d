"""An issue file rendered with what lies beside it, into a folder. No store, no Django."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from newsletter.issue.files import Loaded
from newsletter.issue.model import Issue
from newsletter.issue.problems import IssueError, Problem
from newsletter.items.kinds.event import Event
from newsletter.render import fill, render
from newsletter.render.calendar import calendar_file, calendars
from newsletter.render.rendering import Assets, Organisation, Picture, Rendering
from newsletter.settings import OrganisationSection, Settings, SiteSection
from newsletter.site import Site
from newsletter.store.identity import organisation_of, template_folders, theme_of
from newsletter.store.media import Media, MediaError, display_size, read, references

_NO_ADDRESS = "[The postal address of your organisation stands here]"
_LARGE = 1_000_000
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Page:
    """One language of an issue: its rendering, and the files that its HTML refers to, by name."""

    issue: Issue
    rendering: Rendering
    organisation: Organisation
    assets: Assets
    media: Mapping[str, bytes]
    """Pictures and documents, by the name that the HTML has for them."""

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Media and calendar files; the latter are made when they are asked for, as a check can do without."""
        made = calendars(self.issue, self.organisation, self.assets)
        return {**self.media, **{calendar.filename: calendar.content for calendar in made}}


def without_site(folder: Path) -> Site:
    """What stands in for a site where there is none, so that an issue can be looked at."""
    settings = Settings(
        site=SiteSection(name="Your organisation", base_url="https://news.example.org"),
        organisation=OrganisationSection(postal_address=_NO_ADDRESS),
    )
    return Site(root=folder / "no-site", settings=settings)


def read_media(loaded: Loaded, folder: Path) -> dict[str, Media]:
    """Each file that the issue and its translations refer to, by the path as written. Raises ``IssueError``."""
    media: dict[str, Media] = {}
    problems: list[Problem] = []
    for issue in (loaded.issue, *loaded.translations.values()):
        for reference in references(issue):
            if reference.path in media:
                continue
            try:
                media[reference.path] = read(folder, reference.path, picture=reference.picture)
            except MediaError as error:
                problems.append(loaded.find(issue.language, Problem(str(error), place=reference.place)))
    if problems:
        raise IssueError(tuple(problems))
    return media


def render_pages(
    issues: Sequence[Issue], media: Mapping[str, Media], site: Site, *, now: datetime, before: Mapping[str, bytes]
) -> Iterator[Page]:
    """A page for each of ``issues``: one issue in its languages, its own first. ``media`` is what they refer to.

    ``before`` holds the calendar files of an earlier rendering by item id: their SEQUENCE is carried on, and raised
    where the event says something else now. Raises ``IssueError``.
    """
    theme, organisation = theme_of(site), organisation_of(site)
    logo_path = site.settings.organisation.logo
    logo = read(site.root, logo_path, picture=True) if logo_path else None
    kept = [*media.values(), *([logo] if logo else [])]
    names = _names(kept)
    sequences, changed_at = _sequences(issues[0], organisation, before, now)
    assets = Assets(
        pictures={path: _picture(file, names) for path, file in media.items() if file.width},
        files={path: names[file.sha256] for path, file in media.items() if not file.width},
        logo=_picture(logo, names) if logo else None,
        sequences=sequences,
        changed_at=changed_at,
    )
    files = {names[file.sha256]: file.content for file in kept}
    for issue in issues:
        made = render(issue, theme, organisation=organisation, assets=assets, templates=template_folders(site))
        yield Page(issue, made, organisation, assets, files)


def calendars_in(folder: Path) -> dict[str, bytes]:
    """The calendar files of an earlier rendering in ``folder``, by item id."""
    found = folder.glob("*.ics") if folder.is_dir() else ()
    return {path.stem: path.read_bytes() for path in found if path.is_file() and path.stat().st_size < _LARGE}


def write_page(page: Page, folder: Path, site: Site) -> list[Path]:
    """``index.html``, ``text.txt`` and all files of ``page`` in ``folder``, as a reader without a name gets them."""
    own = f"{site.settings.site.base_url}/u/preview"
    filled = fill(page.rendering, {"unsubscribe_url": own, "preferences_url": own})
    contents = {"index.html": filled.html.encode(), "text.txt": filled.text.encode(), **page.files}
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [folder / name for name in contents]


def _names(files: list[Media]) -> dict[str, str]:
    """A name for each content, by its hash; two files of one name are told apart by it."""
    names: dict[str, str] = {}
    for file in files:
        plain = f"files/{file.filename}"
        names.setdefault(file.sha256, f"files/{file.sha256[:8]}-{file.filename}" if plain in names.values() else plain)
    return names


def _picture(file: Media, names: Mapping[str, str]) -> Picture:
    width, height = display_size(file.width or 1, file.height or 1)
    return Picture(names[file.sha256], width, height)


def _sequences(
    issue: Issue, organisation: Organisation, before: Mapping[str, bytes], now: datetime
) -> tuple[dict[str, int], datetime]:
    """SEQUENCE of each event, and when the last of them changed."""
    sequences, stamps, changed = {}, [], False
    for item in issue.items:
        if not isinstance(item, Event):
            continue
        old = before.get(item.id)
        number, stamp = _numbers(old) if old else (0, None)
        same = stamp and calendar_file(item, issue, organisation, sequence=number, changed_at=stamp).content == old
        sequences[item.id] = number if same or old is None else number + 1
        changed = changed or not same
        stamps += [stamp] if stamp else []
    return sequences, now if changed or not stamps else max(stamps)


def _numbers(calendar: bytes) -> tuple[int, datetime | None]:
    """SEQUENCE and DTSTAMP of a calendar file."""
    number = re.search(rb"^SEQUENCE:(\d{1,9})\s*$", calendar, re.MULTILINE)
    stamp = re.search(rb"^DTSTAMP:(\d{8}T\d{6}Z)\s*$", calendar, re.MULTILINE)
    try:
        moment = datetime.strptime(stamp[1].decode(), _STAMP).replace(tzinfo=UTC) if stamp else None
    except ValueError:
        moment = None
    return int(number[1]) if number else 0, moment
