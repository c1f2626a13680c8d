"""The pool of update items: handed in by contributors, until an issue uses them or an editor drops them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from django.db import transaction

from newsletter.issue.files import read_text
from newsletter.issue.parse import parse
from newsletter.issue.problems import IssueError, Place, Problem
from newsletter.issue.write import write_item
from newsletter.items.base import Item
from newsletter.models import Account, ContributorLink, Issue, UpdateItem
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.export import write_new
from newsletter.store.identity import known_fields
from newsletter.store.media import MediaError, read, references

_FRONT = '+++\ntitle = "Items"\nsubject = "Items"\n+++\n'


class UnknownItem(LookupError):
    """No item of the pool has that number, or it is not to be had any more."""


def add_items(site: Site, path: Path, *, from_name: str) -> list[UpdateItem]:
    """Each item of the file at ``path`` into the pool, with its pictures and documents.

    Raises ``IssueError`` with every mistake; then nothing is added.
    """
    text = read_text(path)
    front = "" if text.lstrip().startswith("+++") else _FRONT
    parsed = parse(front + text, file=path.name, slug="items", known_fields=known_fields(site))
    skipped = front.count("\n")
    problems = [_moved_up(problem, skipped) for problem in parsed.problems]
    if parsed.issue and (parsed.issue.introduction or not parsed.issue.items):
        place = Place(path.name, 1)
        problems.insert(0, Problem("an item begins with its heading", "write '## Title' above its text", place))
    if problems or parsed.issue is None:
        raise IssueError(tuple(problems))
    media = {}
    for reference in references(parsed.issue):
        try:
            media[reference.path] = read(path.parent, reference.path, picture=reference.picture)
        except MediaError as error:
            place = parsed.place(reference.place.item, reference.place.field)
            problems.append(_moved_up(Problem(str(error), place=place), skipped))
    if problems:
        raise IssueError(tuple(problems))
    stored = {name: assets.store(site, file).public_id for name, file in media.items()}
    with transaction.atomic():
        return [hand_in(item, stored, from_name=from_name) for item in parsed.issue.items]


def hand_in(
    item: Item,
    files: Mapping[str, str],
    *,
    from_name: str,
    account: Account | None = None,
    link: ContributorLink | None = None,
) -> UpdateItem:
    """``item`` into the pool, with those of ``files`` (path -> public id) that it refers to."""
    source = write_item(item)
    return UpdateItem.objects.create(
        kind=item.kind,
        title=item.title,
        source=source,
        assets=_own(files, source),
        from_name=from_name,
        account=account,
        link=link,
    )


def change(row: UpdateItem, item: Item, files: Mapping[str, str]) -> None:
    """``row`` says ``item`` from now on. Raises ``UnknownItem`` where it does not wait any more."""
    source = write_item(item)
    said = {"kind": item.kind, "title": item.title, "source": source, "assets": _own(files, source)}
    if not UpdateItem.objects.filter(pk=row.pk, state=UpdateItem.State.NEW).update(**said):
        raise UnknownItem(f"item {row.id} is used or dropped already; change it in the issue")


def _own(files: Mapping[str, str], source: str) -> dict[str, str]:
    return {path: public_id for path, public_id in files.items() if path in source}


def _moved_up(problem: Problem, lines: int) -> Problem:
    """``problem`` where it stands in the file itself, which has no front matter."""
    line = problem.place.line
    return replace(problem, place=replace(problem.place, line=max(1, line - lines) if line else None))


def pool(*, everything: bool = False) -> list[UpdateItem]:
    """The items that wait for an issue, oldest first; ``everything``: also those that are used or dropped."""
    items = UpdateItem.objects.select_related("used_in").order_by("id")
    return list(items if everything else items.filter(state=UpdateItem.State.NEW))


def item_of(number: str) -> UpdateItem:
    """The item with this number. Raises ``UnknownItem``."""
    item = UpdateItem.objects.select_related("used_in").filter(id=number).first() if number.isdecimal() else None
    if item is None:
        titles = {one.title: one.id for one in pool()}
        near = get_close_matches(number, titles, n=1, cutoff=0.5)
        hint = f"; '{near[0]}' is number {titles[near[0]]}" if near else ""
        raise UnknownItem(f"there is no item {number}{hint}")
    return item


def drop(item: UpdateItem) -> None:
    """Takes ``item`` out of the pool. Raises ``UnknownItem`` where an issue holds it."""
    if item.state == UpdateItem.State.USED:
        raise UnknownItem(f"item {item.id} is used in '{item.used_in.slug if item.used_in else 'an issue'}'")
    item.state = UpdateItem.State.DROPPED
    item.save(update_fields=["state"])


def take_back(item: UpdateItem) -> None:
    """Puts an ``item`` that was dropped into the pool again. Raises ``UnknownItem`` where it was not dropped."""
    if item.state != UpdateItem.State.DROPPED:
        raise UnknownItem(f"item {item.id} was not dropped")
    item.state = UpdateItem.State.NEW
    item.save(update_fields=["state"])


def read_item(row: UpdateItem) -> Item:
    """``row`` as the item it holds. Raises ``IssueError`` where its text is not understood any more."""
    parsed = parse(_FRONT + row.source, file=f"item {row.id}", slug="items")
    if parsed.issue is None:
        raise IssueError(parsed.problems)
    return parsed.issue.items[0]


def use(site: Site, items: Sequence[UpdateItem], *, slug: str, title: str, folder: Path) -> None:
    """Notes that the issue ``slug`` holds ``items``, and puts their pictures and documents into ``folder``.

    Raises ``FileExistsError`` where another file of that name is there; then nothing is noted.
    """
    files = {folder / path: file.content for item in items for path, file in assets.media_of(site, item.assets).items()}
    write_new(files)
    with transaction.atomic():
        issue, _ = Issue.objects.get_or_create(slug=slug, defaults={"title": title})
        mark_used(items, issue)


def mark_used(items: Sequence[UpdateItem], issue: Issue) -> None:
    """Notes that ``issue`` holds ``items``."""
    numbers = [item.id for item in items]
    UpdateItem.objects.filter(id__in=numbers).update(state=UpdateItem.State.USED, used_in=issue)
