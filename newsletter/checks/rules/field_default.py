"""Reader fields that may be empty."""

import unicodedata
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.texts import Text
from newsletter.issue.problems import Place
from newsletter.items.reader_fields import FIELD, fields_in

_NEVER_EMPTY = {"email", "local_time"}
"""Every reader has an address; an event whose reader's zone is not known says the organiser's time."""

_IN_THE_INBOX = (Place(field="subject"), Place(field="preheader"))


@check(
    "field-default",
    "warning",
    "error",
    bad="Dear {{first_name}},",
    good="Dear {{first_name|friend}},",
)
def field_default(context: Context) -> Iterator[Finding]:
    """A reader field without words for readers of whom nothing is known: they would read "Dear ,". In a subject
    or preheader of which nothing else is left it is an error."""
    for text in context.texts:
        if text.place in _IN_THE_INBOX and _can_be_empty(text):
            yield Finding(
                "field-default",
                "error",
                f"The {text.place.field} is empty for readers of whom nothing is known.",
                "Write words beside the field, or after a bar what to write then, such as {{first_name|friend}}.",
                text.place,
            )
            continue
        for used in fields_in(text.value):
            if not used.default and used.name not in _NEVER_EMPTY:
                yield Finding(
                    "field-default",
                    "warning",
                    f"{{{{{used.name}}}}} leaves a gap for readers of whom it is not known.",
                    "Say after a bar what to write then, such as {{first_name|friend}}.",
                    text.line(text.value.count("\n", 0, used.start) + 1),
                )


def _can_be_empty(text: Text) -> bool:
    """Whether fields without words for the unknown reader are all there is, but for punctuation."""
    rest = FIELD.sub(lambda match: match[2] or (match[0] if match[1] in _NEVER_EMPTY else ""), text.value)
    return rest != text.value and all(unicodedata.category(char)[0] in "PZC" for char in rest)
