"""``newsletter subscriber add`` and ``set``: one reader at the desk."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell
from newsletter.cli.list_find import find_list
from newsletter.cli.subscriber_find import AddressArgument, find_subscriber
from newsletter.cli.suppression import address_of

if TYPE_CHECKING:
    from subscribers.models import Subscriber

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
    from django.db import transaction
    from django.utils import timezone as clock

    from subscribers import consent, signup, suppression
    from subscribers.models import Subscription

    if reason := suppression.reasons([known.norm]).get(known.norm):
        raise shell.Stop(
            f"{address} is suppressed ({reason}) and would not be mailed",
            mend=f"if they asked for it: newsletter subscriber lift {address}",
        )
    if not source.strip() or len(source) > 200:
        raise shell.Stop("--source says in up to 200 characters how they asked for it", code=shell.USAGE)
    with transaction.atomic():
        subscription = consent.subscribe(known, mailing_list, at=clock.now(), source=source.strip())
        _change(subscription.subscriber, facts)
    if subscription.state == Subscription.State.ACTIVE:
        shell.done(f"{address} is on {list_slug}")
        return
    mailed = signup.mail_confirmation(subscription, at=clock.now())
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
    subscriber = find_subscriber(address)
    _change(subscriber, facts)
    shell.done(f"{address} is changed")
    shell.next_step(f"newsletter subscriber show {address}")


def _facts(name: str | None, language: str | None, timezone: str | None, attribute: list[str] | None) -> dict[str, Any]:
    """What was typed, each of its type. Raises ``Stop``."""
    from newsletter.items.text import check_characters, check_one_line
    from subscribers.attributes import declared, parse

    facts: dict[str, Any] = {}
    try:
        if name is not None:
            facts["name"] = check_one_line(check_characters(name.strip()))[:200]
        if language is not None:
            facts["language"] = language and _language(language)
        if timezone is not None:
            facts["timezone"] = timezone and _zone(timezone)
        for pair in attribute or ():
            key, found, value = pair.partition("=")
            kind = declared().get(key.strip())
            if not found or kind is None:
                names = ", ".join(sorted(declared()))
                raise ValueError(f"'{pair[:60]}' is no attribute; write NAME=VALUE, NAME one of {names}")
            try:
                typed = parse(kind, check_one_line(check_characters(value))) if value.strip() else None
            except ValueError as error:
                raise ValueError(f"{key}: {error}") from None
            facts.setdefault("attributes", {})[key.strip()] = typed
    except ValueError as error:
        raise shell.Stop(str(error), code=shell.USAGE) from None
    return facts


def _language(written: str) -> str:
    from subscribers.importing.rows import language_of

    if found := language_of(written):
        return found
    raise ValueError(f"'{written[:40]}' is no language tag; write it such as en, es or pt-BR")


def _zone(written: str) -> str:
    from newsletter.items.values import check_zone

    return check_zone(written)


def _change(subscriber: "Subscriber", facts: dict[str, Any]) -> None:
    attributes = {**subscriber.attributes, **facts.pop("attributes", {})}
    subscriber.attributes = {name: value for name, value in attributes.items() if value is not None}
    for name, value in facts.items():
        setattr(subscriber, name, value)
    subscriber.save(update_fields=["attributes", *facts])
