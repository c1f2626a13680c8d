"""``newsletter subscriber import``: readers from a CSV file."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.list import find_list

if TYPE_CHECKING:
    from subscribers.importing import Progress, Report

# What a report says of each count, with how many and as one.
_LINES = (
    ("taken", "new on the list"),
    ("taken_unsubscribed", "  of these as unsubscribed or not confirmed, as the file says"),
    ("updated", "updated: the file knows more of them"),
    ("unchanged", "unchanged: known already"),
    ("kept", "stay unsubscribed or unconfirmed, whatever the file says"),
    ("opted_out", "unsubscribed, as the file says"),
    ("duplicate", "duplicate: the address stands in another row, too"),
    ("erased", "left out: their data was erased"),
    ("refused", "refused"),
    ("suppressed", "subscribed, but suppressed: they are not mailed"),
    ("noted", "noted: taken, but for a value that is not understood"),
)


def import_readers(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with a column of addresses.")],
    list_slug: Annotated[str, typer.Option("--list", metavar="SLUG", help="The mailing list they come to.")],
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Where their consent comes from; FILE's name if left out.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The report as JSON on stdout.")] = False,
) -> None:
    """Take readers from a CSV file into a list.

    Nobody who unsubscribed or is suppressed is mailed again because of a file. Rows that cannot be taken are named by
    their line; all of them stand in FILE.errors.csv.
    """
    site = shell.open_site()
    mailing_list = find_list(list_slug)
    if not file.is_file():
        raise shell.Stop(f"there is no file {file}", code=shell.USAGE)
    from django.utils import timezone

    from subscribers.importing import FileError, import_csv

    try:
        with _bar(quiet=json) as progress:
            report = import_csv(
                file,
                mailing_list,
                at=timezone.now(),
                actor=shell.actor(),
                source=source,
                attributes=site.settings.attributes,
                dry_run=dry_run,
                errors=_errors_file(file),
                progress=progress,
            )
    except FileError as error:
        raise shell.Stop(error.message, mend=error.mend) from None
    if json:
        shell.print_json(_as_data(report, dry_run=dry_run))
    else:
        _show(report, file, list_slug, dry_run=dry_run)
    if report.counts.rows and not report.counts.understood:
        raise shell.Stop(f"no row of {file.name} could be taken", mend="the reasons stand above")


def _errors_file(file: Path) -> Path:
    """Beside ``file``, or here where nothing can be written there."""
    folder = file.parent if os.access(file.parent, os.W_OK) else Path()
    return folder / f"{file.name}.errors.csv"


def _as_data(report: "Report", *, dry_run: bool) -> dict[str, object]:
    names = list(type(report.counts).__slots__)
    return {
        "dry_run": dry_run,
        "imported_before": report.before,
        **{name: getattr(report.counts, name) for name in names},
        "columns": report.columns.mapping,
        "ignored_columns": report.columns.ignored,
        "problems": [
            {"line": problem.line, "verdict": problem.verdict, "reason": problem.reason} for problem in report.problems
        ],
        "errors": report.errors and str(report.errors),
    }


def _show(report: "Report", file: Path, list_slug: str, *, dry_run: bool) -> None:
    if report.before:
        shell.done(f"nothing to do: {file.name} was imported into {list_slug} on {report.before:%Y-%m-%d at %H:%M} UTC")
        return
    counts = report.counts
    if report.columns.ignored:
        shell.err.print(f"[dim]columns that are not used: {shell.plain(', '.join(report.columns.ignored))}[/]")
    shell.out.print(f"{counts.rows:,} row{'' if counts.rows == 1 else 's'} in {shell.plain(file.name)}")
    width = len(f"{counts.rows:,}")
    for name, words in _LINES:
        if number := getattr(counts, name):
            shell.out.print(f"  {number:>{width},}  {words}")
    _show_problems(report)
    if dry_run:
        shell.done("dry run: nothing was changed")
    elif counts.understood:
        shell.done(f"the list {list_slug} is up to date with {file.name}")
        shell.next_step(f"newsletter list show {list_slug}", "counts who may be mailed")


def _show_problems(report: "Report") -> None:
    counts = report.counts
    for problem in report.problems:
        colour = "red" if problem.verdict == "refused" else "yellow"
        head = f"line {problem.line}:"
        shell.err.print(f"  {head:<13} [{colour}]{problem.verdict}[/]: {shell.plain(problem.reason)}")
    rest = counts.refused + counts.duplicate + counts.erased + counts.noted - len(report.problems)
    if rest > 0:
        shell.err.print(f"  … and {rest:,} more")
    if report.errors:
        shell.err.print(f"all of them, to mend and import: {shell.plain(str(report.errors))}")


@contextmanager
def _bar(*, quiet: bool) -> Iterator["Progress"]:
    """A bar on stderr for what takes over two seconds."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=shell.err, transient=True, disable=quiet)
    task = bar.add_task("reading", total=None)
    started = time.monotonic()

    def show(what: str, done: int, total: int) -> None:
        if time.monotonic() - started > 2:
            bar.start()
        # Sorting and merging are one sentence of SQL each: how far they are is not known.
        bar.update(task, description=what, completed=done, total=total if done else None)

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()
