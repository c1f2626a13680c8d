"""``newsletter issue new``: the file of a new issue, to be filled in."""

import os
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.issue_argument import look_at

if TYPE_CHECKING:
    from newsletter.issue.model import Issue
    from newsletter.items.base import Item
    from newsletter.models import UpdateItem
    from newsletter.site import Site


def new_issue(
    name: Annotated[str, typer.Argument(metavar="TITLE", help="Its title, or its name such as october-2020.")],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="Start with an item of this kind; repeatable.")
    ] = None,
    previous: Annotated[
        str | None, typer.Option("--from", metavar="ISSUE", help="Take over its settings, and what it still owes.")
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option("--item", metavar="ID", help="Use this item of the pool; repeatable.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file; else in the site's issues/, or here.")
    ] = None,
) -> None:
    """Write the file of a new issue. It needs no site, but for --item."""
    from newsletter.issue import scaffold
    from newsletter.items.text import slugify

    _check_kinds(kind or [])
    _check_title(name)
    slug = slugify(name)
    site = _site(slug) if item or shell.find_site() else None
    title = name if name != slug else name.replace("-", " ").capitalize()
    path = to or (site.issues if site else Path()) / f"{slug}.md"
    before = look_at(previous).issues[0] if previous else None
    settings = site.settings.site if site else None
    chosen = _chosen(item or [])
    text = scaffold.new_issue(
        title,
        kind or [],
        slug=slug,
        language=settings.language if settings else "en",
        timezone=settings.timezone if settings else "UTC",
        today=datetime.now(UTC).date(),
        previous=before,
        items=[*_still_owed(site, before), *(_read(one) for one in chosen)],
    )
    _write(path, text)
    if site and chosen:
        _use(site, chosen, slug, title, path)
    shell.done(f"wrote {path}; fill it in")
    shell.next_step(f"newsletter issue check {shell.typed(os.path.relpath(path))}", "says what is missing")


def _site(slug: str) -> "Site":
    """The site, opened. Raises ``Stop`` where it has an issue of that name."""
    site = shell.open_site()
    from newsletter.models import Revision

    if Revision.objects.filter(issue__slug=slug).exists():
        raise shell.Stop(
            f"there is an issue '{slug}' already", mend=f"choose another title; newsletter issue show {slug} shows it"
        )
    return site


def _check_title(title: str) -> None:
    from pydantic import TypeAdapter, ValidationError

    from newsletter.items.text import Line

    try:
        TypeAdapter(Line).validate_python(title)
    except ValidationError as error:
        first = error.errors()[0]
        reason = "it is empty" if first["type"] == "string_too_short" else first["msg"].removeprefix("Value error, ")
        raise shell.Stop(f"this cannot be a title: {reason}", code=shell.USAGE) from None


def _check_kinds(words: list[str]) -> None:
    from newsletter.items.registry import kinds

    for word in words:
        if word not in kinds():
            near = get_close_matches(word, kinds(), n=1, cutoff=0.5)
            raise shell.Stop(
                f"there is no kind '{word}'" + (f"; did you mean '{near[0]}'?" if near else ""),
                mend=f"the kinds are: {', '.join(kinds())}",
                code=shell.USAGE,
            )


def _chosen(numbers: list[str]) -> "list[UpdateItem]":
    if not numbers:
        return []
    from newsletter.store.pool import UnknownItem, item_of

    try:
        return [item_of(number) for number in dict.fromkeys(numbers)]
    except UnknownItem as error:
        raise shell.Stop(str(error), mend="newsletter item list shows them all", code=shell.USAGE) from None


def _read(row: "UpdateItem") -> "Item":
    from newsletter.store.pool import read_item

    return read_item(row)


def _still_owed(site: "Site | None", before: "Issue | None") -> "list[Item]":
    """Items of earlier issues of the site whose details are still owed, but for those that ``before`` holds itself."""
    if site is None or before is None:
        return []
    from newsletter.store.promises import owed_items

    own = {item.id for item in before.items}
    return [item for item in owed_items(site) if item.id not in own]


def _use(site: "Site", chosen: "list[UpdateItem]", slug: str, title: str, path: Path) -> None:
    from newsletter.store.pool import use

    use(site, chosen, slug=slug, title=title, folder=path.parent)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        raise shell.Stop(
            f"{path} is there already; nothing was written", mend="choose another title, or --out"
        ) from None
    try:
        with file:
            file.write(text)
    except OSError:
        path.unlink()
        raise
