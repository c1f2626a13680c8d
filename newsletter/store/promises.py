"""What the issues of the site promised to their readers."""

from newsletter.issue.model import Issue
from newsletter.issue.promises import Promise, open_promises
from newsletter.items.base import Item
from newsletter.store.revisions import newest_revisions, open_revision


def issues_oldest_first() -> list[Issue]:
    """Every issue as it was last saved, by its date; one without a date by the day on which it was started."""
    opened = [(row, open_revision(row).issue) for row in newest_revisions()]
    opened.sort(key=lambda pair: (pair[1].date or pair[0].issue.created_at.date(), pair[0].issue.pk))
    return [issue for _, issue in opened]


def owed() -> tuple[Promise, ...]:
    """The open promises of all issues, the soonest due first."""
    return open_promises(issues_oldest_first())


def owed_items() -> list[Item]:
    """The items behind the open promises, each as the last issue that holds it says it."""
    issues = issues_oldest_first()
    last = {item.id: item for issue in issues for item in issue.items}
    return [last[promise.item] for promise in open_promises(issues)]
