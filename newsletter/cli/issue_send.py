"""``newsletter issue send``: mail an issue to a list."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import sending, shell
from newsletter.cli.issue_argument import IssueArgument, path_of, revision_of

if TYPE_CHECKING:
    from newsletter.delivery.plan import Plan
    from newsletter.delivery.schedule import Schedule
    from newsletter.models import Mailing, Revision
    from newsletter.site import Site


def send(  # noqa: PLR0917  (options are named on the command line)
    issue: IssueArgument,
    to: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="The mailing list; else the one the issue names.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go out; send nothing.")] = False,
    confirm_count: Annotated[
        int | None, typer.Option("--confirm-count", metavar="N", help="The number of recipients; for scripts.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help='Start then, such as "2020-11-08 09:00"; returns at once.'),
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", metavar="ZONE", help="The zone of --at; the site's zone when left out.")
    ] = None,
    latest: Annotated[
        str | None,
        typer.Option("--latest", metavar="SPAN", help="So long after --at it may still start by itself; 2h."),
    ] = None,
    detach: Annotated[
        bool,
        typer.Option("--detach", help="Start the mailing and return; 'serve', a worker or 'mailing resume' sends it."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The plan or the report as JSON on stdout.")] = False,
) -> None:
    """Mail an issue to a list, once. Shows what goes out and to how many, and asks for that number to be typed.

    The same command again takes up a mailing that was cut off; nobody is mailed twice. Exit codes: 3 the checks found
    errors, 4 not everybody could be mailed, 5 the number is not the number of recipients, 75 the mailing is paused.
    """
    site = shell.open_site()
    schedule = _schedule(site, at, zone, latest)
    if dry_run:
        raise typer.Exit(_dry_run(site, issue, to, json))
    revision = revision_of(site, issue)
    name = _list_name(revision, to)
    mailing = _taken_up(revision, name) or _started(site, revision, name, confirm_count, schedule, quiet=json)
    if detach or schedule:
        leaves_at = mailing.send_at or mailing.not_before
        shell.done(f"mailing {mailing.pk} is started; the first mail can leave at {shell.clock(site, leaves_at)}")
        shell.next_step(
            f"newsletter mailing resume {mailing.pk}",
            "sends it; so does newsletter serve, or a worker, if it is running",
        )
        shell.next_step(f"newsletter mailing cancel {mailing.pk}", "calls it back")
        if json:
            from newsletter.reports.counts import report_of

            shell.print_json(report_of(mailing).as_json())
        return
    sending.count_down(mailing)
    report = sending.send(site, mailing)
    if json:
        shell.print_json(report.as_json())
    else:
        sending.show_report(site, report)
    raise typer.Exit(sending.finish(site, report))


def _dry_run(site: "Site", issue: str, to: str | None, json: bool) -> int:
    """Show the plan; what the import of a file wrote is taken back."""
    from django.db import transaction

    from newsletter.store.assets import taken_back

    from_file = path_of(issue) is not None
    with taken_back() if from_file else nullcontext(), transaction.atomic() if from_file else nullcontext():
        revision = revision_of(site, issue)
        plan = _plan(site, revision, _list_name(revision, to))
        if from_file:
            transaction.set_rollback(True)
    if json:
        shell.print_json(_plan_json(plan))
    else:
        _show(site, plan)
        shell.err.print("This was a dry run: nothing was sent.")
    return shell.CHECKS_FAILED if plan.errors else shell.ERROR if plan.problems else shell.OK


def _schedule(site: "Site", at: str | None, zone: str | None, latest: str | None) -> "Schedule | None":
    """When the mailing is to start. Raises ``Stop``."""
    from newsletter.delivery.schedule import LATEST, ScheduleError, read_schedule
    from newsletter.settings_base import read_span

    if at is None:
        if zone or latest:
            raise shell.Stop(
                "--zone and --latest belong to --at, which is missing", mend="add --at TIME", code=shell.USAGE
            )
        return None
    try:
        span = LATEST if latest is None else read_span(latest)
        return read_schedule(at, zone or site.settings.site.timezone, latest=span, now=datetime.now(UTC))
    except ScheduleError as error:
        raise shell.Stop(str(error), mend=error.mend, code=shell.USAGE) from None
    except ValueError as error:
        raise shell.Stop(f"--latest: {error}", code=shell.USAGE) from None


def _list_name(revision: "Revision", to: str | None) -> str:
    from newsletter.store.revisions import open_revision

    name = to or open_revision(revision).issue.list
    if name is None:
        raise shell.Stop(
            "it is not said to which list", mend='add --list NAME, or list = "NAME" to the issue', code=shell.USAGE
        )
    return name


def _plan(site: "Site", revision: "Revision", name: str) -> "Plan":
    from newsletter.delivery.plan import NoSuchList, plan_mailing

    try:
        return plan_mailing(site, revision, name, now=datetime.now(UTC))
    except NoSuchList as error:
        raise shell.Stop(str(error), mend="newsletter list add NAME makes one", code=shell.USAGE) from None


def _taken_up(revision: "Revision", name: str) -> "Mailing | None":
    """The mailing that there is already of this issue to this list."""
    from newsletter.delivery.plan import NoSuchList, existing, list_of

    try:
        mailing = existing(revision, list_of(name))
    except NoSuchList as error:
        raise shell.Stop(str(error), mend="newsletter list add NAME makes one", code=shell.USAGE) from None
    if mailing is None:
        return None
    shell.err.print(
        f"{mailing.revision.issue.slug} goes to {name} once: this is mailing {mailing.pk} (revision "
        f"{mailing.revision.number}). Nobody gets it twice."
    )
    if mailing.revision_id != revision.pk:
        shell.err.print(f"What was changed in revision {revision.number} is not in it.")
    return mailing


def _started(
    site: "Site",
    revision: "Revision",
    name: str,
    confirm_count: int | None,
    schedule: "Schedule | None",
    *,
    quiet: bool,
) -> "Mailing":
    from newsletter.delivery.mailing import start_mailing
    from newsletter.delivery.plan import ChecksFailed, CountMismatch, MailingError, NotReady

    plan = _plan(site, revision, name)
    if not quiet:
        _show(site, plan)
    if plan.errors:
        raise typer.Exit(shell.CHECKS_FAILED)
    if plan.problems:
        raise typer.Exit(shell.ERROR)
    if plan.count == 0:
        raise shell.Stop(f"nobody on the list '{name}' can be mailed now")
    count = _confirmed(plan.count) if confirm_count is None else confirm_count
    try:
        return start_mailing(
            site,
            revision,
            name,
            confirm_count=count,
            actor=shell.actor(),
            now=datetime.now(UTC),
            schedule=schedule,
        )
    except CountMismatch as error:
        raise shell.Stop(
            str(error), mend="look at who is on the list, then try again", code=shell.COUNT_MISMATCH
        ) from None
    except (ChecksFailed, NotReady, MailingError) as error:
        raise shell.Stop(str(error)) from None


def _confirmed(count: int) -> int:
    """The number that is typed. Raises ``Stop`` where nobody can type."""
    if not sys.stdin.isatty():
        raise shell.Stop(
            "nobody is there to confirm the number of recipients",
            mend=f"in a script, pass --confirm-count {count}",
            code=shell.USAGE,
        )
    shell.err.print(f"Type the number of recipients to send it to {count:,} people (Ctrl-C to leave): ", end="")
    typed = input().strip().replace(",", "").replace("'", "")
    if not typed.isdecimal():
        raise shell.Stop("no number was typed; nothing was sent", code=shell.COUNT_MISMATCH)
    return int(typed)


def _show(site: "Site", plan: "Plan") -> None:
    """What goes out, from whom, to whom, what was found."""
    envelope = plan.envelope
    undo = site.settings.delivery.undo
    facts = [
        (
            "issue",
            f"{plan.revision.issue.slug}, revision {plan.revision.number} of {shell.moment(site, plan.revision.at)}",
        ),
        ("subject", _plain_subject(plan)),
        ("languages", ", ".join(plan.renderings)),
        ("from", f"{envelope.sender_name} <{envelope.sender_email or 'no address yet'}>"),
        ("replies to", envelope.reply_to or "no address yet"),
        ("through", plan.provider + ("" if plan.provider == "outbox" else f", {_minutes(undo)} to call it back")),
        ("to", f"{plan.mailing_list.name} ({plan.mailing_list.slug}): {_people(plan.count)}"),
    ]
    for name, value in facts:
        shell.out.print(f"[dim]{name:10}[/] {shell.plain(value)}")
    for why, number in plan.left_out.items():
        shell.out.print(f"[dim]{'left out':10}[/] {number:,}  {shell.plain(sending.why_left_out(why))}")
    for language, finding in plan.findings:
        colour = {"error": "bold red", "warning": "yellow"}.get(finding.level, "cyan")
        where = ", ".join(filter(None, (language, finding.place.item and f"item {finding.place.item}")))
        shell.out.print(f"[{colour}]{finding.level}:[/] {shell.plain(finding.message)} [dim]({shell.plain(where)})[/]")
        shell.out.print(f"   [bold]mend:[/] {shell.plain(finding.mend)}")
    for problem in plan.problems:
        shell.err.print(f"[bold red]error:[/] {shell.plain(problem)}")
    if plan.errors:
        shell.err.print("[bold red]Errors must be mended before it can be sent.[/]")


def _plan_json(plan: "Plan") -> dict[str, Any]:
    return {
        "issue": plan.revision.issue.slug,
        "revision": plan.revision.number,
        "list": plan.mailing_list.slug,
        "provider": plan.provider,
        "sender": f"{plan.envelope.sender_name} <{plan.envelope.sender_email}>",
        "subject": _plain_subject(plan),
        "languages": list(plan.renderings),
        "recipients": plan.count,
        "left_out": plan.left_out,
        "problems": list(plan.problems),
        "findings": [
            {"language": language, "level": one.level, "check": one.check, "message": one.message, "mend": one.mend}
            for language, one in plan.findings
        ],
    }


def _plain_subject(plan: "Plan") -> str:
    from newsletter.render.fields import fill

    return fill(plan.renderings[plan.language], {}).subject


def _people(count: int) -> str:
    return f"{count:,} recipient" + ("" if count == 1 else "s")


def _minutes(undo: Any) -> str:
    return f"{undo.total_seconds() / 60:g} minutes"
