"""Promises to readers: a debrief whose details are to follow, until a later issue brings them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from newsletter.issue.model import Issue
from newsletter.items.kinds.debrief import Debrief


@dataclass(frozen=True)
class Promise:
    """Details that readers were promised. ``issue`` is the slug of the issue that promised them first."""

    issue: str
    item: str
    title: str
    day: date
    """The day on which the session begins."""
    due: date | None
    """The day by which readers are to have the details; ``None`` where none was named."""
    kept_by: str | None = None
    """The slug of the issue that brought the details; ``None`` while they are owed."""


def promises_of(issue: Issue) -> tuple[Promise, ...]:
    """What ``issue`` itself still owes."""
    return tuple(
        Promise(issue.slug, item.id, item.title, date(item.starts.year, item.starts.month, item.starts.day), item.due)
        for item in issue.items
        if isinstance(item, Debrief) and item.details == "to follow"
    )


def promises(issues: Iterable[Issue]) -> tuple[Promise, ...]:
    """Every promise of ``issues``, which come oldest first, and which issue kept it.

    A promise is kept by the first later issue that holds an item of the same id whose details are not owed. A later
    issue that still owes them renews it: its title, day and due day hold.
    """
    found: dict[tuple[str, str], Promise] = {}
    for issue in issues:
        owed = {promise.item: promise for promise in promises_of(issue)}
        held = {item.id for item in issue.items}
        still_open = {promise.item: key for key, promise in found.items() if promise.kept_by is None}
        for item, key in still_open.items():
            if item in owed:
                found[key] = replace(owed.pop(item), issue=found[key].issue)
            elif item in held:
                found[key] = replace(found[key], kept_by=issue.slug)
        found |= {(issue.slug, item): promise for item, promise in owed.items()}
    return tuple(found.values())


def open_promises(issues: Iterable[Issue]) -> tuple[Promise, ...]:
    """The promises of ``issues`` (oldest first) that are still owed, the soonest due first."""
    owed = [promise for promise in promises(issues) if promise.kept_by is None]
    return tuple(sorted(owed, key=lambda promise: (promise.due or promise.day, promise.issue, promise.item)))


def open_before(issue: Issue, issues: Iterable[Issue]) -> tuple[Promise, ...]:
    """What was still owed of the promises of ``issues`` (oldest first) that come before ``issue``, the soonest due
    first. Where it is not among them, all of them come before it that are not of a later day."""
    before, there = [], False
    for other in issues:
        there = there or other.slug == issue.slug
        if not there:
            before.append(other)
    if not there and (day := issue.date):
        before = [other for other in before if other.date is None or other.date <= day]
    return open_promises(before)
