"""Mistakes in a file, shown where they stand: place, line, a mark under the column, and the mend."""

from collections.abc import Sequence

from rich.cells import cell_len

from newsletter.cli import shell
from newsletter.issue.problems import Place, Problem

_SHOWN = 100
"""Characters of a line that are shown; the rest is cut off on the side away from the mistake."""


def where(place: Place) -> str:
    """``place`` as ``file:line:column``, as far as it is known; else the field or item."""
    numbers = [str(number) for number in (place.line, place.column) if number]
    if place.file:
        return ":".join([place.file, *numbers])
    return ", ".join(name for name in (place.item and f"item {place.item}", place.field) if name)


def show_problems(problems: Sequence[Problem], *, after: str = "nothing was changed") -> None:
    """Every problem on stderr, then how many there are and what became of the command (``after``)."""
    for problem in problems:
        place = where(problem.place)
        head = f"[bold]{shell.plain(place)}:[/] " if place else ""
        shell.err.print(f"{head}[bold red]error:[/] {shell.plain(problem.message)}")
        if problem.source is not None:
            _show_line(problem.source, problem.place)
        if problem.mend:
            shell.err.print(f"   [bold]mend:[/] {shell.plain(problem.mend)}")
        shell.err.print()
    count = f"{len(problems)} mistake" + ("s" if len(problems) > 1 else "")
    shell.err.print(f"[bold red]{count}[/]; {shell.plain(after)}")


def _show_line(line: str, place: Place) -> None:
    column = min(place.column or 1, len(line) + 1)
    start = max(0, column - _SHOWN // 2) if len(line) > _SHOWN else 0
    part = line[start : start + _SHOWN].replace("\t", " ").rstrip("\r\n")
    before, ahead = ("…" if start else ""), ("…" if start + _SHOWN < len(line) else "")
    number = f"{place.line or '':>5}"
    shell.err.print(f"[dim]{number} |[/] {before}{shell.plain(part)}{ahead}")
    if place.column:
        indent = cell_len(before + part[: column - 1 - start])
        shell.err.print(f"[dim]      |[/] {' ' * indent}[bold red]^[/]")
