"""What changed since an issue was submitted for approval, in words for the people who have to look again."""

from collections.abc import Iterator

from newsletter.delivery.seals import Seal
from newsletter.issue.model import Issue
from newsletter.models import Approval, Revision
from newsletter.store.revisions import open_revision

_MOST = 5
"""Items that are named."""


def changes(approval: Approval, revision: Revision, was: Seal, now: Seal, *, same_part: bool, sender: str) -> list[str]:
    """The difference between ``was`` and ``now``, of which ``revision`` is the newest; never empty."""
    found: list[str] = []
    if revision.pk != approval.revision_id and was.content != now.content:
        what = ", ".join(_differences(approval.revision, revision))
        found.append(f"revision {revision.number}, saved by {revision.author}" + (f": {what}" if what else ""))
    if approval.audience["sender"] != sender:
        found.append(f"the sender: it was {approval.audience['sender']}, and is {sender}")
    if was.content != now.content and not found:
        found.append("how it looks: the theme, a template, the logo, a setting, or a segment that items are for")
    if not same_part:
        found.append("what one of the segments asks for")
    if was.count != now.count:
        found.append(f"who gets it: {was.count:,} then, {now.count:,} now")
    elif was.audience != now.audience and same_part:
        found.append(f"who gets it: still {now.count:,}, but not the same people")
    return found


def _differences(before: Revision, after: Revision) -> Iterator[str]:
    """What is not the same in two revisions, by its title."""
    old, new = open_revision(before), open_revision(after)
    items = list(_items(old.issue, new.issue))
    yield from items[:_MOST]
    if len(items) > _MOST:
        yield f"{len(items) - _MOST} more"
    if before.assets != after.assets:
        yield "a picture or document"
    plain = {"items": (), "overrides": ()}
    if old.issue.model_copy(update=plain) != new.issue.model_copy(update=plain):
        yield "subject, introduction or other front matter"
    if old.issue.overrides != new.issue.overrides:
        yield "which warnings are accepted"
    if before.translations != after.translations:
        yield "a translation"


def _items(before: Issue, after: Issue) -> Iterator[str]:
    old, new = ({item.id: item for item in issue.items} for issue in (before, after))
    for key in [*new, *(key for key in old if key not in new)]:
        title = f"'{(new.get(key) or old[key]).title}'"
        if key not in new:
            yield f"{title} is gone"
        elif key not in old:
            yield f"{title} is new"
        elif old[key] != new[key]:
            yield f"{title} was changed"
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        yield "the order of items"
