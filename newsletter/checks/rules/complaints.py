"""Readers who report the mails as spam."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, Level, check
from newsletter.issue.problems import Place

WARN, STOP = 0.001, 0.003
"""Shares of the mails: Gmail wants fewer than the first, and puts senders with the second into spam
(https://support.google.com/a/answer/81126)."""
_FEW = 3
"""Complaints that say something, however few the mails are."""


@check(
    "complaints",
    "warning",
    "error",
    bad="of 10,000 mails in the last thirty days 40 were reported as spam",
    good="of 10,000 mails in the last thirty days 4 were reported as spam",
    needs="people",
)
def complaints(context: Context) -> Iterator[Finding]:
    """How many readers reported mails of the last thirty days as spam. Gmail and Yahoo want fewer than one in a
    thousand; from three in a thousand on, mails go into the spam folder, of all readers. Fewer than three complaints
    say nothing.
    """
    people = context.people
    if people is None or context.issue.language not in context.languages[:1] or people.complained < _FEW:
        return
    share = people.complained / max(people.mailed, people.complained)
    if share < WARN:
        return
    level: Level = "error" if share >= STOP else "warning"
    yield Finding(
        "complaints",
        level,
        f"{people.complained:,} of {people.mailed:,} mails of the last thirty days were reported as spam; "
        + ("at this rate mail services put all of them into spam." if level == "error" else "that is too many."),
        "Mail only those who asked for it and opened lately: find out which list or import they came from."
        if level == "error"
        else "See in the reports which list they came from, and whether these people asked for it.",
        Place(field="list"),
    )
