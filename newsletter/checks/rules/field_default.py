"""Reader fields that may be empty."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.items.reader_fields import fields_in

_NEVER_EMPTY = {"email", "local_time"}
"""Every reader has an address; an event whose reader's zone is not known says the organiser's time."""


@check(
    "field-default",
    "warning",
    bad="Dear {{first_name}},",
    good="Dear {{first_name|friend}},",
)
def field_default(context: Context) -> Iterator[Finding]:
    """A reader field without words for readers of whom nothing is known: they would read "Dear ,"."""
    for text in context.texts:
        for used in fields_in(text.value):
            if not used.default and used.name not in _NEVER_EMPTY:
                yield Finding(
                    "field-default",
                    "warning",
                    f"{{{{{used.name}}}}} leaves a gap for readers of whom it is not known.",
                    "Say after a bar what to write then, such as {{first_name|friend}}.",
                    text.line(text.value.count("\n", 0, used.start) + 1),
                )
