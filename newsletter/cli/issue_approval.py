"""``newsletter issue approval``: whether an issue may be mailed, and who said so."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from newsletter.models import Approval


def show_approval(
    slug: Annotated[str, typer.Argument(metavar="ISSUE", help="The name of an issue of the site.")],
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """Say whether an issue is approved, for whom, by whom, and what made it void if something did. It is submitted and
    approved at the desk (newsletter serve). A site without accounts, or that one person runs, needs no approval.
    """
    site = shell.open_site()
    from newsletter.delivery import approval
    from newsletter.store.assets import not_kept
    from newsletter.store.revisions import UnknownIssue, newest

    try:
        revision = newest(slug)
    except UnknownIssue as error:
        raise shell.Stop(str(error), mend="newsletter issue list shows them all", code=shell.USAGE) from None
    found = approval.newest_of(revision.issue)
    if found:
        with not_kept():
            approval.looked(site, found, now=datetime.now(UTC))
    needed = approval.needed(site)
    if json:
        shell.print_json({"needed": needed, **(_facts(found) if found else {"state": None})})
        return
    if not found:
        shell.out.print("not submitted" if needed else "not submitted; this site needs no approval")
        return
    for name, value in _facts(found).items():
        if value:
            said = shell.moment(site, value) if isinstance(value, datetime) else str(value)
            shell.out.print(f"[dim]{name.replace('_', ' '):13}[/] {shell.plain(said)}")
    if mailing := approval.mailed_by(found):
        shell.next_step(f"newsletter mailing status {mailing.pk}", "it was mailed")
    elif found.state == found.State.APPROVED:
        shell.next_step(f"newsletter issue send {slug} --list {found.audience['list']}", "mails it")


def _facts(one: "Approval") -> dict[str, Any]:
    from newsletter.delivery.approval import Audience

    return {
        "state": one.state,
        "revision": one.revision.number,
        "to": Audience.of_json(one.audience).words(),
        "recipients": one.count,
        "submitted_by": one.submitted_by.name if one.submitted_by else None,
        "submitted_at": one.submitted_at,
        "note": one.note,
        "decided_by": one.by.name if one.by else None,
        "decided_at": one.at,
        "reason": one.reason,
    }
