"""What people say of an issue and of its items while it is looked at."""

from datetime import datetime

from newsletter.models import Account, Comment, Issue, Revision
from newsletter.store.revisions import open_revision

LONGEST = 5_000


class CommentError(ValueError):
    """It cannot be said so; the message says why."""


def say(
    revision: Revision, item: str, text: str, *, by: Account, at: datetime, answers: Comment | None = None
) -> Comment:
    """Keep what ``by`` says of the item with that id; empty: of the issue as a whole. ``answers``: the comment that is
    answered; then it is about the same item. Raises ``CommentError``."""
    text = text.strip()
    if not text:
        raise CommentError("write what you want to say")
    if len(text) > LONGEST:
        raise CommentError(f"it has {len(text):,} characters; {LONGEST:,} are the most")
    if answers:
        item, answers = answers.item, answers.answers or answers
    elif item and item not in {one.id for one in open_revision(revision).issue.items}:
        raise CommentError("that item is no longer in the issue")
    return Comment.objects.create(
        issue=revision.issue, item=item, revision=revision, author=by, text=text, answers=answers, at=at
    )


def resolve(issue: Issue, number: int, *, by: Account, at: datetime) -> bool:
    """Mark a comment of ``issue`` as dealt with; whether there was such an open one."""
    rows = Comment.objects.filter(pk=number, issue=issue, resolved_at=None)
    return bool(rows.update(resolved_at=at, resolved_by=by))


def comments_by_item(issue: Issue) -> dict[str, list[Comment]]:
    """Item id -> what was said of it, the oldest first; under the empty id what was said of the whole."""
    found: dict[str, list[Comment]] = {}
    for one in (
        Comment.objects.filter(issue=issue).select_related("author", "resolved_by", "revision").order_by("at", "pk")
    ):
        found.setdefault(one.item, []).append(one)
    return found
