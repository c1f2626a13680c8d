"""The subject line."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, Fix, check
from newsletter.checks.wording import seen, shouting, width
from newsletter.issue.problems import Place

_LONGEST = 60
_SHORTEST = 8
_ANSWER = re.compile(r"(re|fwd?|aw|wg|rv|tr)\s*:", re.IGNORECASE)


@check(
    "subject",
    "warning",
    bad='subject = "WATCH THE REVIEW NOW!!!"',
    good='subject = "Watch the review on November 9"',
)
def subject(context: Context) -> Iterator[Finding]:
    """The subject is what most readers decide by. Phones show about 60 characters; capitals throughout and rows of
    exclamation marks look like spam to people and to filters; "Re:" pretends to be an answer. Reader fields count
    as what stands there when nothing is known of a reader.
    """
    line = seen(context.issue.subject)

    def finding(message: str, mend: str, fix: Fix | None = None) -> Finding:
        return Finding("subject", "warning", message, mend, Place(field="subject"), fix)

    if width(line) > _LONGEST:
        yield finding(
            f"The subject has {width(line)} characters; phones cut it off after about {_LONGEST}.",
            "Say the most important thing first, and shorten the rest or move it to the preheader.",
        )
    elif width(line) < _SHORTEST:
        yield finding(
            f"The subject '{line}' is too short to say what the mail is about."
            if line
            else "The subject is empty for readers of whom nothing is known.",
            "Name what is new, or what the reader can do, in five to ten words.",
        )
    if loud := shouting(line):
        yield finding(
            f"The subject shouts ('{loud}'); spam filters and readers take it for advertising.",
            "Write it in sentence case, with one exclamation mark at most.",
        )
    if prefix := _ANSWER.match(line):
        rest = line[prefix.end() :]
        yield finding(
            f"The subject starts with '{prefix[0]}' as if it were an answer or forwarded, which misleads readers.",
            f"Delete '{prefix[0]}'.",
            Fix(f"Delete '{prefix[0]}'", line[: prefix.end()] + rest[: len(rest) - len(rest.lstrip())], "")
            if rest.strip()
            else None,
        )
