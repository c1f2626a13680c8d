"""What people say of an issue and of its items."""

from newsletter.models import Comment, Issue
from newsletter.store.edit_fields import FRONT


def comments_of(issue: Issue, key: str) -> list[Comment]:
    """What was said of the item ``key``, oldest first."""
    item = "" if key == FRONT else key
    return list(
        Comment.objects.filter(issue=issue, item=item).select_related("author", "resolved_by").order_by("at", "pk")
    )
