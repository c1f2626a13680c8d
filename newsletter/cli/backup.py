"""``newsletter backup``: a whole site in one file that is locked with a passphrase."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.passphrase import PassphraseFile, read_passphrase


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, such as site-2026-11-22.age.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write the whole site into one file, locked with a passphrase: store, media, issues, settings and keys.

    It can be made while mails are sent. Without the passphrase nobody can read it, nor restore it.
    """
    site = shell.open_site()
    from django.utils import timezone

    from newsletter.store.archive import BackupError
    from newsletter.store.backup import back_up

    passphrase = read_passphrase(passphrase_file, new=True)
    try:
        with shell.err.status("writing and reading back"):
            count = back_up(site, file, passphrase, now=timezone.now())
    except BackupError as error:
        raise shell.Stop(str(error)) from None
    shell.done(f"{file}: {count:,} files, {file.stat().st_size / 1e6:,.1f} MB, read back and whole")
    shell.next_step(f"newsletter restore {shell.typed(file)} DIR", "makes a site of it; try it once")
