"""``newsletter init``: a new site."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import shell


def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")]) -> None:
    """Make a site. It is a folder with settings, keys, and room for issues and data."""
    from newsletter.new_site import create_site
    from newsletter.site import SiteError

    try:
        create_site(directory)
    except SiteError as error:
        raise shell.Stop(str(error)) from None
    shell.done(f"made the site {directory}; only you can read it")
    shell.err.print(f"      settings: {shell.plain(str(directory / 'newsletter.toml'))}")
    shell.err.print(f"      keys:     {shell.plain(str(directory / 'secrets.toml'))} (keep a copy in a safe place)")
    shell.next_step(
        f"cd {shell.typed(directory)} && newsletter settings set site.name 'Example Network'", "say who you are"
    )
