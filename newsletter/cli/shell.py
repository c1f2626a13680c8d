"""What all commands share: the site, the two streams, exit codes, errors as people read them.

Data goes to stdout, messages to stderr. Heavy imports wait inside functions: a command pays for what it uses.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from newsletter.site import Site

OK = 0
ERROR = 1
USAGE = 2
CHECKS_FAILED = 3
PARTLY_FAILED = 4
COUNT_MISMATCH = 5
TRY_LATER = 75
INTERRUPTED = 130

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

site_option: Path | None = None
"""What ``--site`` named."""


class Stop(Exception):
    """Ends a command: ``message`` says what is wrong, ``mend`` what to do, ``code`` is the exit code."""

    def __init__(self, message: str, *, mend: str = "", code: int = ERROR) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.code = code


def find_site() -> "Site | None":
    """The site of this command, read but not opened; ``None`` where there is none."""
    from newsletter.site import SiteError, load_site
    from newsletter.site import find_site as find

    try:
        root = find(site_option)
        return load_site(root) if root else None
    except SiteError as error:
        raise Stop(str(error), code=USAGE) from None


def open_site() -> "Site":
    """The site of this command with its store open: Django started, the schema up to date."""
    site = find_site()
    if site is None:
        raise Stop("there is no site here", mend="make one with: newsletter init DIR", code=USAGE)
    from newsletter.django_conf import start_django, upgrade

    start_django(site)
    upgrade()
    return site


def print_json(data: Any) -> None:
    """``data`` on stdout as JSON; dates and the like as ISO 8601."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def actor() -> str:
    """Who runs this command: the name of the account on this machine."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def show_stop(stop: Stop) -> None:
    """The message and the mend on stderr."""
    err.print(f"[bold red]error:[/] {_plain(stop.message)}")
    if stop.mend:
        err.print(f"[bold]mend:[/]  {_plain(stop.mend)}")


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
