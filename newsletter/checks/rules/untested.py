"""Test mails."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check


@check(
    "untested",
    "warning",
    bad="A word was changed, and no test was sent since.",
    good="newsletter issue test october-2020 --to editor@example.org, and nothing was changed since.",
    needs="people",
)
def untested(context: Context) -> Iterator[Finding]:
    """No test mail was sent since the last change: what an inbox makes of a mail is seen in an inbox only. A warning
    that was accepted is no change.
    """
    people = context.people
    if people is not None and people.tested is False and context.issue.language in context.languages[:1]:
        yield Finding(
            "untested",
            "warning",
            "No test was sent since the last change.",
            "Send one to yourself, and read it on a phone, too.",
        )
