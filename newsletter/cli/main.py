"""The command ``newsletter``: nouns and their verbs."""

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import failures, shell
from newsletter.cli.mistakes import show_problems
from newsletter.issue.problems import IssueError

app = typer.Typer(
    name="newsletter",
    help="Compose, check and mail the newsletters of an advocacy network.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,  # plain help: three times as fast, and calm
)

COMMANDS = ("init", "demo", "serve", "worker", "health", "doctor", "backup", "restore")
"""Each is the function of that name in the module of that name."""
NOUNS = (
    "issue",
    "item",
    "list",
    "topic",
    "segment",
    "subscriber",
    "suppression",
    "mailing",
    "event",
    "links",
    "person",
    "settings",
)
"""Each is a module with its verbs."""


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
    gc.set_threshold(50_000, 20, 20)  # most commands end before there is any garbage; looking for it takes a tenth
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter shows '?'
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough, as in `newsletter issue list | head -3`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = shell.ERROR
    sys.exit(code)


def _run() -> int:
    try:
        result = app(prog_name="newsletter", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        result = shell.INTERRUPTED
    except BrokenPipeError:
        raise
    except IssueError as error:
        show_problems(error.problems)
        return shell.ERROR
    except Exception as error:
        stop = failures.as_stop(error)
        shell.show_stop(stop)
        return stop.code
    if result == shell.INTERRUPTED:
        shell.err.print("\ninterrupted")
    return result if isinstance(result, int) else shell.OK


for _name in COMMANDS:
    app.command(_name)(getattr(import_module(f"newsletter.cli.{_name}"), _name))
for _name in NOUNS:
    app.add_typer(import_module(f"newsletter.cli.{_name}").app, name=_name)
