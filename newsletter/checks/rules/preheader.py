"""The preheader."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.wording import seen, shouting, width
from newsletter.issue.problems import Place

_LONGEST = 110
_SHORTEST = 40


@check(
    "preheader",
    "warning",
    bad='subject = "Watch the review on November 9"\npreheader = "Watch the review on November 9"',
    good='subject = "Watch the review on November 9"\n'
    'preheader = "Lobbying is done. Help every eye follow the review."',
)
def preheader(context: Context) -> Iterator[Finding]:
    """The preheader is what an inbox shows beside the subject. Without one, an inbox takes whatever text comes first;
    one that repeats the subject wastes the place. 40 to 110 characters are seen in most inboxes.
    """
    line = seen(context.issue.preheader or "")

    def finding(message: str, mend: str) -> Finding:
        return Finding("preheader", "warning", message, mend, Place(field="preheader"))

    if not line:
        yield finding(
            "There is no preheader; beside the subject, inboxes will show whatever text comes first in the mail.",
            'Add preheader = "…" with 40 to 110 characters that say more than the subject.',
        )
        return
    if _repeats(line, seen(context.issue.subject)):
        yield finding(
            "The preheader repeats the subject, and both are seen side by side.",
            "Say something that the subject does not: what else is in the mail, or why it matters now.",
        )
    if width(line) > _LONGEST:
        yield finding(
            f"The preheader has {width(line)} characters; inboxes cut it off after about {_LONGEST}.",
            "Shorten it to one or two short sentences.",
        )
    elif width(line) < _SHORTEST:
        yield finding(
            f"The preheader has only {width(line)} characters; inboxes fill the rest of the line with other text.",
            f"Say a little more: {_SHORTEST} to {_LONGEST} characters.",
        )
    if loud := shouting(line):
        yield finding(
            f"The preheader shouts ('{loud}').", "Write it in sentence case, with one exclamation mark at most."
        )


def _repeats(line: str, subject: str) -> bool:
    """Whether one says nothing that the other does not say, in the same order."""
    ours, theirs = (re.findall(r"\w+", text.casefold()) for text in (line, subject))
    if not ours or not theirs:
        return False
    short, long = sorted((ours, theirs), key=len)
    more = len(long) - len(short)
    return long[: len(short)] == short and (more == 0 or (more < 3 and len(short) > 2))
