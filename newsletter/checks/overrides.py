"""Warnings that somebody accepted, with the reason: they stand in the front matter of the issue, so that they are kept
with each revision and go through git."""

from collections.abc import Collection, Iterable, Iterator

from newsletter.checks.finding import Finding
from newsletter.issue import toml
from newsletter.issue.edits import in_source, offset_of
from newsletter.issue.model import Issue, Override
from newsletter.issue.problems import Place
from newsletter.issue.sections import split
from newsletter.issue.source import decode


def accepted(finding: Finding, issue: Issue) -> str | None:
    """Why ``finding`` may stay, as ``issue`` says; ``None`` where it does not. Only a warning can be accepted."""
    if finding.level != "warning" or not issue.overrides:
        return None
    return next((one.reason for one in issue.overrides if one.finding == finding.key), None)


def out_of_date(issue: Issue, findings: Iterable[Finding], judged: Collection[str]) -> Iterator[Finding]:
    """A note for each override of ``issue`` that fits none of ``findings``, or no warning. ``judged`` are the names of
    the checks that could be run: what others would have found is not known."""
    levels = {finding.key: finding.level for finding in findings}
    for number, one in enumerate(issue.overrides, 1):
        level = levels.get(one.finding)
        if level == "warning" or (level is None and one.check not in judged):
            continue
        message = (
            f"The accepted warning of {one.check} ('{one.reason}') is no longer found, or says something else now."
            if level is None
            else f"The finding of {one.check} that was accepted ('{one.reason}') is now an {level}."
            if level == "error"
            else f"The finding of {one.check} that was accepted ('{one.reason}') is only a note."
        )
        mend = (
            "Mend it: an error cannot be accepted."
            if level == "error"
            else "Delete the entry under [[overrides]] in the front matter."
        )
        yield Finding("override", "note", message, mend, Place(field=f"overrides[{number}]"))


def with_override(source: str, override: Override) -> str:
    """``source``, the text of an issue file without mistakes, with ``override`` at the end of its front matter; every
    other byte is as it was."""
    text, _ = decode(source)
    front = split(text or "").front
    at = offset_of(text or "", front.line + front.text.count("\n") + 1)
    entry = toml.write({"overrides": [override.model_dump(exclude_none=True)]})
    return in_source(source, [(at, at, entry if front.text.endswith("\n") else f"\n{entry}")])
