"""``newsletter event``: what providers and mail servers told of mails, and what it did."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell
from newsletter.cli.mailing_control import find_mailing
from newsletter.cli.suppression import address_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from newsletter.models import Event
    from newsletter.site import Site

app = typer.Typer(no_args_is_help=True, help="What providers and mail servers told of mails, and what it did.")

Json = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]
SHOWN = 50
"""Rows that are shown on a terminal; --json has all."""


@app.command("show")
def show(
    mailing: Annotated[int | None, typer.Option("--mailing", metavar="ID", help="Of the mails of a mailing.")] = None,
    subscriber: Annotated[
        str | None, typer.Option("--subscriber", metavar="ADDRESS", help="Of the mails to an address.")
    ] = None,
    json: Json = False,
) -> None:
    """Show what was told of the mails of a mailing, or of those to an address, the newest first."""
    if (mailing is None) == (subscriber is None):
        raise shell.Stop("it is not said of what", mend="give --mailing ID or --subscriber ADDRESS", code=shell.USAGE)
    site = shell.open_site()
    from newsletter.models import Event

    events = Event.objects.order_by("-at", "-pk")
    if mailing is not None:
        events = events.filter(delivery__mailing=find_mailing(mailing))
    else:
        events = _to(events, subscriber or "")
    found = _rows(events if json else events[:SHOWN])
    if json:
        shell.print_json(found)
        return
    if not found:
        shell.err.print("Nothing was told yet.")
        return
    zone = shell.zone_of(site)
    rows = [
        (
            one["event"],
            f"{one['at'].astimezone(zone):%Y-%m-%d %H:%M:%S}",
            one["kind"],
            one["mailing"],
            one["address"],
            one["detail"],
            one["effect"],
        )
        for one in found
    ]
    headings = ("event", f"when ({zone})", "what", "mailing", "address", "in its words", "effect")
    shell.table(headings, rows, right=("event", "mailing"))
    if (number := events.count()) > SHOWN:
        shell.err.print(f"and {number - SHOWN:,} older ones; --json shows all")


@app.command("undo")
def undo(event: Annotated[int, typer.Argument(metavar="ID", help="The number of the event.")]) -> None:
    """Take back what an event did: a bounce that was a mistake suppresses nobody any more. It is on record who did.

    What a reader said themselves is not undone: who unsubscribed stays so, and who complained stays off the lists. A
    suppression that stands for another reason, too, stays.
    """
    shell.open_site()
    from newsletter.events.undoing import UndoError
    from newsletter.events.undoing import undo as take_back
    from newsletter.models import Event

    found = Event.objects.filter(pk=event).first()
    if found is None:
        raise shell.Stop(
            f"there is no event {event}", mend="newsletter event show --subscriber ADDRESS", code=shell.USAGE
        )
    try:
        lifted = take_back(found, actor=shell.actor(), at=datetime.now(UTC))
    except UndoError as error:
        raise shell.Stop(f"event {event} cannot be undone: {error}") from None
    shell.done(
        f"event {event} is undone; " + ("its address may be mailed again" if lifted else "nothing is lifted by it")
    )
    if lifted and found.provider.startswith("sendgrid"):
        shell.err.print("SendGrid keeps a list of its own: take the address off there, too, or it drops the next mail.")


@app.command("inbox")
def show_inbox(json: Json = False) -> None:
    """Show what came in and could not be read, whole or in part, and how much waits to be looked into."""
    site = shell.open_site()
    from newsletter.models import WebhookInbox

    columns = ("id", "provider", "received_at", "problem")
    found = list(WebhookInbox.objects.exclude(problem="").order_by("-pk").values(*columns))
    waiting = WebhookInbox.objects.filter(done_at=None).count()
    if json:
        shell.print_json({"waiting": waiting, "problems": found})
        return
    if found:
        rows = [(one["id"], one["provider"], shell.moment(site, one["received_at"]), one["problem"]) for one in found]
        shell.table(("number", "from", "when", "problem"), rows[:SHOWN], right=("number",))
    else:
        shell.err.print("Everything that came in could be read.")
    shell.err.print(f"{waiting:,} posts and mails wait to be looked into.")


@app.command("read")
def read(json: Json = False) -> None:
    """Read the mailbox for bounces once, and look into whatever came in. 'newsletter serve' does so each minute."""
    site = shell.open_site()
    from newsletter.events import mailbox, process

    number = 0
    if mailbox.configured(site):
        try:
            number = mailbox.read(site, now=datetime.now(UTC))
        except mailbox.MailboxError as error:
            raise shell.Stop(str(error), mend="see docs/howto/hear-back.md") from None
    done = process.process_waiting(now=lambda: datetime.now(UTC))
    _say_read(site, number, done, json=json)


def _say_read(site: "Site", number: int, done: int, *, json: bool) -> None:
    from newsletter.events import mailbox

    if json:
        shell.print_json({"mails": number, "looked_into": done})
    elif mailbox.configured(site):
        shell.done(f"{number:,} mails were read; {done:,} posts and mails looked into")
    else:
        shell.done(f"{done:,} posts looked into; no mailbox is named under [bounces]")


def _to(events: "QuerySet[Event]", written: str) -> "QuerySet[Event]":
    """The events of mails to an address, and of the address itself."""
    from django.db.models import Q

    from newsletter.models import Event
    from subscribers.hashing import value_hash
    from subscribers.models import Feedback

    norm = address_of(written).norm
    told = Feedback.objects.filter(value_hash=value_hash(norm)).values_list("source", "external_id")
    own = [
        pk
        for source, external_id in told
        for pk in Event.objects.filter(provider=source, external_id=external_id).values_list("pk", flat=True)
    ]
    return events.filter(Q(delivery__email_norm=norm) | Q(pk__in=own))


def _rows(events: "QuerySet[Event]") -> list[dict[str, Any]]:
    from subscribers.models import Feedback

    found = list(events.select_related("delivery"))
    told = Feedback.objects.filter(external_id__in=[one.external_id for one in found])
    effects = {(one.source, one.external_id): _effect(one) for one in told}
    return [
        {
            "event": one.pk,
            "at": one.at,
            "kind": one.kind,
            "source": one.provider,
            "mailing": one.delivery.mailing_id if one.delivery else None,
            "delivery": one.delivery.public_id if one.delivery else None,
            "address": one.delivery.address if one.delivery else "",
            "detail": one.detail,
            "effect": effects.get((one.provider, one.external_id), ""),
        }
        for one in found
    ]


def _effect(told: Any) -> str:
    if told.undone_at:
        return f"undone by {told.undone_by}"
    return f"{told.kind}, suppresses" if told.suppression_id else str(told.kind)
