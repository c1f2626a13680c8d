"""What the issues of the site promised to their readers."""

from datetime import date

from newsletter.issue.model import Issue
from newsletter.issue.problems import IssueError
from newsletter.issue.promises import Promise, open_promises
from newsletter.items.base import Item
from newsletter.site import Site
from newsletter.store.revisions import newest_revisions, open_revision
from newsletter.store.surroundings import working_copies


def issues_oldest_first(site: Site) -> list[Issue]:
    """Every issue as it was last saved, and each file in ``issues/`` that never was, as far as they can be read; by
    date. A saved issue without a date stands at the day on which it was started, a file without one at the end."""
    dated: list[tuple[date, int, Issue]] = []
    for row in newest_revisions():
        try:
            issue = open_revision(row).issue
        except IssueError:  # the issue itself tells, when it is looked at: it keeps no other from leaving
            continue
        dated.append((issue.date or row.issue.created_at.date(), row.issue.pk, issue))
    saved = {issue.slug for _, _, issue in dated}
    for issue in working_copies(site):
        if issue.slug not in saved:
            dated.append((issue.date or date.max, len(dated), issue))
    return [issue for _, _, issue in sorted(dated, key=lambda one: one[:2])]


def owed(site: Site) -> tuple[Promise, ...]:
    """The open promises of all issues, the soonest due first."""
    return open_promises(issues_oldest_first(site))


def owed_items(site: Site) -> list[Item]:
    """The items behind the open promises, each as the last issue that holds it says it."""
    issues = issues_oldest_first(site)
    last = {item.id: item for issue in issues for item in issue.items}
    return [last[promise.item] for promise in open_promises(issues)]
