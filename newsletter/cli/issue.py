"""``newsletter issue``: compose, look at, check and mail an issue."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.issue_approval import show_approval
from newsletter.cli.issue_argument import IssueArgument, look_at, path_of, revision_of, unsaved_copies
from newsletter.cli.issue_changes import override_finding
from newsletter.cli.issue_check import check_issue
from newsletter.cli.issue_new import new_issue
from newsletter.cli.issue_promises import list_promises
from newsletter.cli.issue_render import render_issue
from newsletter.cli.issue_send import send
from newsletter.cli.issue_test import test
from newsletter.cli.mistakes import where

app = typer.Typer(no_args_is_help=True, help="Compose, look at, check and mail an issue.")

app.command("new")(new_issue)
app.command("render")(render_issue)
app.command("check")(check_issue)
app.command("override")(override_finding)
app.command("test")(test)
app.command("approval")(show_approval)
app.command("send")(send)
app.command("promises")(list_promises)


@app.command("import")
def import_file(file: Annotated[Path, typer.Argument(metavar="FILE", help="An issue file.")]) -> None:
    """Save an issue file in the site. With its translations and pictures it is the newest revision."""
    site = shell.open_site()
    from newsletter.store.revisions import import_issue

    saved = import_issue(site, file, author=shell.actor(), at=datetime.now(UTC))
    slug = saved.revision.issue.slug
    for note in saved.dropped:
        shell.err.print(f"[yellow]note:[/] {shell.plain(where(note.place))}: {shell.plain(note.message)}")
    if saved.changed:
        shell.done(f"saved revision {saved.revision.number} of {slug}")
    else:
        shell.done(f"revision {saved.revision.number} of {slug} says the same already; nothing was changed")
    shell.next_step(f"newsletter issue check {slug}", "says what to mend before it is mailed")


@app.command("export")
def export_issue(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The name of an issue of the site.")],
    to: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The file to write; else stdout.")] = None,
) -> None:
    """Write an issue back to a file. Its translations and pictures come beside it."""
    site = shell.open_site()
    revision = revision_of(site, slug)
    if to is None:
        sys.stdout.write(revision.source)
        return
    from newsletter.store.export import export_revision

    try:
        written = export_revision(site, revision, to)
    except FileExistsError as error:
        raise shell.Stop(
            f"{error.filename} is there already; nothing was written", mend="choose another --out"
        ) from None
    shell.done(f"wrote revision {revision.number} of {slug} to {', '.join(str(path) for path in written)}")
    shell.next_step(f"newsletter issue import {shell.typed(to)}", "takes your changes in")


@app.command("list")
def list_issues(json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False) -> None:
    """List the issues of the site, newest first."""
    site = shell.open_site()
    from newsletter.store.revisions import newest_revisions

    revisions = newest_revisions()
    zone = shell.zone_of(site)
    unsaved = unsaved_copies(site, {row.issue.slug for row in revisions})
    if json:
        shell.print_json(
            [
                {"slug": row.issue.slug, "title": row.issue.title, "revision": row.number, "saved": row.at.isoformat()}
                for row in revisions
            ]
        )
    elif revisions:
        rows = [
            (row.issue.slug, row.issue.title, row.number, f"{row.at.astimezone(zone):%Y-%m-%d %H:%M}", row.author)
            for row in revisions
        ]
        shell.table(("issue", "title", "revision", f"saved ({zone})", "by"), rows, right=("revision",))
    elif not unsaved:
        shell.err.print("There is no issue yet.")
        shell.next_step("newsletter issue new TITLE", "starts one")
    for path in unsaved:
        shell.err.print(f"[yellow]note:[/] {shell.plain(str(path))} was not saved yet")
        shell.next_step(f"newsletter issue import {shell.typed(path)}", "saves it")


@app.command("show")
def show_issue(issue: IssueArgument) -> None:
    """Show what an issue holds."""
    seen = look_at(issue)
    one = seen.issues[0]
    facts = [
        ("title", one.title),
        ("subject", one.subject),
        ("preheader", one.preheader),
        ("language", ", ".join(each.language for each in seen.issues)),
        ("time zone", ", ".join((one.timezone, *one.zones))),
        ("series", one.series),
        ("list", one.list),
        ("date", one.date),
    ]
    for name, value in facts:
        if value:
            shell.out.print(f"[dim]{name:10}[/] {shell.plain(str(value))}")
    shell.out.print()
    shell.table(("item", "kind", "title"), [(item.id, item.kind, item.title) for item in one.items])
    if path_of(issue) is None:
        shell.next_step(f"newsletter issue export {issue} --out {issue}.md", "gives the file to edit")
