"""``newsletter issue send``: mail an issue to a list."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import sending, shell
from newsletter.cli.issue_argument import IssueArgument, path_of, revision_of
from newsletter.cli.plans import plan_json, show_plan
from newsletter.cli.segment import show_remarks

if TYPE_CHECKING:
    from newsletter.delivery.plan import Plan
    from newsletter.delivery.schedule import Schedule
    from newsletter.models import Mailing, Revision
    from newsletter.site import Site
    from subscribers.audience import Part


def send(  # noqa: PLR0917  (options are named on the command line)
    issue: IssueArgument,
    to: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="The mailing list; else the one the issue names.")
    ] = None,
    segment: Annotated[
        list[str] | None,
        typer.Option("--segment", metavar="NAME", help="Only those of the list who are in it. Repeatable: in each."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="CONDITION", help="Only those of whom it holds, such as 'country = CH'."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="NAME", help="But none who are in this segment. Repeatable."),
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
    part = _part(segment or [], where or [], exclude or [])
    if dry_run:
        raise typer.Exit(_dry_run(site, issue, to, part, schedule, json=json))
    revision = revision_of(site, issue)
    name = _list_name(revision, to)
    mailing = _taken_up(revision, name, part) or _started(
        site, revision, name, part, confirm_count=confirm_count, schedule=schedule, quiet=json
    )
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


def _part(segment: list[str], where: list[str], exclude: list[str]) -> "Part":
    """Who of the list. Raises ``Stop``."""
    from subscribers import segments
    from subscribers.audience import Part

    try:
        wanted = [*map(segments.saved, segment), *([segments.both(where)] if where else [])]
        part = Part(tuple(wanted), tuple(map(segments.saved, exclude)))
        part.holds()  # a list, topic or issue that it names may be none
    except segments.SegmentError as error:
        raise shell.Stop(str(error), mend="newsletter segment show names the segments", code=shell.USAGE) from None
    for one in (*part.include, *part.exclude):
        show_remarks(one)
    return part


def _dry_run(site: "Site", issue: str, to: str | None, part: "Part", schedule: "Schedule | None", *, json: bool) -> int:
    """Show the plan, and store nothing; what the import of a file wrote is taken back."""
    from django.db import transaction

    from newsletter.store.assets import not_kept, taken_back

    from_file = path_of(issue) is not None
    with taken_back() if from_file else not_kept(), transaction.atomic() if from_file else nullcontext():
        revision = revision_of(site, issue)
        plan = _plan(site, revision, _list_name(revision, to), part, schedule)
        if from_file:
            transaction.set_rollback(True)
    if json:
        shell.print_json(plan_json(plan))
    else:
        show_plan(site, plan)
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


def _plan(site: "Site", revision: "Revision", name: str, part: "Part", schedule: "Schedule | None") -> "Plan":
    from newsletter.delivery.plan import MailingError, NoSuchList, plan_mailing

    try:
        return plan_mailing(
            site, revision, name, now=datetime.now(UTC), part=part, at=schedule.at if schedule else None
        )
    except NoSuchList as error:
        raise shell.Stop(str(error), mend="newsletter list add NAME makes one", code=shell.USAGE) from None
    except MailingError as error:
        raise shell.Stop(str(error)) from None


def _taken_up(revision: "Revision", name: str, part: "Part") -> "Mailing | None":
    """The mailing that there is already of this issue to this list, or to this part of it."""
    from newsletter.delivery.plan import NoSuchList, existing, list_of

    try:
        mailing = existing(revision, list_of(name), part)
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
    part: "Part",
    *,
    confirm_count: int | None,
    schedule: "Schedule | None",
    quiet: bool,
) -> "Mailing":
    from newsletter.delivery import approval
    from newsletter.delivery.mailing import start_mailing
    from newsletter.delivery.plan import ChecksFailed, CountMismatch, MailingError, NotReady

    plan = _plan(site, revision, name, part, schedule)
    if not quiet:
        show_plan(site, plan)
    if plan.errors:
        raise typer.Exit(shell.CHECKS_FAILED)
    if plan.problems:
        raise typer.Exit(shell.ERROR)
    if plan.count == 0:
        those = "" if part.whole else f", of those of whom this holds: {part.words()}"
        raise shell.Stop(f"nobody on the list '{name}' can be mailed now{those}")
    try:
        approval.require(site, plan, now=datetime.now(UTC))
        count = _confirmed(plan.count) if confirm_count is None else confirm_count
        return start_mailing(
            site,
            revision,
            name,
            confirm_count=count,
            actor=shell.actor(),
            now=datetime.now(UTC),
            schedule=schedule,
            part=part,
        )
    except CountMismatch as error:
        raise shell.Stop(
            str(error), mend="look at who is on the list, then try again", code=shell.COUNT_MISMATCH
        ) from None
    except approval.NotApproved as error:
        raise shell.Stop(str(error), mend=error.mend) from None
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
