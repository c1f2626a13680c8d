"""What all commands share: the site, the two streams, exit codes, errors as people read them.

Data goes to stdout, messages to stderr. Heavy imports wait inside functions: a command pays for what it uses.
"""

import json
import os
import shlex
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsletter.site import Site

OK = 0
ERROR = 1
USAGE = 2
CHECKS_FAILED = 3
PARTLY_FAILED = 4
COUNT_MISMATCH = 5
TRY_LATER = 75
INTERRUPTED = 130

_WIDE = 10_000
"""Columns of a stream that is no terminal: nothing is wrapped or cut off there."""


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(stderr=stderr, highlight=False, soft_wrap=True, emoji=False, width=width)


out = _console(stderr=False)
err = _console(stderr=True)

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


def require_site() -> "Site":
    """The site of this command, read but not opened. Raises ``Stop`` where there is none."""
    site = find_site()
    if site is None:
        raise Stop("there is no site here", mend="make one with: newsletter init DIR", code=USAGE)
    return site


def open_site() -> "Site":
    """The site of this command with its store open: Django started, the schema up to date, and looked at whether it is
    the store that it was."""
    site = require_site()
    secrets = site.settings.secrets
    if not (secrets.secret_key and secrets.erasure_key):
        raise Stop(
            f"the site has no keys: {site.root / 'secrets.toml'} is missing, or holds no secret_key and erasure_key",
            mend="put back your copy of secrets.toml; a new site gets new keys from: newsletter init DIR",
            code=USAGE,
        )
    from newsletter.django_conf import start_django, upgrade

    site.data.mkdir(mode=0o700, exist_ok=True)
    _refuse_a_network(site)
    start_django(site)
    upgrade()
    _look_for_restore(site)
    return site


def _refuse_a_network(site: "Site") -> None:
    from newsletter.disk import network_file_system
    from newsletter.django_conf import database, on_postgres

    if on_postgres(site):
        return
    place = Path(database(site)["NAME"]).resolve().parent
    if kind := network_file_system(place):
        raise Stop(
            f"{place} is on a network ({kind}), where SQLite loses data",
            mend="put the site's folder on a disk of this machine, or use PostgreSQL (docs/howto/operate.md)",
        )


def _look_for_restore(site: "Site") -> None:
    """Pause what is under way in a store that was copied or restored, and say so."""

    from newsletter.delivery.origin import check

    opened = check(site, now=datetime.now(UTC))
    if opened.mailings:
        numbers = ", ".join(map(str, opened.mailings))
        err.print(f"[bold yellow]warning:[/] {opened.reason}. Paused: mailing {numbers}")
        next_step(f"newsletter mailing unknown {opened.mailings[0]}", "lists who may have been mailed since")
    if opened.opt_outs:
        err.print(f"{opened.opt_outs:,} opt-outs that this store had forgotten were taken from data/optouts.log.")


def zone_of(site: "Site") -> "ZoneInfo":
    """The zone in which times are shown."""
    from zoneinfo import ZoneInfo

    return ZoneInfo(site.settings.site.timezone)


def moment(site: "Site", at: "datetime") -> str:
    """``at`` as people read it: day, time and the zone in which it is that time."""
    zone = zone_of(site)
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone})"


def clock(site: "Site", at: "datetime") -> str:
    """The time of ``at`` to the second, or its minute and day where that is not today, and its zone."""
    there = at.astimezone(zone_of(site))
    today = datetime.now(there.tzinfo).date()
    return (f"{there:%H:%M:%S}" if there.date() == today else f"{there:%H:%M on %Y-%m-%d}") + f" ({there.tzinfo})"


def print_json(data: Any) -> None:
    """``data`` on stdout as JSON; dates and the like as ISO 8601."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=_as_json)
    sys.stdout.write("\n")


def _as_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """Rows under ``headings`` on stdout; the columns named in ``right`` are numbers. ``None`` is an empty cell."""
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for heading in headings:
        grid.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*("" if cell is None else plain(str(cell)) for cell in row))
    with out.capture() as drawn:
        out.print(grid, soft_wrap=False)
    for line in drawn.get().splitlines():
        out.file.write(line.rstrip() + "\n")


def done(sentence: str) -> None:
    """What was done, in one sentence, on stderr."""
    err.print(f"[green]✓[/] {plain(sentence)}")


def next_step(command: str, what_for: str = "") -> None:
    """The next useful command, on stderr."""
    err.print(f"[dim]next:[/]  {plain(command)}" + (f"   [dim]{plain(what_for)}[/]" if what_for else ""))


def typed(path: Path | str) -> str:
    """``path`` as it is typed in a shell: in quotes where it holds a space or the like."""
    return shlex.quote(str(path))


def actor() -> str:
    """Who runs this command: the name of the account on this machine."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def show_stop(stop: Stop) -> None:
    """The message and the mend on stderr."""
    if stop.message:
        err.print(f"[bold red]error:[/] {plain(stop.message)}")
    if stop.mend:
        err.print(f"[bold]mend:[/]  {plain(stop.mend)}")


def plain(text: str) -> str:
    """``text`` as it is, with nothing in it that rich or the terminal would take for an instruction."""
    return escape("".join(char if _harmless(char) else "\N{REPLACEMENT CHARACTER}" for char in text))


def _harmless(char: str) -> bool:
    # Joiners and marks are part of words in many languages; codes for the terminal and turned text are not.
    return char in "\n\t" or (unicodedata.category(char) not in {"Cc", "Cs"} and not _turns_text(char))


def _turns_text(char: str) -> bool:
    return unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
