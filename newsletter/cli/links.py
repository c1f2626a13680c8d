"""``newsletter links``: the links of issues that were mailed."""

import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.following import follow

if TYPE_CHECKING:
    from newsletter.checks import Visit
    from newsletter.site import Site

app = typer.Typer(no_args_is_help=True, help="Look at the links of issues that were mailed.")


@app.callback()
def _noun() -> None:
    """Look at the links of issues that were mailed."""


@app.command("watch")
def watch(
    issues: Annotated[list[str] | None, typer.Argument(metavar="[ISSUE]...", help="These alone.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Look once, as from cron.")] = False,
    json: Annotated[bool, typer.Option("--json", help="What does not work, as JSON on stdout.")] = False,
) -> None:
    """Follow the links of mailed issues once a day, until each event and deadline in them is over, and mail the editor
    once when one broke. 'newsletter serve' does so by itself. Exit code 4 if something does not work."""
    site = shell.open_site()
    from newsletter.delivery import link_watch, reader_notices
    from newsletter.delivery.clock import store_now

    _known(issues or ())
    while True:
        now = datetime.now(UTC)
        seen = link_watch.watched(site, issues or (), now=now)
        if not seen:
            shell.err.print("There is nothing to watch: nothing of what was mailed is still to come.")
            if json:
                shell.print_json([])
            return

        def ask(site: "Site", urls: Collection[str]) -> "Mapping[str, Visit]":
            return follow(site, urls, quiet=json)

        broken = link_watch.look(site, seen, now=now, follow=ask)
        reader_notices.send_waiting(site, now=store_now)
        if json:
            shell.print_json([{"issue": one.slug, "url": one.url, "said": one.said, "new": one.new} for one in broken])
        for one in broken if not json else ():
            shell.out.print(f"[bold]{one.slug}:[/] {shell.plain(one.url)} {shell.plain(one.said)}")
        if once:
            raise typer.Exit(shell.PARTLY_FAILED if broken else shell.OK)
        time.sleep(link_watch.EVERY.total_seconds())


def _known(slugs: Collection[str]) -> None:
    """Raises ``Stop`` for an issue that there is not."""
    from newsletter.store.revisions import UnknownIssue, newest

    for slug in slugs:
        try:
            newest(slug)
        except UnknownIssue as error:
            raise shell.Stop(str(error), mend="newsletter issue list shows them all", code=shell.USAGE) from None
