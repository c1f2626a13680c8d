"""``newsletter list``: the mailing lists."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell
from newsletter.cli.list_find import find_list
from newsletter.cli.list_public import change_list, print_form

if TYPE_CHECKING:
    from subscribers.models import MailingList

app = typer.Typer(no_args_is_help=True, help="Mailing lists, and how many readers each has.")

app.command("change")(change_list)
app.command("form")(print_form)


@app.command("add")
def add_list(
    slug: Annotated[
        str, typer.Argument(metavar="SLUG", help="Its name in commands and addresses, such as upr-network.")
    ],
    name: Annotated[str, typer.Option("--name", help="Its name as readers see it; made from SLUG when left out.")] = "",
    public: Annotated[bool, typer.Option("--public", help="Anybody may subscribe.")] = False,
    single_opt_in: Annotated[
        bool, typer.Option("--single-opt-in", help="Readers are subscribed without confirming their address first.")
    ] = False,
) -> None:
    """Add a mailing list."""
    shell.open_site()
    from newsletter.store.readers import ReaderError, make_list

    try:
        made = make_list(slug, name, public=public, double_opt_in=not single_opt_in)
    except ReaderError as error:
        taken = "already" in str(error)
        mend = f"newsletter list show {slug}" if taken else ""
        raise shell.Stop(str(error), mend=mend, code=shell.ERROR if taken else shell.USAGE) from None
    shell.done(f"list {slug}: {made.name}")
    shell.next_step(f"newsletter subscriber import FILE.csv --list {slug}", "takes its readers from a file")


@app.command("show")
def show_lists(
    slug: Annotated[str | None, typer.Argument(metavar="[SLUG]", help="One list; all when left out.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """Show how many readers each list has, and how many of them may be mailed now."""
    shell.open_site()
    from subscribers.models import MailingList

    lists = [find_list(slug)] if slug else list(MailingList.objects.order_by("slug"))
    found = [_counted(mailing_list) for mailing_list in lists]
    if json:
        shell.print_json(found[0] if slug else found)
    elif slug:
        _show_one(found[0])
    elif found:
        rows = [(one["slug"], one["name"], f"{one['readers']:,}", f"{one['may_be_mailed']:,}") for one in found]
        shell.table(("list", "name", "readers", "may be mailed"), rows, right=("readers", "may be mailed"))
    else:
        shell.err.print("There is no mailing list yet.")
        shell.next_step("newsletter list add SLUG --name NAME")


def _counted(mailing_list: "MailingList") -> dict[str, Any]:
    from subscribers import audience

    tally = audience.tally(mailing_list.slug)
    return {
        "slug": mailing_list.slug,
        "name": mailing_list.name,
        "public": mailing_list.public,
        "double_opt_in": mailing_list.double_opt_in,
        "readers": tally.mailable + sum(tally.excluded.values()),
        "may_be_mailed": tally.mailable,
        "may_not_be_mailed": tally.excluded,
    }


def _show_one(found: dict[str, Any]) -> None:
    who = "anybody may subscribe" if found["public"] else "readers are added at the desk"
    opt_in = "with confirmation" if found["double_opt_in"] else "without confirmation"
    shell.out.print(f"[bold]{shell.plain(found['name'])}[/]  ({found['slug']}; {who}, {opt_in})")
    rows = [("readers", found["readers"]), ("may be mailed", found["may_be_mailed"])]
    rows += sorted(found["may_not_be_mailed"].items())
    width = max(len(f"{number:,}") for _, number in rows)
    for what, number in rows:
        shell.out.print(f"  {number:>{width},}  {shell.plain(what)}")
    if found["readers"]:
        shell.next_step(f"newsletter issue send ISSUE --list {found['slug']} --dry-run")
    else:
        shell.next_step(f"newsletter subscriber import FILE.csv --list {found['slug']}")
