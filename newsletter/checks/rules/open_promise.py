"""What readers are promised."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place
from newsletter.items.kinds.debrief import Debrief


@check(
    "open-promise",
    "note",
    bad='details = "to follow"\ndue = 2020-11-13',
    good='watch_url = "https://meet.example.org/debrief"',
)
def open_promise(context: Context) -> Iterator[Finding]:
    """Details that are still owed to readers. Nothing is wrong with it: the note keeps the promise from being forgotten
    until a later issue keeps it.
    """
    for item in context.issue.items:
        if isinstance(item, Debrief) and item.details == "to follow":
            by = f" by {item.due.isoformat()}" if item.due else ""
            yield Finding(
                "open-promise",
                "note",
                f"'{item.title}' promises details{by}.",
                "Send them in a later issue; newsletter issue promises lists what is owed.",
                Place(item=item.id, field="details"),
            )
