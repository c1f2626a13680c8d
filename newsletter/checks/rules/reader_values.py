"""Reader fields that are empty for many."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.texts import Text
from newsletter.issue.problems import Place
from newsletter.items.reader_fields import fields_in

_SHARE = 0.25


@check(
    "reader-values",
    "warning",
    bad="{{first_name|friend}}, where the first name of 812 of 1,000 readers is not known",
    good="{{first_name|friend}}, where the first name of 40 of 1,000 readers is not known",
    needs="people",
)
def reader_values(context: Context) -> Iterator[Finding]:
    """A reader field of which more than a quarter of the readers has no value: they all read what stands after the bar,
    which is then worth a second look. For ``local_time`` it is the time zone that is not known.
    """
    people = context.people
    if people is None or context.issue.language not in context.languages[:1]:
        return
    total = max(sum(people.languages.values()), people.count)
    for name, empty in sorted(people.empty_fields.items()):
        if not total or empty <= total * _SHARE:
            continue
        used = "local_time" if name == "timezone" and not _place(context.texts, name) else name
        share = f"all {total:,}" if empty >= total > 1 else f"{empty:,} of {total:,}"
        yield Finding(
            "reader-values",
            "warning",
            f"For {share} readers nothing is known that could stand in the place of {{{{{used}}}}}.",
            "Read the text as they will get it, and see that it reads well; or leave the field out."
            if used != "local_time"
            else "See that the time is also told with its zone, for those whose own is not known.",
            _place(context.texts, used) or Place(),
        )


def _place(texts: tuple[Text, ...], name: str) -> Place | None:
    """Where the field is first used."""
    for text in texts:
        for used in fields_in(text.value):
            if used.name == name:
                return text.line(text.value.count("\n", 0, used.start) + 1)
    return None
