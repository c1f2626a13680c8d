"""ISSUE on the command line: the name of an issue of the site, or the path of an issue file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from newsletter.models import Revision
    from newsletter.site import Site

IssueArgument = Annotated[
    str, typer.Argument(metavar="ISSUE", help="The name of an issue of the site, or the path of an issue file.")
]


def is_path(argument: str) -> bool:
    """Whether ``argument`` is meant as a file: an issue's name has neither a slash nor an ending."""
    return argument.endswith(".md") or "/" in argument or Path(argument).is_file()


def revision_of(site: "Site", argument: str) -> "Revision":
    """The newest revision of the issue that ``argument`` names; a file is imported first.

    Raises ``Stop`` where there is none, ``IssueError`` where the file holds mistakes.
    """
    from newsletter.store.revisions import UnknownIssue, import_issue, newest

    if is_path(argument):
        return import_issue(site, Path(argument), author=shell.actor(), at=datetime.now(UTC)).revision
    try:
        return newest(argument)
    except UnknownIssue as error:
        raise shell.Stop(str(error), mend="newsletter issue list shows them all", code=shell.USAGE) from None
