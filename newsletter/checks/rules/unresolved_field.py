"""Fields that nothing fills in."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place
from newsletter.items.reader_fields import FIELD

_OPEN = re.compile(
    r"\{\{\s?[^{}\s]{0,40}(\s?[^{}]{0,40}\}\})?"  # our own, half written, and other systems': {{ name }}
    r"|\}\}"
    r"|\{%[^%]{0,40}(%\})?|%\}"
    r"|%7[Bb]%7[Bb]\S{0,40}|%7[Dd]%7[Dd]"  # in an address
    r"|\*\|[A-Za-z][A-Za-z0-9_:]{0,40}\|\*"  # Mailchimp
    r"|%%[A-Za-z_]\w{0,40}%%"  # Salesforce
    r"|\[%[^%]{0,40}%\]"
    r"|\bF[0-9a-f]{12}\d{4}\b",  # a token of newsletter.render.fields
)


@check(
    "unresolved-field",
    "error",
    bad="Dear *|FNAME|*, or Dear {{first_name",
    good="Dear {{first_name|friend}}",
)
def unresolved_field(context: Context) -> Iterator[Finding]:
    """Something that looks like a reader field, of this or another system, and would reach readers as it stands."""
    rendering = context.rendering
    known = sorted((use.token for use in rendering.fields), key=len, reverse=True)
    placed = set()
    for text in context.texts:
        rest = FIELD.sub("", text.value)
        for left in _OPEN.finditer(rest):
            placed.add(left[0])
            yield _finding(left[0], text.line(rest.count("\n", 0, left.start()) + 1))
    parts = {
        "the subject": rendering.subject,
        "the preheader": rendering.preheader,
        "the HTML part": " ".join((context.page.text, context.page.hidden, *context.page.attributes)),
        "the text part": rendering.text,
    }
    for part, shown in parts.items():
        for token in known:
            shown = shown.replace(token, "")  # noqa: PLW2901  (each token is taken out in turn)
        for left in _OPEN.finditer(shown):
            if left[0] not in placed:
                placed.add(left[0])
                yield _finding(left[0], Place(), f" in {part}")


def _finding(left: str, place: Place, where: str = "") -> Finding:
    return Finding(
        "unresolved-field",
        "error",
        f"'{left}'{where} looks like a reader field, but nothing fills it in; readers would see it as it stands.",
        "Write a field as a name and what to say without it, such as {{first_name|friend}}, or delete it.",
        place,
    )
