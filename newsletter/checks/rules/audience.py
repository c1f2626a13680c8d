"""How many would get the mail."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, Level, check
from newsletter.issue.problems import Place

_FACTOR = 1.5
_FEW = 10
"""Readers more or less that say nothing, whatever the share."""


@check(
    "audience",
    "error",
    "warning",
    bad="12,480 would get it; the last mailing to this list went to 1,204",
    good="1,217 would get it; the last mailing to this list went to 1,204",
    needs="people",
)
def audience(context: Context) -> Iterator[Finding]:
    """Who would get the mail, where a list is known: nobody; half as many again as last time, or a third fewer, which
    mostly means the wrong list or an import that went wrong; people who must not be mailed, or who never confirmed
    although the list asks for it.
    """
    people = context.people
    if people is None or context.issue.language not in context.languages[:1]:
        return  # told once, with the issue in its own language

    def finding(level: Level, message: str, mend: str) -> Finding:
        return Finding("audience", level, message, mend, Place(field="list"))

    if people.count == 0:
        why = ", ".join(f"{number:,} {reason}" for reason, number in sorted(people.left_out.items()))
        yield finding(
            "error",
            f"Nobody would get it: of the people of the list, {why}." if why else "Nobody would get it.",
            "Choose another list or part of it, or bring people onto this one.",
        )
    elif (last := people.last_count) and abs(people.count - last) > _FEW:
        change = people.count / last
        if change >= _FACTOR or change <= 1 / _FACTOR:
            yield finding(
                "warning",
                f"It would go to {'many more' if change > 1 else 'far fewer'} readers than the last mailing to them: "
                f"{people.count:,}, and not {last:,}.",
                "See whether it is the right list, and what was imported or removed since.",
            )
    if people.suppressed:
        yield finding(
            "error",
            f"{_readers(people.suppressed)} must not be mailed, and would be.",
            "Do not send it, and tell whoever looks after this site: that must never happen.",
        )
    if people.unconfirmed:
        yield finding(
            "warning",
            f"{_readers(people.unconfirmed)} never confirmed, although the list asks for a confirmation.",
            "See in their records how they came onto the list; take off whoever never asked for it.",
        )


def _readers(number: int) -> str:
    return f"{number:,} reader" + ("" if number == 1 else "s")
