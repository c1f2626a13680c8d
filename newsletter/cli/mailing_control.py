"""``newsletter mailing pause|resume|cancel|retry|unknown|resolve``: what a person decides about a mailing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import sending, shell

if TYPE_CHECKING:
    from newsletter.models import Mailing
    from newsletter.site import Site

Id = Annotated[int, typer.Argument(metavar="ID", help="The number of the mailing.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]
SHOWN = 50
"""Rows that are shown on a terminal."""


class End(StrEnum):
    """What can be known of a delivery that was unknown."""

    ACCEPTED = "accepted"
    FAILED = "failed"


def find_mailing(number: int) -> "Mailing":
    """The mailing of that number. Raises ``Stop``."""
    from newsletter.models import Mailing

    found = Mailing.objects.select_related("revision__issue", "list").filter(pk=number).first()
    if found is None:
        raise shell.Stop(f"there is no mailing {number}", mend="newsletter mailing list shows them", code=shell.USAGE)
    return found


def pause(mailing: Id) -> None:
    """Stop a mailing for now, whoever is sending it. What the provider has already leaves all the same."""
    site = shell.open_site()
    from newsletter.delivery import control, fencing

    found, now = find_mailing(mailing), datetime.now(UTC)
    with _stops():
        control.pause(found, actor=shell.actor(), now=now)
    shell.done(f"mailing {mailing} is paused from the next call to the provider on")
    leaving = fencing.leaving(found, now=now)
    if said := sending.handed_over(site, leaving.leaves_at):
        shell.err.print(f"{leaving.number:,} of it are {said}, all the same")
        shell.next_step(f"newsletter mailing cancel {mailing}", "takes back what it can of that, and ends the mailing")
    shell.next_step(f"newsletter mailing resume {mailing}", "goes on")


def resume(mailing: Id, json: Json = False) -> None:
    """Send what is left of a mailing that was paused, stopped or detached. Nobody is mailed twice."""
    site = shell.open_site()
    from newsletter.delivery import control

    found = find_mailing(mailing)
    if found.state == found.State.CANCELLED:
        raise shell.Stop(
            f"mailing {mailing} was cancelled and stays so",
            mend="newsletter issue send mails those who have not got it",
        )
    _require_provider(site, found)
    with _stops():
        control.resume(found, actor=shell.actor(), now=datetime.now(UTC))
    sending.count_down(found)
    _send(site, found, json=json)


def cancel(mailing: Id) -> None:
    """Mail nobody any more who is still waiting, and take back what the provider has but has not let go, as far as it
    can. What was sent stays sent.
    """
    site = shell.open_site()
    from newsletter.delivery.calling_off import call_off
    from newsletter.reports.counts import report_of

    found = find_mailing(mailing)
    with _stops():
        taken = call_off(site, found, actor=shell.actor(), now=datetime.now(UTC))
    mailed = report_of(found).states.get("accepted", 0)
    if taken.back or taken.leaving.number:
        shell.done(f"mailing {mailing} is cancelled: {taken.back:,} were taken back before their mail left")
    else:
        shell.done(f"mailing {mailing} is cancelled: {mailed:,} were mailed before")
    if said := sending.handed_over(site, taken.leaving.leaves_at):
        shell.err.print(
            f"{taken.leaving.number:,} stay mailed: {said}, and {found.provider} takes back no more of it now"
        )
    if taken.calling:
        shell.err.print(
            f"{taken.calling:,} are in calls to {found.provider} that have no answer yet; whoever sends them takes "
            "back what it can of them as soon as they have"
        )
        shell.next_step(f"newsletter mailing status {mailing}", "shows what became of them")


def retry(mailing: Id, json: Json = False) -> None:
    """Mail those again who failed: the provider surely did not take them. Nobody else is mailed."""
    site = shell.open_site()
    from newsletter.delivery import control

    found = find_mailing(mailing)
    _require_provider(site, found)
    with _stops():
        number = control.retry_failed(found, actor=shell.actor(), now=datetime.now(UTC))
        if not number:
            raise shell.Stop(f"nobody of mailing {mailing} failed; there is nobody to mail again")
        control.resume(found, actor=shell.actor(), now=datetime.now(UTC))
    shell.err.print(f"{number:,} that failed are mailed again.")
    _send(site, found, json=json)


def unknown(
    mailing: Id,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write all of them to this file.")] = None,
    json: Json = False,
) -> None:
    """List those who may have been mailed and may not: the answer of the provider was lost. They are never mailed again
    by themselves.
    """
    shell.open_site()
    from newsletter.models import Delivery
    from newsletter.reports.exports import write_recipients

    found = find_mailing(mailing)
    rows = Delivery.objects.filter(mailing=found, state=Delivery.State.UNKNOWN).order_by("pk")
    if csv:
        try:
            number = write_recipients(found, csv, state=Delivery.State.UNKNOWN)
        except FileExistsError:
            raise shell.Stop(f"{csv} is there already; nothing was written", mend="choose another --csv") from None
        shell.done(f"wrote {number:,} recipients to {csv}; it holds addresses: keep it safe")
    columns = ("public_id", "address", "at", "reason", "attempt__provider_ref")
    if json:
        names = ("delivery", "address", "at", "reason", "provider_ref")
        shell.print_json([dict(zip(names, row, strict=True)) for row in rows.values_list(*columns)])
        return
    total = rows.count()
    if not total:
        shell.err.print(f"Of everybody in mailing {mailing} it is known what became of them.")
        return
    if not csv:
        shown = [(key, who, f"{at:%Y-%m-%d %H:%M}", why) for key, who, at, why, _ in rows.values_list(*columns)[:SHOWN]]
        shell.table(("delivery", "address", "since (UTC)", "why"), shown)
        if total > SHOWN:
            shell.err.print(f"and {total - SHOWN:,} more; --csv FILE gives all")
    shell.next_step(
        f"newsletter mailing resolve {mailing} --delivery ID --as accepted --reason TEXT",
        "once you know, from the provider's own log or from the reader; --all for all of them",
    )


def resolve(
    mailing: Id,
    end: Annotated[End, typer.Option("--as", help="What became of them.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="How you know; it is kept with your name.")],
    delivery: Annotated[
        str | None, typer.Option("--delivery", metavar="ID", help="One delivery, as 'newsletter mailing unknown' says.")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody of the mailing who is unknown.")] = False,
) -> None:
    """Say what became of those who are unknown: accepted (they have it) or failed (they surely have not).

    Who failed can be mailed again with 'newsletter mailing retry'; who has it after all then gets it twice.
    """
    shell.open_site()
    from newsletter.delivery import control
    from newsletter.delivery.ledger import State

    if everybody == (delivery is not None):
        raise shell.Stop("it is not said whom", mend="give --delivery ID, or --all", code=shell.USAGE)
    found = find_mailing(mailing)
    with _stops():
        number = control.resolve(
            found,
            State(end.value),
            actor=shell.actor(),
            reason=reason,
            now=datetime.now(UTC),
            delivery=delivery,
        )
    shell.done(f"{number:,} of mailing {mailing} are {end.value} now")
    if number and end == End.FAILED:
        shell.next_step(f"newsletter mailing retry {mailing}", "mails them again")


@contextmanager
def _stops() -> Iterator[None]:
    """What cannot be done ends the command."""
    from newsletter.delivery.control import ControlError

    try:
        yield
    except ControlError as error:
        raise shell.Stop(str(error)) from None


def _require_provider(site: "Site", mailing: "Mailing") -> None:
    from newsletter.delivery.providers.registry import provider_for

    if problems := provider_for(site, mailing.provider).check():
        raise shell.Stop("; ".join(problems))


def _send(site: "Site", mailing: "Mailing", *, json: bool) -> None:
    """Send what is left and end the command with what came of it."""
    report = sending.send(site, mailing)
    if json:
        shell.print_json(report.as_json())
    else:
        sending.show_report(site, report)
    raise typer.Exit(sending.finish(site, report))
