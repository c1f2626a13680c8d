"""A passphrase: typed unseen, or the first line of a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import shell

_SHORTEST = 12
PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="The passphrase is its first line; else it is asked for."),
]


def read_passphrase(file: Path | None, *, new: bool) -> str:
    """The passphrase; a ``new`` one is asked for twice, and must be long enough. Raises ``Stop``."""
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise shell.Stop(f"{file} cannot be read: {error}", code=shell.USAGE) from None
        passphrase = lines[0].strip() if lines else ""
    elif not sys.stdin.isatty():
        raise shell.Stop(
            "nobody is there to type a passphrase", mend="name a file: --passphrase-file FILE", code=shell.USAGE
        )
    else:
        passphrase = str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)).strip()
    if new and len(passphrase) < _SHORTEST:
        raise shell.Stop(f"the passphrase needs {_SHORTEST} characters at least: a few words", code=shell.USAGE)
    return passphrase
