"""``newsletter subscriber import``: readers from a file."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.list_find import find_list
from newsletter.cli.subscriber_import_report import bar, show, written_differences

if TYPE_CHECKING:
    from subscribers.importing import Report


def import_readers(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV file or an Excel workbook (.xlsx) with a column of addresses.")
    ],
    *,
    list_slug: Annotated[str, typer.Option("--list", metavar="SLUG", help="The mailing list they come to.")],
    basis: Annotated[
        str,
        typer.Option(
            "--basis",
            metavar="GROUND",
            help="Why they may be mailed: opt-in, confirmed, membership, existing-contact or other.",
        ),
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Where their consent comes from; FILE's name if left out.")
    ] = "",
    wording: Annotated[
        str, typer.Option("--wording", metavar="TEXT", help="What they agreed to, in the words that they read.")
    ] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="TITLE=FIELD",
            help="What a column is, such as 'Mail address=email'; '-' passes over it. May be repeated.",
        ),
    ] = None,
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook; the first one if left out.")
    ] = "",
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="The encoding of a text, such as cp1252; found out else.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, row by row, and change nothing.")
    ] = False,
    diff: Annotated[
        Path | None,
        typer.Option("--diff", metavar="FILE.csv", help="With --dry-run: write every row, and what becomes of it."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The report as JSON on stdout.")] = False,
) -> None:
    """Take readers from a CSV file or a workbook into a list.

    Nobody who unsubscribed or is suppressed is mailed again because of a file. Rows that cannot be taken are named by
    their line; all of them stand in FILE.errors.csv, which can be mended and imported as it is. Exports of Mailchimp,
    Action Network and SendGrid are known by their columns. 'newsletter subscriber undo-import' takes an import back.
    """
    if diff and not dry_run:
        raise shell.Stop("--diff goes with --dry-run", mend="see the difference first, then import", code=shell.USAGE)
    chosen = _columns(columns or [])
    shell.open_site()
    mailing_list = find_list(list_slug)
    if not file.is_file():
        raise shell.Stop(f"there is no file {file}", code=shell.USAGE)
    from django.utils import timezone

    from subscribers.importing import BasisError, FileError, import_file

    try:
        with bar(quiet=json) as progress, written_differences(diff, json=json and dry_run) as differences:
            report = import_file(
                file,
                mailing_list,
                at=timezone.now(),
                actor=shell.actor(),
                basis=_basis(basis, source),
                needs_basis=True,
                source=source,
                wording=wording,
                columns=chosen,
                sheet=sheet,
                encoding=encoding,
                dry_run=dry_run,
                difference=differences.take if diff or json else None,
                errors=_errors_file(file),
                progress=progress,
            )
            if json:
                differences.print_json(_as_data(report, dry_run=dry_run))
    except BasisError as error:
        raise shell.Stop(str(error), mend=grounds(), code=shell.USAGE) from None
    except FileError as error:
        raise shell.Stop(error.message, mend=error.mend) from None
    except KeyboardInterrupt:
        shell.err.print("\nstopped: nothing was imported; the same command begins again")
        raise
    if not json:
        show(report, file, list_slug, dry_run=dry_run, diff=diff)
    if report.counts.rows and not report.counts.understood:
        raise shell.Stop(f"no row of {file.name} could be taken", mend="the reasons stand above")


def _columns(written: list[str]) -> dict[str, str]:
    """``TITLE=FIELD``, each; a title may hold an equals sign, a field does not."""
    found = {}
    for one in written:
        title, equals, field = one.rpartition("=")
        if not equals or not title.strip() or not field.strip():
            raise shell.Stop(
                f"--column '{one}' names no column and field", mend="write --column 'TITLE=email'", code=shell.USAGE
            )
        found[title] = field
    return found


def _basis(written: str, source: str) -> str:
    from subscribers.importing.basis import NEEDS_SOURCE, Basis

    if not written:
        return ""
    name = written.strip().lower()
    if name not in Basis.values:
        raise shell.Stop(f"there is no ground '{written}'", mend=grounds(), code=shell.USAGE)
    if Basis(name) in NEEDS_SOURCE and not source.strip():
        raise shell.Stop(
            f"--basis {name} alone says too little",
            mend="say with --source where they come from, and what they were told",
            code=shell.USAGE,
        )
    return name


def grounds() -> str:
    """The grounds on which readers may be mailed, each with what it means."""
    from subscribers.importing.basis import Basis

    width = max(map(len, Basis.values))
    return "say why they may be mailed:\n" + "\n".join(
        f"       --basis {one.value:<{width}}  {one.label}" for one in Basis
    )


def _errors_file(file: Path) -> Path:
    """Beside ``file``, or here where nothing can be written there."""
    folder = file.parent if os.access(file.parent, os.W_OK) else Path()
    return folder / f"{file.name}.errors.csv"


def _as_data(report: "Report", *, dry_run: bool) -> dict[str, object]:
    names = list(type(report.counts).__slots__)
    return {
        "dry_run": dry_run,
        "import": report.run,
        "imported_before": report.before,
        "recognised": report.columns.format and report.columns.format.name,
        "remarks": report.remarks,
        **{name: getattr(report.counts, name) for name in names},
        "columns": report.columns.mapping,
        "ignored_columns": report.columns.ignored,
        "problems": [
            {"line": problem.line, "verdict": problem.verdict, "reason": problem.reason} for problem in report.problems
        ],
        "errors": report.errors and str(report.errors),
    }
