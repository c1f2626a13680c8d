"""What names the list, and counts complaints."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check

_LIST = re.compile(r"<([^<>]*)>$")
_DOTTED = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)+")
_COUNTED = re.compile(r"([^:]*:){0,3}[^:\s]{5,15}")
LONGEST = 255


@check(
    "list-id",
    "warning",
    bad="List-ID: UPR Updates, October 2020",
    good="List-ID: UPR Updates <upr.news.example.org>\nFeedback-ID: october-2020:upr:newsletter:3f9a1c22d0",
    needs="message",
)
def list_id(context: Context) -> Iterator[Finding]:
    """The header List-ID names the list in angle brackets, the same in each issue, so that readers can sort by it
    (RFC 2919); Feedback-ID ends in what Gmail counts complaints by.
    """

    def finding(message: str) -> Finding:
        mend = "Report this as a fault of this program, or of the provider's settings."
        return Finding("list-id", "warning", message, mend)

    names = context.letter.all("List-ID")
    if len(names) != 1:
        yield finding(f"The header List-ID is {'missing' if not names else 'there twice'}.")
    elif not (found := _LIST.search(names[0])) or not _DOTTED.fullmatch(found[1]) or len(found[1]) > LONGEST:
        yield finding(f"The header List-ID names no list as mail programs know one: '{names[0][:80]}'.")
    counted = context.letter.all("Feedback-ID")
    if len(counted) != 1:
        yield finding(f"The header Feedback-ID is {'missing' if not counted else 'there twice'}.")
    elif not _COUNTED.fullmatch(counted[0]):
        yield finding(f"Gmail cannot count complaints by the header Feedback-ID: '{counted[0][:80]}'.")
