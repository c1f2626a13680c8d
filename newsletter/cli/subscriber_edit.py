"""``newsletter subscriber add`` and ``set``: one reader at the desk."""

from typing import Annotated, Any

import typer

from newsletter.cli import shell
from newsletter.cli.list_find import find_list
from newsletter.cli.subscriber_find import AddressArgument, find_subscriber
from newsletter.cli.suppression import address_of

NameOption = Annotated[str | None, typer.Option("--name", help="Their whole name.")]
LanguageOption = Annotated[str | None, typer.Option("--language", metavar="TAG", help="Such as en, es or pt-BR.")]
ZoneOption = Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help="Such as America/Lima.")]
AttributeOption = Annotated[
    list[str] | None,
    typer.Option("--attribute", metavar="NAME=VALUE", help="What else is known; NAME= takes it away. Repeatable."),
]


def add_subscriber(
    address: AddressArgument,
    *,
    list_slug: Annotated[str, typer.Option("--list", metavar="SLUG", help="The list they come to.")],
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="How they asked for it, such as 'sign-up sheet in Geneva'.")
    ],
    name: NameOption = None,
    language: LanguageOption = None,
    timezone: ZoneOption = None,
    attribute: AttributeOption = None,
) -> None:
    """Take one reader into a list, at their word. Where the list asks for a double opt-in, they confirm it by mail."""
    shell.open_site()
    mailing_list = find_list(list_slug)
    known = address_of(address)
    facts = _facts(name, language, timezone, attribute)
    from django.utils import timezone as clock

    from newsletter.store.readers import ReaderError, add_reader
    from subscribers.models import Subscription

    try:
        subscription, mailed = add_reader(known, mailing_list, facts, source=source, at=clock.now())
    except ReaderError as error:
        if error.field == "source":
            raise shell.Stop(f"--source: {error}", code=shell.USAGE) from None
        raise shell.Stop(
            f"{address}: {error}", mend=f"if they asked for it: newsletter subscriber lift {address}"
        ) from None
    if subscription.state == Subscription.State.ACTIVE:
        shell.done(f"{address} is on {list_slug}")
        return
    shell.done(f"{address} is on {list_slug} once they confirm it")
    if mailed:
        shell.next_step("newsletter serve", "mails them the link, if it does not run already")
    else:
        shell.err.print("They had a mail with a link today already; an address gets one a day.")


def set_subscriber(
    address: AddressArgument,
    *,
    name: NameOption = None,
    language: LanguageOption = None,
    timezone: ZoneOption = None,
    attribute: AttributeOption = None,
) -> None:
    """Change what is known of a reader."""
    shell.open_site()
    facts = _facts(name, language, timezone, attribute)
    if not facts:
        raise shell.Stop("nothing to change is named", mend="such as: --language es", code=shell.USAGE)
    from newsletter.store.readers import change_reader

    change_reader(find_subscriber(address), facts)
    shell.done(f"{address} is changed")
    shell.next_step(f"newsletter subscriber show {address}")


def _facts(name: str | None, language: str | None, timezone: str | None, attribute: list[str] | None) -> dict[str, Any]:
    """What was typed, each of its type. Raises ``Stop``."""
    from newsletter.store.readers import ReaderError, facts_of

    pairs = {}
    for pair in attribute or ():
        key, found, value = pair.partition("=")
        if not found:
            raise shell.Stop(f"'{pair[:60]}' is no attribute; write NAME=VALUE", code=shell.USAGE)
        pairs[key.strip()] = value
    try:
        return facts_of(name=name, language=language, timezone=timezone, attributes=pairs)
    except ReaderError as error:
        raise shell.Stop(str(error), code=shell.USAGE) from None
