"""``newsletter worker``: sends what mailings there are, beside other workers."""

from typing import Annotated

import typer

from newsletter.cli import shell


def worker(
    concurrency: Annotated[
        int, typer.Option("--concurrency", metavar="N", min=1, max=64, help="Batches that are sent at the same time.")
    ] = 1,
) -> None:
    """Send the mailings of the site, beside other workers on this machine and others. Needs PostgreSQL.

    It works until Ctrl-C or SIGTERM; then it stops once the provider has answered. Workers may come and go at any time:
    what one leaves behind, another takes up. One process uses one processor: start several to use several.
    """
    site = shell.open_site()
    from newsletter.django_conf import on_postgres

    if not on_postgres(site):
        raise shell.Stop(
            "workers need PostgreSQL; this site is on SQLite, where 'newsletter issue send' does the work",
            mend="newsletter settings set database.url postgresql://USER@HOST/DATABASE makes it a site on PostgreSQL",
            code=shell.USAGE,
        )
    from datetime import UTC, datetime

    from newsletter.delivery import origin
    from newsletter.delivery.worker import run_worker

    origin.check(site, now=datetime.now(UTC))
    shell.done(f"working for {site.settings.site.name}, {concurrency} at a time (Ctrl-C stops it)")
    run_worker(concurrency)
