"""What earlier issues promised."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.promises import Promise


@check(
    "kept-promise",
    "warning",
    "note",
    bad='The issue of October promised the details of "Debrief"; this one has no item with the id debrief.',
    good='## Debrief\n```debrief\nid = "debrief"\nstarts = 2020-11-17\nwatch_url = "https://meet.example.org/debrief"\n```',
    needs="earlier",
)
def kept_promise(context: Context) -> Iterator[Finding]:
    """Details that an earlier issue promised ("to follow"), and that this issue neither brings nor promises anew. A
    note as long as the day by which they were promised is to come; where no day was named, that of the session.
    """
    held = {item.id for item in context.issue.items}
    titles = {item.title.strip().casefold(): item.id for item in context.issue.items}
    today = context.now.astimezone(ZoneInfo(context.issue.timezone)).date()
    for promise in context.earlier:
        if promise.item in held or promise.kept_by is not None:
            continue
        same = titles.get(promise.title.strip().casefold())
        yield Finding(
            "kept-promise",
            "warning" if (promise.due or promise.day) < today else "note",
            f"The issue {promise.issue} promised the details of '{promise.title}'{_when(promise.due)}, "
            "and this issue neither brings them nor promises them anew.",
            _mend(promise, same),
        )


def _when(due: date | None) -> str:
    return f" by {due.isoformat()}" if due else ""


def _mend(promise: Promise, same: str | None) -> str:
    if same:
        return f"If '{same}' brings them, write id = \"{promise.item}\" among its fields, and the promise is kept."
    return (
        f'Add an item with id = "{promise.item}" that brings them, or that says when they come (details = "to follow").'
    )
