"""``newsletter suppression``: who is never mailed, whatever the lists say."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from subscribers.address import Address

app = typer.Typer(no_args_is_help=True, help="Who is never mailed, whatever the lists say.")

SHOWN = 20
"""Refused lines that are shown; the rest is counted."""


class Reason(StrEnum):
    """Why somebody is suppressed by hand."""

    MANUAL = "manual"
    BOUNCED = "bounced"
    SOFT_BOUNCES = "soft-bounces"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


Whom = Annotated[str, typer.Argument(metavar="ADDRESS|@DOMAIN", help="An address, or all addresses of a domain.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]


@app.command("show")
def show(
    whom: Annotated[
        str | None, typer.Argument(metavar="ADDRESS|@DOMAIN", help="Of whom; without it, how many for which reason.")
    ] = None,
    json: Json = False,
) -> None:
    """Say whether an address or domain is suppressed, why, since when, and what came back of its mails.

    Only keyed hashes are kept: whoever is suppressed can be looked up, but not listed.
    """
    site = shell.open_site()
    from newsletter.reports.readers import effect_of

    if whom is None:
        _show_counts(json=json)
        return
    found = _known(whom)
    if json:
        shell.print_json(found)
        return
    for entry in found["suppressed"]:
        since = shell.moment(site, entry["at"])
        shell.out.print(shell.plain(f"{entry['whom']} is suppressed: {entry['reason']}, since {since}, {entry['by']}"))
    if not found["suppressed"]:
        shell.out.print(shell.plain(f"{whom} is not suppressed"))
    if found["came_back"]:
        rows = [
            (shell.moment(site, one["at"]), one["kind"], one["source"], one["detail"], effect_of(one))
            for one in found["came_back"]
        ]
        shell.out.print()
        shell.table(("when", "what came back", "from", "in its words", "effect"), rows)


@app.command("add")
def add(whom: Whom, reason: Annotated[Reason, typer.Option("--reason", help="Why.")] = Reason.MANUAL) -> None:
    """Never mail an address, or a whole domain, whatever the lists say. Only a keyed hash of it is kept.

    @example.org is everybody at example.org, and nobody at mail.example.org: name each domain of its own. A rule that
    took in all names below would, with one slip, silence a university or a whole country.
    """
    shell.open_site()
    from django.utils import timezone

    from subscribers import suppression

    options: dict[str, Any] = {"reason": reason.value, "actor": shell.actor(), "at": timezone.now()}
    if whom.startswith("@"):
        new = suppression.suppress_host(host_of(whom), **options)
    else:
        new = suppression.suppress(address_of(whom), **options)
    shell.done(f"{whom} is never mailed" + ("" if new else ", as before"))
    shell.next_step(f"newsletter suppression lift {whom}", "takes it back")


@app.command("lift")
def lift(whom: Whom) -> None:
    """Take a suppression back. Who unsubscribed stays unsubscribed."""
    shell.open_site()
    from django.utils import timezone

    from subscribers import suppression

    now = timezone.now()
    if whom.startswith("@"):
        lifted = suppression.lift_host(host_of(whom), at=now)
    else:
        lifted = suppression.lift(address_of(whom), at=now, actor=shell.actor())
    if not lifted:
        raise shell.Stop(f"{whom} is not suppressed")
    shell.done(f"{whom} is no longer suppressed")
    if not whom.startswith("@") and suppression.is_suppressed(address := address_of(whom)):
        shell.err.print(f"Its domain still is: newsletter suppression lift @{address.host}")


@app.command("import")
def import_suppressions(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, or a line for each address or @domain.")],
    reason: Annotated[Reason | None, typer.Option("--reason", help="Why, for all of them.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come of it.")] = False,
    json: Json = False,
) -> None:
    """Suppress everybody in a file: exports of SendGrid and Mailchimp, plain lists, or what 'suppression export' wrote.

    A column 'reason' says why for each row. Rows that cannot be read are listed, the others are taken. Nothing is ever
    lifted by it. Exit code 4 where rows were refused.
    """
    shell.open_site()
    from django.utils import timezone

    from subscribers import suppressing
    from subscribers.importing.errors import FileError

    try:
        found = suppressing.read(file, reason=reason.value if reason else None)
    except FileError as error:
        raise shell.Stop(error.message, mend=error.mend) from None
    except OSError as error:
        raise shell.Stop(f"{file} cannot be read: {error.strerror}") from None
    entries = list(found.entries.values())
    new = suppressing.take(entries, actor=shell.actor(), at=timezone.now(), dry_run=dry_run)
    if json:
        refused = [{"line": one.line, "reason": one.reason} for one in found.refused]
        shell.print_json({"new": new, "before": len(entries) - new, "refused": refused, "dry_run": dry_run})
    else:
        for one in found.refused[:SHOWN]:
            shell.err.print(shell.plain(f"{file.name}:{one.line}: refused: {one.reason}"))
        if len(found.refused) > SHOWN:
            shell.err.print(f"and {len(found.refused) - SHOWN:,} more refused")
    verb = "would be suppressed" if dry_run else "suppressed"
    shell.done(
        f"{file.name} is {found.looks_like}: {new:,} {verb}, {len(entries) - new:,} were before, "
        f"{len(found.refused):,} refused"
    )
    raise typer.Exit(shell.PARTLY_FAILED if found.refused else shell.OK)


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file to write.")],
) -> None:
    """Write whoever is suppressed to a file, as keyed hashes with reason and time.

    The addresses themselves are not kept, so nobody can write them. 'suppression import' reads the file in a site with
    the same erasure_key, such as one that takes over from this; other systems can do nothing with it.
    """
    shell.open_site()
    from subscribers import suppressing

    try:
        number = suppressing.write(file)
    except FileExistsError:
        raise shell.Stop(f"{file} is there already; nothing was written", mend="choose another name") from None
    except OSError as error:
        raise shell.Stop(f"{file} cannot be written: {error.strerror}") from None
    hashes = "1 hash" if number == 1 else f"{number:,} hashes"
    shell.done(f"wrote {hashes} to {file}; only a site with the same erasure_key can read them")


@app.command("pull")
def pull(json: Json = False) -> None:
    """Read SendGrid's own lists of addresses it mails no more: bounces, blocks, invalid addresses, spam reports and
    unsubscribes. 'newsletter serve' does so once a day."""
    site = shell.open_site()
    from datetime import UTC, datetime

    from newsletter.events import process, sendgrid_lists

    try:
        number = sendgrid_lists.pull(site, now=datetime.now(UTC))
    except sendgrid_lists.PullError as error:
        raise shell.Stop(str(error)) from None
    process.process_waiting(now=lambda: datetime.now(UTC))
    if json:
        shell.print_json({"entries": number})
    else:
        shell.done(f"{number:,} entries of SendGrid's lists were read")
    shell.next_step("newsletter suppression show", "counts who is suppressed, and why")


def address_of(written: str) -> "Address":
    """The address that was typed. Raises ``Stop``."""
    from subscribers.address import AddressError, normalise

    try:
        return normalise(written)
    except AddressError as error:
        raise shell.Stop(f"'{written}': {error.message}", mend=error.mend, code=shell.USAGE) from None


def host_of(written: str) -> str:
    """The domain that was typed. Raises ``Stop``."""
    from subscribers.address import AddressError, normalise_host

    try:
        return normalise_host(written)
    except AddressError:
        raise shell.Stop(f"'{written}' is no domain", mend="write it as @example.org", code=shell.USAGE) from None


def _show_counts(*, json: bool) -> None:
    from django.db.models import Count

    from subscribers.models import Suppression

    standing = Suppression.objects.filter(lifted_at=None)
    counted = list(standing.values("kind", "reason").annotate(count=Count("pk")).order_by("kind", "-count"))
    if json:
        shell.print_json(counted)
    elif counted:
        rows = [(one["kind"], one["reason"], f"{one['count']:,}") for one in counted]
        shell.table(("what", "reason", "suppressed"), rows, right=("suppressed",))
    else:
        shell.err.print("Nobody is suppressed.")


def _known(whom: str) -> dict[str, Any]:
    from newsletter.reports.readers import came_back
    from subscribers.hashing import value_hash
    from subscribers.models import Suppression

    domain = whom.startswith("@")
    host = host_of(whom) if domain else address_of(whom).host
    values = {("domain", value_hash(host)): f"@{host}"}
    hashed = ""
    if not domain:
        hashed = value_hash(address_of(whom).norm)
        values |= {("address", hashed): whom}
    standing = Suppression.objects.filter(value_hash__in=[value for _, value in values], lifted_at=None)
    return {
        "suppressed": [
            {"whom": values[one.kind, one.value_hash], "reason": one.reason, "at": one.at, "by": f"by {one.actor}"}
            for one in standing
            if (one.kind, one.value_hash) in values
        ],
        "came_back": came_back([hashed] if hashed else []),
    }
