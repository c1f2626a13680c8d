"""Who has an issue open at the desk at the moment."""

from datetime import datetime, timedelta

from newsletter.models import Account, Issue, Presence

FRESH = timedelta(seconds=35)
"""So long after a page last told that it is open, somebody counts as there; pages tell it every ten seconds."""
_REST = timedelta(seconds=8)
"""What was told less long ago is not written again."""


def is_here(issue: Issue, account: Account, item: str, *, at: datetime) -> None:
    """``account`` has ``issue`` open, and looks at ``item``."""
    told = Presence.objects.filter(issue=issue, account=account, item=item, at__gt=at - _REST)
    if not told.exists():
        Presence.objects.update_or_create(issue=issue, account=account, defaults={"item": item[:100], "at": at})


def leaves(issue: Issue, account: Account) -> None:
    """``account`` has closed ``issue``."""
    Presence.objects.filter(issue=issue, account=account).delete()


def others_here(issue: Issue, account: Account, *, at: datetime) -> list[tuple[str, str]]:
    """Who else has ``issue`` open: name, and the item that they look at."""
    rows = Presence.objects.filter(issue=issue, at__gt=at - FRESH).exclude(account=account)
    return list(rows.order_by("account__name").values_list("account__name", "item"))
