"""``newsletter person``: who may sign in to the desk, also for an operator who is locked out of it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from newsletter.models import Account
    from newsletter.site import Site

app = typer.Typer(no_args_is_help=True, help="People who sign in to the desk, and what each may do.")
_Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address that they sign in with.")]
_Roles = Annotated[
    list[str],
    typer.Option(
        "--role", help="contributor, editor, approver, sender, administrator or viewer; may be given more than once."
    ),
]


@app.command("add")
def add_person(
    email: _Email,
    role: _Roles,
    name: Annotated[str, typer.Option("--name", help="As it stands at what they do; the address when left out.")] = "",
) -> None:
    """Let somebody sign in, and show the link by which they choose a password."""
    site = shell.open_site()
    from newsletter.store import people

    try:
        account = people.add(
            email, name=name or email.partition("@")[0], roles=role, actor=shell.actor(), at=datetime.now(UTC)
        )
    except people.PeopleError as error:
        raise _stop(error) from None
    shell.done(f"{account.name} may sign in: {', '.join(account.role_names)}")
    _show_link(site, account)


@app.command("list")
def list_people(json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False) -> None:
    """Show who may sign in, and as what."""
    site = shell.open_site()
    from newsletter.models import Account
    from newsletter.store import second_factor

    rows = [
        {
            "name": one.name,
            "email": one.email,
            "roles": one.roles,
            "active": one.is_active,
            "second_factor": second_factor.has_one(one),
            "last_sign_in": one.last_login,
        }
        for one in Account.objects.order_by("-is_active", "name")
    ]
    if json:
        shell.print_json(rows)
    elif rows:
        shell.table(
            ("name", "address", "roles", "second factor", "signed in last"),
            [
                (
                    one["name"],
                    one["email"],
                    ", ".join(one["roles"]) if one["active"] else "access ended",
                    "yes" if one["second_factor"] else "no",
                    shell.moment(site, one["last_sign_in"]) if one["last_sign_in"] else "never",
                )
                for one in rows
            ],
        )
    else:
        shell.err.print("Nobody can sign in yet.")
        shell.next_step("newsletter serve", "shows the page where the site is set up")


@app.command("roles")
def give_roles(email: _Email, role: _Roles) -> None:
    """Give somebody these roles, in place of those they have."""
    shell.open_site()
    from newsletter.store import people

    account = _find(email)
    try:
        people.give_roles(account, role, actor=shell.actor(), at=datetime.now(UTC))
    except people.PeopleError as error:
        raise _stop(error) from None
    shell.done(f"{account.name} is now: {', '.join(account.role_names)}")


@app.command("link")
def make_link(
    email: _Email,
    reset_second_factor: Annotated[
        bool, typer.Option("--reset-second-factor", help="Also forget their second factor, where the phone is lost.")
    ] = False,
) -> None:
    """Show a link by which somebody chooses a new password: it works for seven days, and once."""
    site = shell.open_site()
    from newsletter.store import people

    account = _find(email)
    if reset_second_factor:
        people.reset_second_factor(account, actor=shell.actor(), at=datetime.now(UTC))
        shell.done(f"{account.name} signs in without a code until they set one up again")
    _show_link(site, account)


@app.command("remove")
def remove_person(email: _Email) -> None:
    """End somebody's access at once. What they did stays; 'newsletter person add' lets them in again."""
    shell.open_site()
    from newsletter.store import people

    account = _find(email)
    try:
        people.end_access(account, actor=shell.actor(), at=datetime.now(UTC))
    except people.PeopleError as error:
        raise _stop(error) from None
    shell.done(f"the access of {account.name} has ended")


def _find(email: str) -> "Account":
    from difflib import get_close_matches

    from newsletter.models import Account

    try:
        return Account.objects.get_by_natural_key(email)
    except Account.DoesNotExist:
        near = get_close_matches(email.lower(), Account.objects.values_list("email", flat=True), n=1, cutoff=0.6)
        mend = f"did you mean {near[0]}?" if near else "newsletter person list shows who is there"
        raise shell.Stop(f"nobody signs in with {email}", mend=mend, code=shell.USAGE) from None


def _show_link(site: "Site", account: "Account") -> None:
    """The link on stdout, so that it can be taken on; it is a key."""
    from newsletter.store import people

    try:
        link = people.make_link(account, site.settings.site.base_url, actor=shell.actor(), at=datetime.now(UTC))
    except people.PeopleError as error:
        raise _stop(error) from None
    shell.err.print("The link to choose a password, for seven days and once; give it to nobody else:")
    shell.out.print(shell.plain(link))
    shell.err.print(
        f"[dim]On this machine, while 'newsletter serve' runs: http://127.0.0.1:8025{link.removeprefix(site.settings.site.base_url)}[/]"
    )


def _stop(error: Exception) -> shell.Stop:
    return shell.Stop(str(error), code=shell.USAGE)
