"""``newsletter issue promises``: what readers were promised and do not have yet."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from newsletter.issue.promises import Promise


def list_promises(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Issue files; else all issues of the site.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """List what readers were promised and do not have yet."""
    found = _of_files(files) if files else _of_site()
    if json:
        shell.print_json([asdict(promise) for promise in found])
    elif found:
        rows = [(promise.due or "no day named", promise.day, promise.title, promise.issue) for promise in found]
        shell.table(("details due", "on", "what", "promised in"), rows)
        last = files[-1] if files else found[0].issue
        shell.next_step(f"newsletter issue new TITLE --from {last}", "starts an issue with them drafted")
    else:
        shell.err.print("Nothing is owed.")


def _of_site() -> "tuple[Promise, ...]":
    site = shell.open_site()
    from newsletter.store.promises import owed

    return owed(site)


def _of_files(files: list[Path]) -> "tuple[Promise, ...]":
    from newsletter.issue.files import load
    from newsletter.issue.promises import open_promises
    from newsletter.store.identity import known_fields
    from newsletter.store.local import without_site

    issues = [
        load(path, known_fields=known_fields(shell.find_site() or without_site(path.parent))).issue for path in files
    ]
    issues.sort(key=lambda issue: issue.date or date.max)
    return open_promises(issues)
