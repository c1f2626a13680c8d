"""A new issue in the store: from a title, from the last one, from what is owed, from items of the pool, from a file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.db import transaction

from newsletter.issue import scaffold
from newsletter.issue.model import Issue
from newsletter.items.base import Item
from newsletter.items.text import slugify
from newsletter.models import Account, Revision, UpdateItem
from newsletter.models import Issue as IssueRow
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.media import renamed
from newsletter.store.pool import mark_used, read_item
from newsletter.store.promises import owed_items
from newsletter.store.revisions import import_issue, open_issue


class StartError(Exception):
    """The issue cannot be started; the message says why."""


def start_issue(
    site: Site,
    title: str,
    *,
    account: Account,
    at: datetime,
    previous: str = "",
    promises: bool = False,
    items: Sequence[UpdateItem] = (),
) -> Revision:
    """The first revision of a new issue.

    ``previous``: a slug, whose language, zones, series, list and sender are taken over, with drafts of what it owes;
    ``promises``: also drafts of what any other issue owes; ``items`` of the pool come after these, and are used then.
    Raises ``StartError``, ``IssueError``.
    """
    slug = free_slug(title)
    before = open_issue(previous).issue if previous else None
    chosen, files = _with_files(site, items)
    text = scaffold.new_issue(
        title,
        slug=slug,
        language=site.settings.site.language,
        timezone=site.settings.site.timezone,
        today=at.date(),
        previous=before,
        items=_own_ids([*(_owed(site, before) if promises else ()), *chosen], before),
    )
    if not (chosen or promises or before):
        text = text.partition("\nThe text before the first item")[0]
    with transaction.atomic():
        revision = _imported(site, slug, text, files, account=account, at=at)
        mark_used(items, revision.issue)
    return revision


def start_from_files(site: Site, files: Mapping[str, bytes], *, account: Account, at: datetime) -> Revision:
    """The issue in ``files`` (by name): one issue file, its translations, pictures and documents.

    Where the issue is there already, it is its newest revision. Raises ``StartError``, ``IssueError``.
    """
    names = [name for name in files if name.endswith(".md")]
    own = [name for name in names if not _translates(name, names)]
    if len(own) != 1:
        found = "none is among these files" if not own else f"here are {len(own)}: {', '.join(sorted(own))}"
        raise StartError(f"choose one issue file (it ends in .md), with its pictures and translations; {found}")
    with TemporaryDirectory(prefix="newsletter-") as made:
        for name, content in files.items():
            if PurePosixPath(name).name != name or name.startswith("."):
                raise StartError(f"'{name}' cannot be the name of a file here")
            (Path(made) / name).write_bytes(content)
        return import_issue(site, Path(made) / own[0], author=account.name, account=account, at=at).revision


def free_slug(title: str) -> str:
    """A name for an issue called ``title`` that no other has."""
    slug = slugify(title)[:70]
    taken = set(IssueRow.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    names = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _translates(name: str, names: Sequence[str]) -> bool:
    """Whether ``name`` is ``october.es.md`` beside an ``october.md``."""
    stem, _, language = name.removesuffix(".md").rpartition(".")
    return bool(stem and language) and f"{stem}.md" in names


def _owed(site: Site, before: Issue | None) -> list[Item]:
    """What issues owe, but for what ``before`` drafts itself."""
    drafted = {item.id for item in before.items} if before else set()
    return [item for item in owed_items(site) if item.id not in drafted]


def _own_ids(items: Sequence[Item], before: Issue | None) -> list[Item]:
    """``items``, each with an id of its own."""
    taken = {item.id for item in before.items} if before else set()
    own = []
    for item in items:
        number, name = 1, item.id
        while name in taken:
            number += 1
            name = f"{item.id}-{number}"
        taken.add(name)
        own.append(item.model_copy(update={"id": name}))
    return own


def _imported(
    site: Site, slug: str, text: str, files: Mapping[str, bytes], *, account: Account, at: datetime
) -> Revision:
    with TemporaryDirectory(prefix="newsletter-") as made:
        folder = Path(made)
        for name, content in files.items():
            path = folder / PurePosixPath(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (folder / f"{slug}.md").write_text(text, encoding="utf-8")
        return import_issue(site, folder / f"{slug}.md", author=account.name, account=account, at=at).revision


def _with_files(site: Site, rows: Sequence[UpdateItem]) -> tuple[list[Item], dict[str, bytes]]:
    """The items of ``rows``, and their files by path; where two bring other files of one name, the later is renamed."""
    read: list[Item] = []
    files: dict[str, bytes] = {}
    for row in rows:
        names = {}
        for path, media in assets.media_of(site, row.assets).items():
            other = files.get(path, media.content) != media.content
            names[path] = f"item-{row.pk}-{PurePosixPath(path).name}" if other else path
            files[names[path]] = media.content
        read.append(renamed(read_item(row), names))
    return read, files
