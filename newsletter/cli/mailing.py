"""``newsletter mailing``: what became of a mailing, and taking it up again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import sending, shell

if TYPE_CHECKING:
    from newsletter.models import Mailing

app = typer.Typer(no_args_is_help=True, help="See what became of a mailing; take it up again or cancel it.")

Id = Annotated[int, typer.Argument(metavar="ID", help="The number of the mailing.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]


@app.command("list")
def list_mailings(json: Json = False) -> None:
    """List the mailings, newest first."""
    site = shell.open_site()
    from newsletter.models import Mailing
    from newsletter.reports.counts import report_of

    reports = [report_of(mailing) for mailing in Mailing.objects.order_by("-pk")]
    if json:
        shell.print_json([report.as_json() for report in reports])
    elif reports:
        zone = shell.zone_of(site)
        rows = [
            (
                one.id,
                one.issue,
                one.list,
                one.state,
                one.done,
                one.recipients,
                f"{one.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
            )
            for one in reports
        ]
        headings = ("mailing", "issue", "list", "state", "done", "recipients", f"started ({zone})")
        shell.table(headings, rows, right=("mailing", "done", "recipients"))
    else:
        shell.err.print("There is no mailing yet.")
        shell.next_step("newsletter issue send ISSUE --list NAME --dry-run", "shows what would go out")


@app.command("status")
def status(mailing: Id, json: Json = False) -> None:
    """Say in a line how far a mailing is. Exit code 4 if not everybody could be mailed, 75 if it is paused."""
    shell.open_site()
    from newsletter.reports.counts import report_of

    report = report_of(_mailing(mailing))
    if json:
        keys = ("id", "state", "reason", "recipients", "done", "open", "states")
        shell.print_json({key: value for key, value in report.as_json().items() if key in keys})
    else:
        counts = ", ".join(f"{number:,} {state}" for state, number in report.states.items())
        why = f" ({report.reason})" if report.reason else ""
        shell.out.print(shell.plain(f"{report.state}{why}: {report.done:,} of {report.recipients:,} done; {counts}"))
    if report.state == "paused":
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

    found = _mailing(mailing)
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


@app.command("resume")
def resume(mailing: Id, json: Json = False) -> None:
    """Send what is left of a mailing that was paused, stopped or detached. Nobody is mailed twice."""
    site = shell.open_site()
    from newsletter.delivery import ledger
    from newsletter.delivery.providers.registry import provider_for
    from newsletter.models import Mailing

    found = _mailing(mailing)
    if found.state == Mailing.State.CANCELLED:
        raise shell.Stop(
            f"mailing {mailing} was cancelled and stays so",
            mend="newsletter issue send mails those who have not got it",
        )
    if problems := provider_for(site, found.provider).check():
        raise shell.Stop("; ".join(problems))
    ledger.resume(found.pk)
    sending.count_down(found)
    report = sending.send(site, found)
    if json:
        shell.print_json(report.as_json())
    else:
        sending.show_report(site, report)
    raise typer.Exit(sending.finish(site, report))


@app.command("cancel")
def cancel(mailing: Id) -> None:
    """Mail nobody any more who is still waiting. What was sent stays sent."""
    shell.open_site()
    from newsletter.delivery import ledger
    from newsletter.reports.counts import report_of

    found = _mailing(mailing)
    before = report_of(found)
    if before.state == "finished":
        raise shell.Stop(f"mailing {mailing} is finished; there is nobody left to leave out")
    ledger.cancel(found.pk, actor=shell.actor(), now=datetime.now(UTC))
    found.refresh_from_db()
    report = report_of(found)
    shell.done(f"mailing {mailing} is cancelled: {report.states.get('accepted', 0):,} were mailed before")


def _mailing(number: int) -> "Mailing":
    from newsletter.models import Mailing

    found = Mailing.objects.select_related("revision__issue", "list").filter(pk=number).first()
    if found is None:
        raise shell.Stop(f"there is no mailing {number}", mend="newsletter mailing list shows them", code=shell.USAGE)
    return found
