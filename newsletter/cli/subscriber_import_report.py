"""What ``newsletter subscriber import`` shows: the bar, the report, the difference."""

import csv
import json
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from newsletter.cli import shell

if TYPE_CHECKING:
    from subscribers.importing import Difference, Progress, Report

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
_KINDS = {
    "new": "new on the list",
    "changed": "changed",
    "unsubscribed": "unsubscribed, as the file says",
    "kept": "kept as they are",
    "suppressed": "suppressed: not mailed",
    "erased": "left out",
}
BAR_AFTER = 2.0
"""Seconds after which a bar is shown."""
_COLUMNS = ("line", "email", "verdict", "field", "before", "after", "reason")


def show(report: "Report", file: Path, list_slug: str, *, dry_run: bool, diff: Path | None) -> None:
    """The report for people."""
    for remark in report.remarks:
        shell.err.print(f"[cyan]note:[/] {shell.plain(remark)}")
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
    _show_first(report)
    _show_problems(report)
    if diff:
        shell.err.print(f"every row, and what becomes of it: {shell.plain(str(diff))}")
    if dry_run:
        shell.done("dry run: nothing was changed")
    elif counts.understood:
        shell.done(f"the list {list_slug} is up to date with {file.name} (import {report.run})")
        shell.next_step(f"newsletter list show {list_slug}", "counts who may be mailed")
        shell.next_step(f"newsletter subscriber undo-import {report.run}", "takes it back")


def _show_first(report: "Report") -> None:
    """Of a dry run, the first rows of each kind; what is refused stands among the problems."""
    for verdict, words in _KINDS.items():
        rows = report.first.get(verdict, ())
        if rows:
            shell.out.print(f"[bold]{words}[/], such as:")
        for row in rows:
            shell.out.print(f"  {report.unit} {row.line}: {shell.plain(row.email)}{shell.plain(_said(row))}")


def _said(row: "Difference") -> str:
    changes = [f"{name.replace('_', ' ')} {_quoted(old)} -> {_quoted(new)}" for name, (old, new) in row.changes.items()]
    return "".join(f"  {said}" for said in ("; ".join(changes), row.reason) if said)


def _quoted(value: str) -> str:
    return f"'{value[:60]}'" if value else "(empty)"


def _show_problems(report: "Report") -> None:
    counts = report.counts
    for problem in report.problems:
        colour = "red" if problem.verdict == "refused" else "yellow"
        head = f"{report.unit} {problem.line}:"
        shell.err.print(f"  {head:<13} [{colour}]{problem.verdict}[/]: {shell.plain(problem.reason)}")
    rest = counts.refused + counts.duplicate + counts.erased + counts.noted - len(report.problems)
    if rest > 0:
        shell.err.print(f"  … and {rest:,} more")
    if report.errors:
        shell.err.print(f"all of them, to mend and import: {shell.plain(str(report.errors))}")


class Differences:
    """Takes the rows of a difference as they come: to a CSV file, and beside the report in JSON."""

    def __init__(self, path: Path | None, spool: IO[str] | None) -> None:
        self._path = path
        self._spool = spool

    def take(self, rows: "Iterable[Difference]") -> None:
        """Write ``rows``; none is held in memory."""
        part = self._path and self._path.with_name(self._path.name + ".part")
        if not part:
            for row in rows:
                self._keep(row)
            return
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)  # it holds addresses
        with part.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(_COLUMNS)
            for row in rows:
                self._keep(row)
                table.writerows(_cells(row))
        part.replace(self._path or part)

    def print_json(self, report: dict[str, Any]) -> None:
        """The report on stdout, with the rows under ``difference`` where there are any."""
        if self._spool is None:
            shell.print_json(report)
            return
        whole = json.dumps(report, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write(whole.removesuffix("\n}") + ',\n  "difference": [')
        self._spool.seek(0)
        for number, line in enumerate(self._spool):
            sys.stdout.write(("," if number else "") + "\n    " + line.rstrip("\n"))
        sys.stdout.write("\n  ]\n}\n")

    def _keep(self, row: "Difference") -> None:
        if self._spool is not None:
            json.dump(row._asdict(), self._spool, ensure_ascii=False)
            self._spool.write("\n")


def _cells(row: "Difference") -> list[tuple[object, ...]]:
    """A line for each field that changes; one where none does."""
    from subscribers.importing.error_file import inert

    changes = [(name, inert(old), inert(new)) for name, (old, new) in row.changes.items()]
    return [(row.line, inert(row.email), row.verdict, *change, row.reason) for change in changes or [("", "", "")]]


@contextmanager
def written_differences(path: Path | None, *, json: bool) -> Iterator[Differences]:
    """Where the rows of a difference go; what is kept for JSON is gone afterwards."""
    if not json:
        yield Differences(path, None)
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        yield Differences(path, spool)


@contextmanager
def bar(*, quiet: bool) -> Iterator["Progress"]:
    """A bar on stderr for what takes over two seconds, where a person looks on."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=shell.err, transient=True, disable=quiet or not shell.err.is_terminal)
    task = progress.add_task("opening", total=None)
    start = threading.Timer(BAR_AFTER, progress.start)
    start.daemon = True
    start.start()

    def told(what: str, done: int, total: int) -> None:
        # Sorting and merging are one sentence of SQL each: how far they are is not known.
        progress.update(task, description=what, completed=done, total=total if done else None)

    try:
        yield told
    finally:
        start.cancel()
        start.join()
        if progress.live.is_started:
            progress.stop()
