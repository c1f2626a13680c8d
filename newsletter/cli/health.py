"""``newsletter health``: whether the site is well, and what to do where it is not."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from newsletter.cli import shell

_MARKS = {"good": "[green]✓[/]", "warning": "[yellow]![/]", "bad": "[bold red]✗[/]"}


def health(json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False) -> None:
    """Look at store, disk, sending, provider, what came back, and the last backup. Nobody outside is asked. The exit
    code is 1 where something is to be mended.
    """
    site = shell.open_site()
    from dataclasses import asdict

    from newsletter.reports.health import BAD, look

    lines = look(site, now=datetime.now(UTC))
    if json:
        shell.print_json([asdict(line) for line in lines])
    else:
        width = max(len(line.what) for line in lines)
        for line in lines:
            shell.out.print(f"{_MARKS[line.level]} {line.what:{width}}  {shell.plain(line.said)}")
            if line.mend:
                shell.out.print(f"  {'':{width}}  [dim]{shell.plain(line.mend)}[/]")
    if any(line.level == BAD for line in lines):
        raise typer.Exit(shell.ERROR)
