"""``newsletter subscriber imports`` and ``undo-import``: what came in from files, and taking it back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell
from newsletter.cli.list_find import find_list
from newsletter.cli.subscriber_import_report import bar

if TYPE_CHECKING:
    from subscribers.importing.undoing import Undone
    from subscribers.models import Import


def show_imports(
    number: Annotated[int | None, typer.Argument(metavar="[ID]", help="One import; all when left out.")] = None,
    list_slug: Annotated[str, typer.Option("--list", metavar="SLUG", help="Those into this list only.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """Show what came in from files, the latest first: when, by whom, on what ground, and what became of the rows."""
    site = shell.open_site()
    from subscribers.models import Import

    runs = Import.objects.select_related("list").order_by("-pk")
    if list_slug:
        runs = runs.filter(list=find_list(list_slug))
    if number is not None:
        _show_one(_known(_find(number)), json=json)
        return
    found = [_known(run) for run in runs]
    if json:
        shell.print_json(found)
    elif not found:
        shell.err.print("Nothing was imported yet.")
        shell.next_step("newsletter subscriber import FILE.csv --list SLUG --basis GROUND")
    else:
        zone = shell.zone_of(site)
        rows = [
            (
                one["import"],
                f"{one['at'].astimezone(zone):%Y-%m-%d %H:%M}",
                one["list"],
                one["file"],
                one["basis"],
                f"{one['counts'].get('taken', 0):,}",
                f"{one['counts'].get('updated', 0):,}",
                f"undone on {one['undone_at'].astimezone(zone):%Y-%m-%d}" if one["undone_at"] else one["undoing"],
            )
            for one in found
        ]
        titles = ("import", f"when ({zone})", "list", "file", "ground", "new", "updated", "")
        shell.table(titles, rows, right=("import", "new", "updated"))


def undo_import(
    number: Annotated[int, typer.Argument(metavar="ID", help="The import, as 'subscriber imports' numbers it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="What was done as JSON on stdout.")] = False,
) -> None:
    """Take an import back.

    Who came to the list by it and has done nothing since is taken off it; values that it changed are again what they
    were, unless they were changed since. Opt-outs and suppressions that it brought stay. The file may be imported
    again.
    """
    shell.open_site()
    run = _find(number)
    from django.utils import timezone

    from subscribers.importing.undoing import UndoError, undo

    try:
        with bar(quiet=json) as progress:
            progress("undoing", 0, 1)
            undone = undo(run, actor=shell.actor(), at=timezone.now(), dry_run=dry_run, progress=progress)
    except UndoError as error:
        raise shell.Stop(str(error), mend="newsletter subscriber imports lists them all") from None
    except KeyboardInterrupt:
        shell.err.print("\nstopped: some of it is undone; the same command goes on with it")
        raise
    if json:
        names = list(type(undone).__slots__)
        shell.print_json({"dry_run": dry_run, "import": number, **{name: getattr(undone, name) for name in names}})
        return
    _show_undone(undone)
    if dry_run:
        shell.done("dry run: nothing was changed")
    else:
        shell.done(f"import {number} of {run.filename} into {run.list.slug} is undone; the file may be imported again")


def _show_undone(undone: "Undone") -> None:
    lines = (
        (undone.removed, "taken off the list: they came by this import"),
        (undone.stayed, "stay: they came by it, and have done something since"),
        (undone.put_back, "have values put back that it changed"),
        (undone.opted_out, "stay unsubscribed: the file said that they left"),
    )
    width = max(len(f"{count:,}") for count, _ in lines)
    for count, words in lines:
        if count:
            shell.out.print(f"  {count:>{width},}  {words}")
    if not any(count for count, _ in lines):
        shell.out.print("  nothing is left of it to be undone")


def _find(number: int) -> "Import":
    from subscribers.models import Import

    run = Import.objects.select_related("list").filter(pk=number).first()
    if run is None:
        raise shell.Stop(f"there is no import {number}", mend="newsletter subscriber imports", code=shell.USAGE)
    return run


def _known(run: "Import") -> dict[str, Any]:
    return {
        "import": run.pk,
        "list": run.list.slug,
        "file": run.filename,
        "at": run.at,
        "by": run.actor,
        "basis": run.basis,
        "source": run.source,
        "columns": run.mapping,
        "counts": run.counts,
        "undone_at": run.undone_at,
        "undone_by": run.undone_by,
        "undoing": "half undone" if run.undoing and run.undone_at is None else "",
    }


def _show_one(found: dict[str, Any], *, json: bool) -> None:
    if json:
        shell.print_json(found)
        return
    shell.out.print(f"[bold]import {found['import']}[/]: {shell.plain(found['file'])} into {found['list']}")
    undone = f"{found['undone_at']:%Y-%m-%d %H:%M} UTC, by {found['undone_by']}" if found["undone_at"] else ""
    undone = undone or (found["undoing"] and "half; the same command goes on with it")
    facts = {
        "at": f"{found['at']:%Y-%m-%d %H:%M} UTC, by {found['by']}",
        "ground": found["basis"],
        "source": found["source"],
        "columns": ", ".join(f"{title} = {name}" for title, name in found["columns"].items()),
        "rows": ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in found["counts"].items() if count),
        "undone": undone,
    }
    for name, value in facts.items():
        if value:
            shell.out.print(f"  {name:<8} {shell.plain(value)}")
