"""``newsletter issue render``: an issue as readers will see it, in a folder."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.issue_argument import IssueArgument, look_at


def render_issue(
    issue: IssueArgument,
    to: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write into; it is made.")],
) -> None:
    """Write an issue as HTML and text. Pictures and calendar files come with it. A file needs no site."""
    from newsletter.store.local import calendars_in, render_pages, write_page

    if to.exists() and not to.is_dir():
        raise shell.Stop(f"{to} is a file, not a folder", mend="choose another --out", code=shell.USAGE)
    seen = look_at(issue)
    before = calendars_in(to)
    pages = list(render_pages(seen.issues, seen.media, seen.site, now=datetime.now(UTC), before=before))
    for number, page in enumerate(pages):
        for path in write_page(page, to / page.issue.language if number else to, seen.site):
            shell.out.print(shell.plain(str(path)))
    if not seen.has_site:
        shell.err.print("There is no site here, so the foot shows where your postal address will stand.")
    shell.done(f"'{pages[0].issue.title}' is in {to}; open index.html in a browser")
    shell.next_step(f"newsletter issue check {shell.typed(issue)}", "says what to mend before it is mailed")
