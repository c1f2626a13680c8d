"""Findings of the checks as people and programs read them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from newsletter.cli import shell
from newsletter.cli.mistakes import where
from newsletter.issue.problems import Place, Problem

if TYPE_CHECKING:
    from newsletter.checks import Finding
    from newsletter.issue.model import Issue

_COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}


@dataclass(frozen=True)
class Found:
    """One finding at one place."""

    languages: tuple[str, ...]
    """Of the issue, in which it is found: more than one where something is not translated."""
    finding: "Finding"
    place: Place
    """With file and line, as far as there is a file."""
    accepted: str | None
    """Why it may stay, where somebody said so."""


def row(one: Found) -> dict[str, Any]:
    """A finding as data; the shape is told in docs/howto/check-in-ci.md."""
    finding, fix = one.finding, one.finding.fix
    return {
        "level": finding.level,
        "check": finding.check,
        "message": finding.message,
        "mend": finding.mend,
        **_at(one.place),
        "languages": list(one.languages),
        "key": finding.key,
        "accepted": one.accepted,
        "fix": {"label": fix.label, "old": fix.old, "new": fix.new} if fix else None,
    }


def mistake_row(problem: Problem) -> dict[str, Any]:
    """A mistake for which a file cannot be read, in the same shape."""
    said = {"level": "error", "check": "format", "message": problem.message, "mend": problem.mend}
    return {**said, **_at(problem.place), "languages": [], "key": None, "accepted": None, "fix": None}


def _at(place: Place) -> dict[str, Any]:
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "item": place.item,
        "field": place.field,
    }


def show_findings(issues: "Sequence[Issue]", found: Sequence[Found]) -> None:
    """Every finding on stdout under the item that it is about, in the order of the mail; then those that were accepted;
    on stderr how many there are of each level."""
    headings = _headings(issues)
    pending = [one for one in found if one.accepted is None]
    for heading, group in groupby(pending, key=headings):
        shell.out.print(f"[bold]{shell.plain(heading)}[/]")
        for one in group:
            _show(one)
        shell.out.print()
    if len(pending) < len(found):
        shell.out.print("[bold]Accepted[/]")
        for one in found:
            if one.accepted is not None:
                _show_accepted(one)
        shell.out.print()
    counts: Counter[str] = Counter(one.finding.level for one in pending)
    said = summary(one.finding.level for one in pending)
    if number := len(found) - len(pending):
        said += f" ({number} more accepted)"
    if counts["error"]:
        shell.err.print(f"[bold red]{said}[/]; errors must be mended before it can be sent")
    else:
        shell.done(f"ready to send: {said}")


def summary(levels: Iterable[str]) -> str:
    """``no errors, 1 warning, 2 notes``."""
    counts = Counter(levels)
    words = [f"{counts[level] or 'no'} {level}" + ("s" if counts[level] != 1 else "") for level in ("error", "warning")]
    return ", ".join([*words, *([f"{counts['note']} note" + "s" * (counts["note"] > 1)] if counts["note"] else [])])


def _headings(issues: "Sequence[Issue]") -> Callable[[Found], str]:
    """What stands over a finding: the title of its item, in front of it the language where there are several."""
    titles = {(issue.language, item.id): item.title for issue in issues for item in issue.items}

    def heading(one: Found) -> str:
        place = one.finding.place
        if place.item is not None:
            said = titles.get((one.languages[0], place.item), place.item)
        elif place.field == "introduction":
            said = "Introduction"
        else:
            said = "Subject and the like" if place.field else "The mail as a whole"
        return f"{said} ({', '.join(one.languages)})" if len(issues) > 1 else said

    return heading


def _show(one: Found) -> None:
    finding = one.finding
    at = where(one.place)
    head = f"[bold]{shell.plain(at)}:[/] " if at else ""
    key = f" {finding.key}" if finding.level == "warning" else ""
    said = shell.plain(finding.message)
    shell.out.print(f"  {head}[{_COLOURS[finding.level]}]{finding.level}:[/] {said} [dim]({finding.check}{key})[/]")
    shell.out.print(f"     [bold]mend:[/] {shell.plain(finding.mend)}")
    if finding.fix:
        shell.out.print(f"     [bold]fix:[/]  {shell.plain(finding.fix.label)} [dim](--fix)[/]")


def _show_accepted(one: Found) -> None:
    at = where(one.place)
    head = f"{shell.plain(at)}: " if at else ""
    shell.out.print(f"  [dim]{head}{shell.plain(one.finding.message)} ({one.finding.check} {one.finding.key})[/]")
    shell.out.print(f"     [dim]because:[/] {shell.plain(one.accepted or '')}")
