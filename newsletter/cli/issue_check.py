"""``newsletter issue check``: what to mend before an issue is mailed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from newsletter.cli import shell
from newsletter.cli.following import follow
from newsletter.cli.issue_argument import IssueArgument, OpenedIssue, look_at
from newsletter.cli.issue_findings import Found, mistake_row, row, show_findings
from newsletter.cli.mistakes import show_problems
from newsletter.issue.problems import IssueError

if TYPE_CHECKING:
    from newsletter.checks import Context, Visit
    from newsletter.site import Site


def check_issue(
    issue: IssueArgument,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Check as on this day, such as 2020-10-28.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended with certainty, and show it.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Follow the links, too: what is behind them now.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The findings as JSON on stdout.")] = False,
) -> None:
    """Say what to mend before an issue is mailed. Exit code 3 if anything blocks it. A file needs no site."""
    day = as_date(as_of) if as_of else None
    try:
        seen = look_at(issue)
        visits = _followed(seen, now_in(seen, day), quiet=json) if live else {}
        found = findings_of(seen, now_in(seen, day), visits)
        if fix and any(one.finding.fix for one in found):
            from newsletter.cli.issue_changes import mend

            mend(seen, found)
            seen = look_at(issue)
            found = findings_of(seen, now_in(seen, day), visits)
        elif fix:
            shell.err.print("Nothing can be mended with certainty.")
    except IssueError as error:
        if json:
            shell.print_json([mistake_row(problem) for problem in error.problems])
        else:
            show_problems(error.problems, after="it cannot be rendered before they are mended")
        raise typer.Exit(shell.CHECKS_FAILED) from None
    blocked = any(one.finding.level == "error" for one in found)
    if json:
        shell.print_json([row(one) for one in found])
    else:
        show_findings(seen.issues, found)
        if any(one.finding.fix and not one.accepted for one in found):
            shell.next_step(f"newsletter issue check {shell.typed(issue)} --fix", "mends what is certain")
        if not blocked:
            shell.next_step(f"newsletter issue test {shell.typed(issue)} --to ADDRESS", "sends it to yourself")
    if blocked:
        raise typer.Exit(shell.CHECKS_FAILED)


def as_date(text: str) -> date:
    """``text`` as a day. Raises ``Stop``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise shell.Stop(f"'{text}' is not a date; write it as 2020-10-28", code=shell.USAGE) from None


def now_in(seen: OpenedIssue, day: date | None) -> datetime:
    """Now, or noon of ``day`` in the zone of the issue."""
    return datetime.combine(day, time(12), ZoneInfo(seen.issues[0].timezone)) if day else datetime.now(UTC)


def _followed(seen: OpenedIssue, now: datetime, *, quiet: bool) -> "dict[str, Visit]":
    """What is behind the links; a site keeps it for an hour."""
    from newsletter.outside import kept, links

    visits = follow(seen.site, links.links_of(_contexts(seen, now)), quiet=quiet)
    if seen.has_site:
        kept.keep(seen.site, visits, now=datetime.now(UTC))
    return visits


def findings_of(seen: OpenedIssue, now: datetime, visits: "Mapping[str, Visit] | None" = None) -> list[Found]:
    """What the checks find in every language of an issue, in the order of the mail; of links what ``visits`` say, and
    what a site found behind them within the last hour."""
    from newsletter.checks import accepted, check_all
    from newsletter.outside.spamd import judged

    issues = {issue.language: issue for issue in seen.issues}
    found: dict[tuple[str, object], Found] = {}
    contexts = [replace(one, visits={**one.visits, **(visits or {})}) for one in _contexts(seen, now)]
    for language, finding in check_all(judged(contexts)):
        place = seen.place(language, finding.place)
        one = Found((language,), finding, place, accepted(finding, issues[language]))
        # What is not translated is found in each language, at one place.
        at = (finding.key, place if place.file else language)
        if same := found.get(at):
            reason = same.accepted if one.accepted is not None else None
            one = Found((*same.languages, language), finding, place, reason)
        found[at] = one
    return list(found.values())


def _contexts(seen: OpenedIssue, now: datetime) -> "list[Context]":
    """What the checks look at: with all that the site knows, where there is one."""
    if seen.revision:
        from newsletter.delivery.preflight import contexts_of

        return [context for _, context in contexts_of(seen.site, seen.revision, now=now)]
    from newsletter.store.local import render_pages
    from newsletter.store.surroundings import bare_contexts, pictures_of, working_copies

    stored = seen.has_site and _has_store(seen.site)
    if stored:
        shell.open_site()
        from newsletter.store.promises import issues_oldest_first

        known = issues_oldest_first(seen.site)
    else:
        known = working_copies(seen.site) if seen.has_site else []
    pages = list(render_pages(seen.issues, seen.media, seen.site, now=now, before={}))
    contexts = list(
        bare_contexts(
            seen.site,
            [(page.issue, page.rendering) for page in pages],
            whole=seen.issues,
            fallbacks=seen.fallbacks,
            pictures=pictures_of(seen.site, pages[0], seen.media),
            known=known,
            now=now,
        )
    )
    if not stored:
        return contexts
    from newsletter.delivery.preflight import with_people

    return list(with_people(seen.site, seen.issues[0], contexts, now=now))


def _has_store(site: "Site") -> bool:
    """Whether there is a store to be asked: a copy of a site in git has none."""
    secrets, url = site.settings.secrets, site.settings.database.url
    if not (secrets.secret_key and secrets.erasure_key):
        return False
    return not url.startswith("sqlite") or (site.data / "newsletter.sqlite3").is_file()
