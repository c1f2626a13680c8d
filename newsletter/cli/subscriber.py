"""``newsletter subscriber``: readers one by one, and their import."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell
from newsletter.cli.list import find_list
from newsletter.cli.subscriber_import import import_readers

if TYPE_CHECKING:
    from subscribers.address import Address
    from subscribers.models import Subscriber

app = typer.Typer(no_args_is_help=True, help="Readers: import, look up, unsubscribe, suppress.")

app.command("import")(import_readers)


class Reason(StrEnum):
    """Why somebody is suppressed by hand."""

    MANUAL = "manual"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The reader's address.")]
Whom = Annotated[str, typer.Argument(metavar="ADDRESS|@DOMAIN", help="An address, or all addresses of a domain.")]


@app.command("show")
def show_subscriber(
    address: AddressArgument, json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False
) -> None:
    """Show what is known of a reader, the lists they are on, and the evidence of their consent."""
    site = shell.open_site()
    found = _known(_find(address))
    if json:
        shell.print_json(found)
        return
    shell.out.print(f"[bold]{shell.plain(found['email'])}[/]")
    facts = {
        "name": found["name"],
        "language": found["language"],
        "time zone": found["timezone"],
        **found["attributes"],
    }
    if found["suppressed"]:
        facts["suppressed"] = f"{found['suppressed']}: never mailed"
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        if value:
            shell.out.print(f"  {shell.plain(name.replace('_', ' ')):<{width}}  {shell.plain(str(value))}")
    zone = shell.zone_of(site)
    rows = [
        (
            one["list"],
            one["state"],
            f"{evidence['at'].astimezone(zone):%Y-%m-%d %H:%M}",
            evidence["action"],
            evidence["source"],
        )
        for one in found["subscriptions"]
        for evidence in one["consent"]
    ]
    if rows:
        shell.out.print()
        shell.table(("list", "now", f"when ({zone})", "what", "where from"), rows)


@app.command("unsubscribe")
def unsubscribe(
    address: AddressArgument,
    list_slug: Annotated[str, typer.Option("--list", metavar="SLUG", help="The list they leave.")],
) -> None:
    """Take a reader off a list, at their word. No import brings them back."""
    shell.open_site()
    mailing_list = find_list(list_slug)
    subscription = _find(address).subscriptions.filter(list=mailing_list).first()
    if subscription is None:
        raise shell.Stop(f"this reader is not on the list '{list_slug}'", mend=f"newsletter subscriber show {address}")
    from django.utils import timezone

    from subscribers import consent

    consent.unsubscribe(subscription.token, at=timezone.now(), source=f"at the desk, by {shell.actor()}"[:200])
    shell.done(f"{address} is unsubscribed from {list_slug}")
    shell.next_step(f"newsletter subscriber suppress {address}", "where no list at all may reach them")


@app.command("suppress")
def suppress(whom: Whom, reason: Annotated[Reason, typer.Option("--reason", help="Why.")] = Reason.MANUAL) -> None:
    """Never mail an address, or a whole domain, whatever the lists say. Only a keyed hash of it is kept."""
    shell.open_site()
    from django.utils import timezone

    from subscribers import suppression

    options: dict[str, Any] = {"reason": reason.value, "actor": shell.actor(), "at": timezone.now()}
    if whom.startswith("@"):
        new = suppression.suppress_host(_host(whom), **options)
    else:
        new = suppression.suppress(_address(whom), **options)
    shell.done(f"{whom} is never mailed" + ("" if new else ", as before"))
    shell.next_step(f"newsletter subscriber lift {whom}", "takes it back")


@app.command("lift")
def lift(whom: Whom) -> None:
    """Take a suppression back. Who unsubscribed stays unsubscribed."""
    shell.open_site()
    from django.utils import timezone

    from subscribers import suppression

    now = timezone.now()
    if whom.startswith("@"):
        lifted = suppression.lift_host(_host(whom), at=now)
    else:
        lifted = suppression.lift(_address(whom), at=now)
    if not lifted:
        raise shell.Stop(f"{whom} is not suppressed")
    shell.done(f"{whom} is no longer suppressed")
    if not whom.startswith("@") and suppression.is_suppressed(address := _address(whom)):
        shell.err.print(f"Its domain still is: newsletter subscriber lift @{address.host}")


def _address(written: str) -> "Address":
    from subscribers.address import AddressError, normalise

    try:
        return normalise(written)
    except AddressError as error:
        raise shell.Stop(f"'{written}': {error.message}", mend=error.mend, code=shell.USAGE) from None


def _host(written: str) -> str:
    from subscribers.address import AddressError, normalise_host

    try:
        return normalise_host(written)
    except AddressError:
        raise shell.Stop(f"'{written}' is no domain", mend="write it as @example.org", code=shell.USAGE) from None


def _find(written: str) -> "Subscriber":
    from subscribers import suppression
    from subscribers.models import Subscriber

    address = _address(written)
    if found := Subscriber.objects.filter(email_norm=address.norm).first():
        return found
    if reason := suppression.reasons([address.norm]).get(address.norm):
        raise shell.Stop(f"nothing is known of {written} but that it is suppressed: {reason}")
    raise shell.Stop(f"there is no reader {written}", mend="newsletter subscriber import FILE.csv --list SLUG")


def _known(subscriber: "Subscriber") -> dict[str, Any]:
    from subscribers import suppression

    subscriptions = subscriber.subscriptions.select_related("list").order_by("list__slug")
    return {
        "email": subscriber.email,
        "name": subscriber.name,
        "language": subscriber.language,
        "timezone": subscriber.timezone,
        "attributes": subscriber.attributes,
        "suppressed": suppression.reasons([subscriber.email_norm]).get(subscriber.email_norm),
        "subscriptions": [
            {
                "list": one.list.slug,
                "state": one.state,
                "paused_until": one.paused_until,
                "consent": list(one.consents.order_by("pk").values("action", "at", "source", "wording")),
            }
            for one in subscriptions
        ],
    }
