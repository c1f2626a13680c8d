"""``newsletter subscriber export`` and ``erase``: what readers may ask for by law."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.subscriber_find import AddressArgument, find_subscriber


def export_subscriber(
    address: AddressArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there; stdout when left out.")
    ] = None,
) -> None:
    """Write down all that is known of a reader, as JSON: facts, lists, evidence of consent, mails."""
    shell.open_site()
    from subscribers.exporting import export

    known = export(find_subscriber(address))
    if output is None:
        shell.print_json(known)
        return
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # it is about one person
    except FileExistsError:
        raise shell.Stop(f"{output} is there already", mend="name a new file", code=shell.USAGE) from None
    except OSError as error:
        raise shell.Stop(f"{output} cannot be written: {error.strerror}", code=shell.USAGE) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=False, indent=2)
    shell.done(f"all that is known of {address} is in {output}")


def erase_subscriber(
    address: AddressArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
) -> None:
    """Forget a reader: all that is known of them goes, and nobody can get it back. A keyed hash stays, so that no
    import brings them back."""
    shell.open_site()
    from django.utils import timezone

    from subscribers.erasure import erase

    subscriber = find_subscriber(address)
    if not yes:
        _ask(address)
    erase(subscriber, at=timezone.now(), actor=shell.actor())
    shell.done("the reader is forgotten; a keyed hash keeps them from coming back by an import")
    shell.err.print("Copies elsewhere are yours to look after: backups, exported files, the mails of the outbox.")


def _ask(address: str) -> None:
    if not sys.stdin.isatty():
        raise shell.Stop("nobody is there to confirm it", mend="--yes erases without asking", code=shell.USAGE)
    shell.err.print(
        "Everything that is known of this reader goes: name, lists, evidence of consent. It cannot be undone."
    )
    if typer.prompt("Type the address again to erase", err=True).strip() != address.strip():
        raise shell.Stop("that is another address; nothing was erased", code=shell.USAGE)
