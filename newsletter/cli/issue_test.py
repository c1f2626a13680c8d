"""``newsletter issue test``: an issue to a few addresses, to look at."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.issue_argument import IssueArgument, revision_of

if TYPE_CHECKING:
    from newsletter.delivery.providers.base import Outcome
    from newsletter.site import Site
    from subscribers.models import Subscriber


def test(
    issue: IssueArgument,
    to: Annotated[
        list[str], typer.Option("--to", metavar="ADDRESS", help="Who gets the test: up to 10, one after the other.")
    ],
    more: Annotated[list[str] | None, typer.Argument(metavar="ADDRESS", help="More of them.")] = None,
    reader: Annotated[
        str | None,
        typer.Option("--as", metavar="SUBSCRIBER", help="Show it as this subscriber (address) would see it."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The outcomes as JSON on stdout.")] = False,
) -> None:
    """Send an issue to yourself: "[Test]" in the subject, links that unsubscribe nobody, in no statistics.

    Through the outbox it goes into the site's testmail folder. Exit code 4 if an address was not accepted.
    """
    site = shell.open_site()
    from newsletter.delivery.plan import MailingError, NotReady
    from newsletter.delivery.providers.base import Accepted
    from newsletter.delivery.trial import send_test
    from subscribers.address import AddressError

    subscriber = _subscriber(reader) if reader else None
    revision = revision_of(site, issue)
    try:
        now, everybody = datetime.now(UTC), [*to, *(more or ())]
        tested = send_test(site, revision, everybody, actor=shell.actor(), now=now, reader=subscriber)
    except NotReady as error:
        raise shell.Stop(str(error)) from None
    except (MailingError, AddressError) as error:
        raise shell.Stop(str(error), code=shell.USAGE) from None
    rows = [(one.address, _word(one.outcome), one.outcome.reason) for one in tested]
    if json:
        shell.print_json([dict(zip(("address", "outcome", "reason"), row, strict=True)) for row in rows])
    else:
        shell.table(("address", "outcome", "reason"), rows)
    if not all(isinstance(one.outcome, Accepted) for one in tested):
        raise typer.Exit(shell.PARTLY_FAILED)
    _where(site)
    slug = revision.issue.slug
    shell.next_step(f"newsletter issue send {slug} --list NAME --dry-run", "shows to whom it would go")


def _word(outcome: "Outcome") -> str:
    """``outcome`` as it concerns one address."""
    from newsletter.delivery.providers.base import Accepted, Ambiguous, Refused, Resubmit

    words = ((Accepted, "accepted"), (Ambiguous, "unknown"), (Refused, "refused"), (Resubmit, "refused"))
    return next((word for kind, word in words if isinstance(outcome, kind)), "not sent")


def _where(site: "Site") -> None:
    if site.settings.delivery.provider == "outbox":
        shell.done(
            f"the test is in {site.testmail}; a mail program opens it, such as: mutt -f {shell.typed(site.testmail)}"
        )


def _subscriber(address: str) -> "Subscriber":
    from subscribers.address import AddressError, normalise
    from subscribers.models import Subscriber

    try:
        found = Subscriber.objects.filter(email_norm=normalise(address).norm).first()
    except AddressError as error:
        raise shell.Stop(str(error), code=shell.USAGE) from None
    if found is None:
        raise shell.Stop("--as names nobody: there is no subscriber with that address", code=shell.USAGE)
    return found
