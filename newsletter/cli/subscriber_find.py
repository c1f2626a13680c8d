"""A reader that is named on the command line, by their address."""

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.suppression import address_of

if TYPE_CHECKING:
    from subscribers.models import Subscriber

AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The reader's address.")]


def find_subscriber(written: str) -> "Subscriber":
    """The reader of that address. Raises ``Stop``, which says what is known of one that was erased."""
    from subscribers import suppression
    from subscribers.models import Subscriber

    address = address_of(written)
    if found := Subscriber.objects.filter(email_norm=address.norm).first():
        return found
    if reason := suppression.reasons([address.norm]).get(address.norm):
        raise shell.Stop(f"nothing is known of {written} but that it is suppressed: {reason}")
    raise shell.Stop(f"there is no reader {written}", mend="newsletter subscriber import FILE.csv --list SLUG")
