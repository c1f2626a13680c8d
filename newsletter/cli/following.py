"""Links are followed under a progress bar."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from newsletter.cli import shell

if TYPE_CHECKING:
    from newsletter.checks import Visit
    from newsletter.site import Site


def follow(site: "Site", urls: Collection[str], *, quiet: bool) -> "dict[str, Visit]":
    """What is behind ``urls``; how far it is stands on stderr where somebody looks on, and at the end how many."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from newsletter.outside import links

    columns = (TextColumn("following links"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=shell.err, transient=True, disable=quiet or not shell.err.is_terminal) as progress:
        task = progress.add_task("", total=len(urls))
        visits = links.follow(site, urls, told=lambda _: progress.advance(task))
    if not quiet:
        moved = [(url, visit) for url, visit in visits.items() if visit.hops]
        for url, visit in moved:
            shell.err.print(f"[dim]{shell.plain(url)}[/]")
            for hop in visit.hops:
                shell.err.print(f"[dim]  → {shell.plain(hop)}[/]")
        shell.done(f"followed {len(visits)} link{'' if len(visits) == 1 else 's'}")
    return visits
