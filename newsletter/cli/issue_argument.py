"""ISSUE on the command line: the name of an issue of the site, or the path of an issue file."""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.issue.problems import IssueError, Place

if TYPE_CHECKING:
    from newsletter.issue.files import Loaded
    from newsletter.issue.model import Issue
    from newsletter.models import Revision
    from newsletter.site import Site
    from newsletter.store.media import Media

IssueArgument = Annotated[
    str, typer.Argument(metavar="ISSUE", help="The name of an issue of the site, or the path of an issue file.")
]


@dataclass(frozen=True)
class OpenedIssue:
    """An issue that is looked at, not mailed: from a file without any store, or the newest revision of a name."""

    issues: tuple["Issue", ...]
    """In its languages, its own first."""
    media: "Mapping[str, Media]"
    site: "Site"
    has_site: bool
    place: Callable[[str, Place], Place]
    """Language and place in the issue -> place in the file, as far as there is one."""
    fallbacks: Mapping[str, tuple[str, ...]]
    """Language -> ids of items that are not translated."""
    files: Mapping[str, Path]
    """Language -> its file; of a revision the working copy, where it says the same."""
    revision: "Revision | None" = None
    """Where it was saved, and is looked at as it was saved."""


def path_of(argument: str) -> Path | None:
    """The file that ``argument`` means, if any: an issue's name has neither a slash nor a point. A name that the store
    does not know yet means the working copy in issues/.
    """
    if "." in argument or "/" in argument or Path(argument).is_file():
        return Path(argument)
    site = shell.open_site()
    from newsletter.models import Revision

    copy = _working_copy(site, argument)
    return copy if copy.is_file() and not Revision.objects.filter(issue__slug=argument).exists() else None


def _working_copy(site: "Site", slug: str) -> Path:
    return Path(os.path.relpath(site.issues / f"{slug}.md"))


def unsaved_copies(site: "Site", saved: Collection[str]) -> list[Path]:
    """Working copies in issues/ of issues that are not ``saved``; translations stand beside them."""
    names = sorted(path.stem for path in site.issues.glob("*.md") if "." not in path.stem)
    return [_working_copy(site, name) for name in names if name not in saved]


def look_at(argument: str) -> OpenedIssue:
    """The issue that ``argument`` names, to be looked at. Raises ``Stop`` and ``IssueError``."""
    path = path_of(argument)
    if path is None:
        return _from_store(argument)
    from newsletter.issue.files import load
    from newsletter.store.identity import known_fields
    from newsletter.store.local import read_media, without_site

    site = shell.find_site()
    loaded = load(path, known_fields=known_fields(site or without_site(path.parent)))
    return OpenedIssue(
        (loaded.issue, *loaded.translations.values()),
        read_media(loaded, path.parent),
        site or without_site(path.parent),
        site is not None,
        loaded.place,
        loaded.fallbacks,
        _files(loaded),
    )


def _from_store(slug: str) -> OpenedIssue:
    site = shell.open_site()
    revision, copy = _newest(site, slug)
    from newsletter.store.assets import media_of
    from newsletter.store.revisions import open_revision

    opened = open_revision(revision)
    issues = (opened.issue, *opened.translations.values())
    place = copy.place if copy else lambda language, place: place
    files = _files(copy) if copy else {}
    return OpenedIssue(issues, media_of(site, revision.assets), site, True, place, opened.fallbacks, files, revision)


def _files(loaded: "Loaded") -> dict[str, Path]:
    return {language: Path(places.file) for language, places in loaded.places.items()}


def revision_of(site: "Site", argument: str) -> "Revision":
    """The newest revision of the issue that ``argument`` names; a file is imported first.

    Raises ``Stop`` where there is none, ``IssueError`` where the file holds mistakes.
    """
    if path := path_of(argument):
        from newsletter.store.revisions import import_issue

        return import_issue(site, path, author=shell.actor(), at=datetime.now(UTC)).revision
    return _newest(site, argument)[0]


def _newest(site: "Site", slug: str) -> "tuple[Revision, Loaded | None]":
    """The newest revision of ``slug``, and the working copy in issues/ if it says the same.

    Where it says something else, that is told: the store is what is looked at and mailed.
    """
    from newsletter.store.revisions import UnknownIssue, newest, same_in_file

    try:
        revision = newest(slug)
    except UnknownIssue as error:
        raise shell.Stop(str(error), mend="newsletter issue list shows them all", code=shell.USAGE) from None
    path = _working_copy(site, slug)
    if not path.is_file():
        return revision, None
    try:
        copy, what = same_in_file(site, path, revision), "has changes"
    except IssueError:
        copy, what = None, "has changes with mistakes in them"
    if copy is None:
        shell.err.print(
            f"[yellow]note:[/] {shell.plain(str(path))} {what} that are not in revision {revision.number}; "
            f"to take them in: newsletter issue import {shell.plain(shell.typed(path))}"
        )
    return revision, copy
