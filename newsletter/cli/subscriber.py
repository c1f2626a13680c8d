"""``newsletter subscriber``: readers one by one, and their import."""

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.list_find import find_list
from newsletter.cli.subscriber_edit import add_subscriber, set_subscriber
from newsletter.cli.subscriber_find import AddressArgument, find_subscriber
from newsletter.cli.subscriber_import import import_readers
from newsletter.cli.subscriber_imports import show_imports, undo_import
from newsletter.cli.subscriber_privacy import erase_subscriber, export_subscriber
from newsletter.cli.suppression import add, lift

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

app = typer.Typer(no_args_is_help=True, help="Readers: import, look up, unsubscribe, suppress.")

app.command("import")(import_readers)
app.command("imports")(show_imports)
app.command("undo-import")(undo_import)
app.command("add")(add_subscriber)
app.command("set")(set_subscriber)
app.command("export")(export_subscriber)
app.command("erase")(erase_subscriber)
app.command("suppress")(add)
app.command("lift")(lift)


@app.command("show")
def show_subscriber(
    address: AddressArgument, json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False
) -> None:
    """Show what is known of a reader, the lists they are on, the evidence of their consent, and what came back
    of their mails."""
    site = shell.open_site()
    from django.utils import timezone

    from newsletter.reports.readers import effect_of, known_of
    from subscribers import attributes

    found = known_of(find_subscriber(address))
    if json:
        shell.print_json(found)
        return
    shell.out.print(f"[bold]{shell.plain(found['email'])}[/]")
    facts = {
        "name": found["name"],
        "language": found["language"],
        "time zone": found["timezone"],
        **{name: attributes.written(value) for name, value in found["attributes"].items()},
        "topics": ", ".join(found["topics"]),
    }
    for one in found["subscriptions"]:
        if one["paused_until"] and one["paused_until"] > timezone.now():
            facts[f"{one['list']} paused"] = f"no mail until {_at(one['paused_until'], shell.zone_of(site))}"
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
            _at(evidence["at"], zone),
            evidence["action"] + (f" (asked {_at(evidence['confirms'], zone)})" if evidence["confirms"] else ""),
            evidence["basis"],
            "; ".join(filter(None, (evidence["source"], evidence["told"]))),
            evidence["wording"],
        )
        for one in found["subscriptions"]
        for evidence in one["consent"]
    ]
    if rows:
        shell.out.print()
        shell.table(("list", "now", f"when ({zone})", "what", "ground", "where from", "in which words"), rows)
    if found["came_back"]:
        told = [
            (_at(one["at"], zone), one["kind"], one["source"], one["detail"], effect_of(one))
            for one in found["came_back"]
        ]
        shell.out.print()
        shell.table((f"when ({zone})", "what came back", "from", "in its words", "effect"), told)


@app.command("unsubscribe")
def unsubscribe(
    address: AddressArgument,
    list_slug: Annotated[str, typer.Option("--list", metavar="SLUG", help="The list they leave.")],
) -> None:
    """Take a reader off a list, at their word. No import brings them back."""
    shell.open_site()
    mailing_list = find_list(list_slug)
    subscription = find_subscriber(address).subscriptions.filter(list=mailing_list).first()
    if subscription is None:
        raise shell.Stop(f"this reader is not on the list '{list_slug}'", mend=f"newsletter subscriber show {address}")
    from django.utils import timezone

    from subscribers import consent

    consent.unsubscribe(subscription.token, at=timezone.now(), source=f"at the desk, by {shell.actor()}"[:200])
    shell.done(f"{address} is unsubscribed from {list_slug}")
    shell.next_step(f"newsletter subscriber suppress {address}", "where no list at all may reach them")


def _at(moment: "datetime", zone: "ZoneInfo") -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
