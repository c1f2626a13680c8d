"""``newsletter item``: what kinds of item there are, and the pool of items that wait for an issue."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.item_kinds import item_kinds

if TYPE_CHECKING:
    from newsletter.models import UpdateItem

app = typer.Typer(no_args_is_help=True, help="Kinds of item, and items handed in for the next issue.")

app.command("kinds")(item_kinds)

Number = Annotated[str, typer.Argument(metavar="ID", help="The number of the item in 'newsletter item list'.")]


@app.command("add")
def add_item(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file with one or more items, each under a ## heading.")
    ],
    from_name: Annotated[str, typer.Option("--from", metavar="NAME", help="Who handed it in.")] = "",
) -> None:
    """Put the items of a file into the pool."""
    site = shell.open_site()
    from newsletter.store.pool import add_items

    added = add_items(site, file, from_name=from_name or shell.actor())
    for item in added:
        shell.done(f"item {item.id}: {item.title} ({item.kind})")
    options = " ".join(f"--item {item.id}" for item in added)
    shell.next_step(f"newsletter issue new TITLE {options}", "starts an issue with it")


@app.command("list")
def list_items(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are used or dropped.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """List the items that wait for an issue."""
    shell.open_site()
    from newsletter.store.pool import pool

    items = pool(everything=everything)
    if json:
        shell.print_json([_row(item) for item in items])
    elif items:
        rows = [(item.id, item.title, item.kind, item.from_name, _state(item)) for item in items]
        shell.table(("id", "title", "kind", "from", "state"), rows, right=("id",))
    else:
        shell.err.print("The pool is empty.")
        shell.next_step("newsletter item kinds", "shows what an item can be")


@app.command("show")
def show_item(number: Number) -> None:
    """Show one item as it stands in an issue file."""
    item = _find(number)
    sys.stdout.write(item.source)


@app.command("drop")
def drop_item(number: Number) -> None:
    """Take an item out of the pool."""
    item = _find(number)
    from newsletter.store.pool import UnknownItem, drop

    try:
        drop(item)
    except UnknownItem as error:
        raise shell.Stop(str(error)) from None
    shell.done(f"item {item.id} is dropped: {item.title}")


def _find(number: str) -> "UpdateItem":
    shell.open_site()
    from newsletter.store.pool import UnknownItem, item_of

    try:
        return item_of(number)
    except UnknownItem as error:
        raise shell.Stop(str(error), mend="newsletter item list shows them all", code=shell.USAGE) from None


def _row(item: "UpdateItem") -> dict[str, object]:
    return {
        "id": item.id,
        "title": item.title,
        "kind": item.kind,
        "from": item.from_name,
        "state": item.state,
        "used_in": item.used_in.slug if item.used_in else None,
    }


def _state(item: "UpdateItem") -> str:
    return f"used in {item.used_in.slug}" if item.used_in else item.state
