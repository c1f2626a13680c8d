"""What the commands share that send: the undo countdown, the progress bar, the report at the end."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import Task
    from rich.text import Text

    from newsletter.delivery.engine import Progress
    from newsletter.models import Mailing
    from newsletter.reports.counts import Report
    from newsletter.site import Site

_COLOURS = {"accepted": "green", "refused": "yellow", "failed": "red", "unknown": "red"}


def count_down(mailing: "Mailing") -> None:
    """Wait until the undo window is over; Ctrl-C cancels the mailing and ends the command."""
    left = (mailing.not_before - datetime.now(UTC)).total_seconds()
    if left <= 0:
        return
    shell.err.print(f"The first mail leaves in {span(left)}. [bold]Ctrl-C now cancels the mailing.[/]")
    try:
        with shell.err.status("") as status:
            while (left := (mailing.not_before - datetime.now(UTC)).total_seconds()) > 0:
                status.update(f"{span(left)} left to cancel with Ctrl-C")
                time.sleep(min(left, 0.2))
    except KeyboardInterrupt:
        from newsletter.delivery import control

        control.cancel(mailing, actor=shell.actor(), now=datetime.now(UTC))
        shell.err.print(f"\nMailing {mailing.pk} is cancelled. Nobody was mailed.")
        raise typer.Exit(shell.INTERRUPTED) from None


def send(site: "Site", mailing: "Mailing") -> "Report":
    """Send what is left of the mailing under a progress bar. The first Ctrl-C stops between two calls to the provider;
    then the report says what is left."""
    from newsletter.delivery import notices
    from newsletter.delivery.engine import SenderBusy, send_mailing
    from newsletter.reports.counts import report_of

    with _interruptible() as stopped, _bar() as bar:
        task = bar.add_task("sending", total=mailing.count, start=False)

        def show(progress: "Progress") -> None:
            if not bar.tasks[0].started and not progress.waiting_until:
                bar.update(task, completed=progress.done)
                bar.start_task(task)
            until = progress.waiting_until
            words = f"waiting until {shell.clock(site, until)}" if until else "sending"
            bar.update(task, completed=progress.done, description=words)

        while not stopped:
            try:
                send_mailing(site, mailing, progress=show, stop=lambda: bool(stopped))
                notices.tell(site, mailing, now=datetime.now(UTC))
                break
            except SenderBusy:
                bar.update(task, description="another command of this site is sending; this one waits")
                time.sleep(0.3)
    mailing.refresh_from_db()
    return report_of(mailing)


def finish(site: "Site", report: "Report") -> int:
    """Say how it ended and what to do next; the exit code."""
    if report.state == "paused":
        shell.err.print(f"[bold red]paused:[/] {shell.plain(report.reason)}")
        if waiting := report.states.get("submitting"):
            shell.err.print(
                f"{waiting:,} are in calls without an answer. 'newsletter serve' or a worker calls them back while "
                "there is time, if one runs; else resuming does"
            )
        shell.next_step(f"newsletter mailing resume {report.id}", "goes on once that is mended")
        return shell.TRY_LATER
    if report.open and report.state == "running":
        shell.err.print(
            f"this command stopped; {report.open:,} of {report.recipients:,} are still to be mailed. "
            "'newsletter serve' or a worker goes on with them, if one runs"
        )
        shell.next_step(f"newsletter mailing resume {report.id}", "goes on where it stopped; nobody is mailed twice")
        shell.next_step(f"newsletter mailing pause {report.id}", "keeps everybody from going on until then")
        return shell.INTERRUPTED
    if report.provider == "outbox" and report.states.get("accepted"):
        shell.done(
            f"the mails are in {site.outbox}; a mail program opens it, such as: mutt -f {shell.typed(site.outbox)}"
        )
    shell.next_step(f"newsletter mailing report {report.id}", "shows it again; --csv FILE gives each recipient")
    return shell.PARTLY_FAILED if report.partly_failed else shell.OK


def handed_over(site: "Site", leaves_at: datetime | None) -> str:
    """A sentence on mails that the provider has and that have not left; nothing where there are none."""
    if leaves_at is None or leaves_at <= datetime.now(UTC):
        return ""
    zone = shell.zone_of(site)
    there = leaves_at.astimezone(zone)
    day = "" if there.date() == datetime.now(zone).date() else f" on {there:%Y-%m-%d}"
    return f"handed over, leaves at {there:%H:%M}{day} ({zone})"


def show_report(site: "Site", report: "Report") -> None:
    """The report on stdout."""
    started = shell.moment(site, report.started_at)
    shell.out.print(f"[bold]Mailing {report.id}[/]: {report.issue} (revision {report.revision}) to {report.list}")
    shell.out.print(f"[dim]{shell.plain(report.sender)}, through {report.provider}, by {report.by}, {started}[/]")
    state, reason = _standing(site, report)
    shell.out.print(state + (f": {shell.plain(reason)}" if reason else ""))
    if leaving := handed_over(site, report.leaves_at):
        shell.out.print(leaving)
    shell.out.print()
    for state, number in report.states.items():
        shell.out.print(f"[{_COLOURS.get(state, 'default')}]{state:12}[/]{number:>9,}")
    shell.out.print(f"{'recipients':12}{report.recipients:>9,}")
    if report.events:
        told = ", ".join(
            f"{number:,} {'not heard of' if kind == 'nothing' else kind}" for kind, number in report.events.items()
        )
        shell.out.print(f"{'since':12}{told}")
    for why, number in report.left_out.items():
        shell.out.print(f"[dim]{'left out':12}{number:>9,}  {shell.plain(why_left_out(why))}[/]")
    if len(report.languages) > 1:
        shell.out.print()
        rows = [
            (language, ", ".join(f"{number:,} {state}" for state, number in counts.items()))
            for language, counts in report.languages.items()
        ]
        shell.table(("language", "recipients"), rows)
    if report.reasons:
        shell.out.print()
        reasons = [(one.state, f"{one.count:,}", one.reason) for one in report.reasons]
        shell.table(("state", "recipients", "reason"), reasons, right=("recipients",))


def _standing(site: "Site", report: "Report") -> tuple[str, str]:
    """The state, and why nothing moves; by its rows alone a mailing runs that a sender has left."""
    if report.state != "running":
        return report.state, report.reason
    from newsletter.delivery.engine import somebody_sends
    from newsletter.models import Mailing
    from newsletter.reports.progress import look

    now = look(Mailing.objects.get(pk=report.id), now=datetime.now(UTC), alone=not somebody_sends(site))
    return now.state, now.reason


def why_left_out(reason: str) -> str:
    """Why the audience leaves somebody out, in words."""
    return "not confirmed yet" if reason == "pending" else reason


@contextmanager
def _interruptible() -> Iterator[list[int]]:
    """A list that is no longer empty once Ctrl-C was pressed; a second Ctrl-C ends the command at once."""
    stopped: list[int] = []

    def stop(number: int, _: object) -> None:
        stopped.append(number)
        signal.signal(signal.SIGINT, before)
        shell.err.print("\nstopping once the provider has answered; Ctrl-C again ends at once")

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _bar() -> "Bar":
    from rich import progress
    from rich.text import Text as _Text

    class Rate(progress.ProgressColumn):
        def render(self, task: "Task") -> "Text":
            return _Text(f"{task.speed:,.0f}/s" if task.speed else "")

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        Rate(),
        progress.TimeRemainingColumn(),
        console=shell.err,
        disable=not shell.err.is_terminal,
        transient=True,
    )


def span(seconds: float) -> str:
    """So long, in words."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} second" if rest == 1 else f"{rest} seconds"
    return f"{minutes}:{rest:02} minutes" if rest else f"{minutes} minute" + ("" if minutes == 1 else "s")
