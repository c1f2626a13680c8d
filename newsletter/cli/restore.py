"""``newsletter restore``: a site out of what ``newsletter backup`` wrote."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell
from newsletter.cli.passphrase import PassphraseFile, read_passphrase

if TYPE_CHECKING:
    from newsletter.delivery.origin import Opened
    from newsletter.site import Site


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What 'newsletter backup' wrote.")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it must not be there yet.")],
    opt_outs: Annotated[
        Path | None,
        typer.Option("--opt-outs", metavar="FILE", help="data/optouts.log of the old machine, if it is still there."),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a site of a backup. Mailings that were under way open paused, and nobody who opted out comes back."""
    if not file.is_file():
        raise shell.Stop(f"there is no file {file}", code=shell.USAGE)
    if opt_outs and not opt_outs.is_file():
        raise shell.Stop(f"there is no file {opt_outs}", code=shell.USAGE)
    from newsletter.store.archive import BackupError, extract

    passphrase = read_passphrase(passphrase_file, new=False)
    try:
        with shell.err.status("reading"):
            manifest = extract(file, passphrase, directory)
    except BackupError as error:
        raise shell.Stop(str(error)) from None
    try:
        found = _open(directory, manifest, opt_outs)
    except BackupError as error:
        raise shell.Stop(str(error), mend=f"{directory} is made but not whole: remove it, then try again") from None
    shell.done(f"{directory} is the site as of {manifest['made_at'][:16].replace('T', ' ')} UTC")
    for mailing in found.mailings:
        shell.err.print(f"mailing {mailing} was under way and is paused: newsletter mailing report {mailing}")
    if found.opt_outs:
        number = "1 opt-out" if found.opt_outs == 1 else f"{found.opt_outs:,} opt-outs"
        shell.err.print(f"done again, for the backup did not know it yet: {number}")
    if not opt_outs:
        shell.err.print(
            "Who opted out after the backup is known only to data/optouts.log of the old machine: if you have it, "
            "restore again with --opt-outs FILE before you mail anybody."
        )
    shell.next_step(f"newsletter --site {shell.typed(directory)} list show")


def _open(directory: Path, manifest: dict[str, Any], opt_outs: Path | None) -> "Opened":
    from newsletter.site import load_site

    site = load_site(directory)
    _place_store(site, manifest)
    if opt_outs:
        _merge(opt_outs, site.data / "optouts.log")
    from django.utils import timezone

    from newsletter.django_conf import start_django, upgrade

    start_django(site)
    from newsletter.delivery import origin

    if manifest["store"] == "postgresql":
        from django.core.management import call_command

        from newsletter.store.backup import load_tables

        def migrate(targets: list[tuple[str, str]]) -> None:
            newest = dict(targets)  # sorted: the last of each app
            for app in ("subscribers", "newsletter"):
                call_command("migrate", app, newest[app], verbosity=0, interactive=False)

        load_tables(directory / "store", manifest, migrate)
        shutil.rmtree(directory / "store")
    upgrade()
    return origin.restored(site, now=timezone.now())


def _place_store(site: "Site", manifest: dict[str, Any]) -> None:
    from newsletter.django_conf import database, on_postgres
    from newsletter.store.archive import BackupError

    if (manifest["store"] == "postgresql") != on_postgres(site):
        kind = "PostgreSQL" if manifest["store"] == "postgresql" else "SQLite"
        raise BackupError(f"the backup is of a store on {kind}; database.url must name such a one")
    if manifest["store"] == "sqlite":
        target = Path(database(site)["NAME"])
        if target.exists():
            raise BackupError(f"{target} is there already")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (site.root / "store" / "newsletter.sqlite3").rename(target)
        (site.root / "store").rmdir()


def _merge(newer: Path, log: Path) -> None:
    """The opt-outs of the old machine; a log is only ever added to, so the longer one holds the other."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with newer.open("rb") as source, log.open("ab") as target:
        os.fchmod(target.fileno(), 0o600)
        if target.tell():
            target.write(b"\n")
        shutil.copyfileobj(source, target)
