"""``newsletter issue check``: what to mend before an issue is mailed."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from newsletter.cli import shell
from newsletter.cli.issue_argument import IssueArgument, OpenedIssue, look_at
from newsletter.cli.mistakes import show_problems, where
from newsletter.issue.problems import IssueError, Place

if TYPE_CHECKING:
    from newsletter.checks import Finding
    from newsletter.issue.model import Issue

_COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def check_issue(
    issue: IssueArgument,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Check as on this day, such as 2020-10-28.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The findings as JSON on stdout.")] = False,
) -> None:
    """Say what to mend before an issue is mailed. Exit code 3 if anything blocks it. A file needs no site."""
    day = as_date(as_of) if as_of else None
    try:
        seen = look_at(issue)
    except IssueError as error:
        if json:
            shell.print_json([_row("error", "format", one.message, one.mend, one.place) for one in error.problems])
        else:
            show_problems(error.problems, after="it cannot be rendered before they are mended")
        raise typer.Exit(shell.CHECKS_FAILED) from None
    found = findings_of(seen, now_in(seen, day))
    if json:
        shell.print_json([_row(one.level, one.check, one.message, one.mend, one.place) for one in found])
    else:
        show_findings(found)
        if not found or all(finding.level != "error" for finding in found):
            shell.next_step(f"newsletter issue test {shell.typed(issue)} --to ADDRESS", "sends it to yourself")
    if any(finding.level == "error" for finding in found):
        raise typer.Exit(shell.CHECKS_FAILED)


def _row(level: str, check: str, message: str, mend: str, place: Place) -> dict[str, object]:
    at = {"file": place.file, "line": place.line, "column": place.column, "item": place.item, "field": place.field}
    return {"level": level, "check": check, "message": message, "mend": mend, **at}


def as_date(text: str) -> date:
    """``text`` as a day. Raises ``Stop``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise shell.Stop(f"'{text}' is not a date; write it as 2020-10-28", code=shell.USAGE) from None


def now_in(seen: OpenedIssue, day: date | None) -> datetime:
    """Now, or noon of ``day`` in the zone of the issue."""
    return datetime.combine(day, time(12), ZoneInfo(seen.issues[0].timezone)) if day else datetime.now(UTC)


def findings_of(seen: OpenedIssue, now: datetime) -> list["Finding"]:
    """What the checks find in every language of an issue, each with its place in the file."""
    from dataclasses import replace

    from newsletter.checks import Context, run_checks
    from newsletter.store.identity import organisation_of, theme_of
    from newsletter.store.local import render_pages

    found = []
    for page in render_pages(seen.issues, seen.media, seen.site, now=now, before={}):
        context = Context(page.issue, page.rendering, theme_of(seen.site), organisation_of(seen.site), now)
        for finding in (*run_checks(context), *_not_translated(page.issue, seen)):
            found.append(replace(finding, place=seen.place(page.issue.language, finding.place)))
    return list(dict.fromkeys(found))  # what is not translated is found in each language, at one place


def _not_translated(issue: "Issue", seen: OpenedIssue) -> Iterator["Finding"]:
    from newsletter.checks import Finding

    for item in seen.fallbacks.get(issue.language, ()):
        message = f"'{item}' is not translated: readers of '{issue.language}' get it in '{seen.issues[0].language}'."
        mend = f'Translate it under a heading of its own, with id = "{item}".'
        yield Finding("translation", "warning", message, mend, Place(item=item))


def show_findings(found: list["Finding"]) -> None:
    """Every finding on stdout with place and mend, then how many of each level there are on stderr."""
    for finding in found:
        colour = _COLOURS[finding.level]
        place = where(finding.place)
        head = f"[bold]{shell.plain(place)}:[/] " if place else ""
        shell.out.print(f"{head}[{colour}]{finding.level}:[/] {shell.plain(finding.message)} [dim]({finding.check})[/]")
        shell.out.print(f"   [bold]mend:[/] {shell.plain(finding.mend)}")
    counts: Counter[str] = Counter(finding.level for finding in found)
    if counts["error"]:
        shell.err.print(f"[bold red]{summary(counts)}[/]; errors must be mended before it can be sent")
    else:
        shell.done(f"ready to send: {summary(counts)}")


def summary(counts: Counter[str]) -> str:
    """``no errors, 1 warning, 2 notes``."""
    words = [f"{counts[level] or 'no'} {level}" + ("s" if counts[level] != 1 else "") for level in ("error", "warning")]
    return ", ".join([*words, *([f"{counts['note']} note" + "s" * (counts["note"] > 1)] if counts["note"] else [])])
