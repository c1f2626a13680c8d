"""``newsletter mailing``: what becomes of a mailing, and what a person decides about it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import sending, shell
from newsletter.cli.mailing_control import Id, Json, cancel, find_mailing, pause, resolve, resume, retry, unknown
from newsletter.cli.mailing_watch import watch

app = typer.Typer(no_args_is_help=True, help="See what becomes of a mailing; pause, resume, cancel it.")

for _verb in (pause, resume, cancel, retry, unknown, resolve, watch):
    app.command()(_verb)


@app.command("list")
def list_mailings(json: Json = False) -> None:
    """List the mailings, newest first."""
    site = shell.open_site()
    from newsletter.delivery.engine import somebody_sends
    from newsletter.models import Mailing
    from newsletter.reports.counts import report_of
    from newsletter.reports.progress import look

    mailings = list(Mailing.objects.order_by("-pk"))
    reports = [report_of(mailing) for mailing in mailings]
    if json:
        shell.print_json([report.as_json() for report in reports])
    elif reports:
        zone, now, alone = shell.zone_of(site), datetime.now(UTC), not somebody_sends(site)
        rows = [
            (
                one.id,
                one.issue,
                one.list,
                look(mailing, now=now, alone=alone).state if one.state == "running" else one.state,
                f"{one.done:,}",
                f"{one.recipients:,}",
                f"{one.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
            )
            for one, mailing in zip(reports, mailings, strict=True)
        ]
        headings = ("mailing", "issue", "list", "state", "done", "recipients", f"started ({zone})")
        shell.table(headings, rows, right=("mailing", "done", "recipients"))
    else:
        shell.err.print("There is no mailing yet.")
        shell.next_step("newsletter issue send ISSUE --list NAME --dry-run", "shows what would go out")


@app.command("status")
def status(mailing: Id, json: Json = False) -> None:
    """Say in a line how far a mailing is, and why nothing moves where nothing does.

    Exit codes: 4 not everybody could be mailed, 75 it is paused.
    """
    site = shell.open_site()
    from newsletter.delivery.engine import somebody_sends
    from newsletter.reports.counts import report_of
    from newsletter.reports.progress import look

    found = find_mailing(mailing)
    report, now = report_of(found), look(found, now=datetime.now(UTC), alone=not somebody_sends(site))
    if json:
        keys = ("id", "recipients", "done", "open", "states")
        told = {key: value for key, value in report.as_json().items() if key in keys}
        shell.print_json(told | {"state": now.state, "reason": now.reason})
    else:
        counts = ", ".join(f"{number:,} {state}" for state, number in report.states.items())
        why = f" ({now.reason})" if now.reason else ""
        shell.out.print(shell.plain(f"{now.state}{why}: {report.done:,} of {report.recipients:,} done; {counts}"))
    if now.state == "paused":
        raise typer.Exit(shell.TRY_LATER)
    raise typer.Exit(shell.PARTLY_FAILED if report.partly_failed else shell.OK)


@app.command("report")
def show_report(
    mailing: Id,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Also write every recipient to this file.")
    ] = None,
    json: Json = False,
) -> None:
    """Show what became of a mailing: counts by state and language, reasons, who was left out."""
    site = shell.open_site()
    from newsletter.reports.counts import report_of
    from newsletter.reports.exports import write_recipients

    found = find_mailing(mailing)
    report = report_of(found)
    if csv:
        try:
            number = write_recipients(found, csv)
        except FileExistsError:
            raise shell.Stop(f"{csv} is there already; nothing was written", mend="choose another --csv") from None
        shell.done(f"wrote {number:,} recipients to {csv}; it holds addresses: keep it safe")
    if json:
        shell.print_json(report.as_json())
    else:
        sending.show_report(site, report)
