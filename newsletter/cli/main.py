"""The command ``newsletter``: nouns and their verbs."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import shell

app = typer.Typer(
    name="newsletter",
    help="Compose, check and mail the newsletters of an advocacy network.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

NOUNS: tuple[str, ...] = ()


def _show_version(wanted: bool) -> None:
    if wanted:
        from newsletter.version import version

        typer.echo(f"newsletter {version()}")
        raise typer.Exit


@app.callback()
def _root(
    site: Annotated[Path | None, typer.Option("--site", help="The site's folder.", envvar="NEWSLETTER_SITE")] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    shell.site_option = site


def main() -> None:
    """Run the command line; the exit code says how it went (see ``newsletter.cli.shell``)."""
    try:
        result = app(standalone_mode=False)
    except shell.Stop as stop:
        shell.show_stop(stop)
        sys.exit(stop.code)
    except KeyboardInterrupt:
        shell.err.print("interrupted")
        sys.exit(shell.INTERRUPTED)
    sys.exit(result if isinstance(result, int) else shell.OK)


for _noun in NOUNS:
    app.add_typer(import_module(f"newsletter.cli.{_noun}").app, name=_noun)
