"""Items that are for some of the readers only."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.nearest import nearest
from newsletter.issue.problems import Place


@check(
    "item-audience",
    "error",
    "warning",
    bad='audience = "geneva-delegates", and nobody of the list is in it',
    good='audience = "geneva-delegates", and 31 of the list are in it',
    needs="people",
)
def item_audience(context: Context) -> Iterator[Finding]:
    """An item for a part of the readers (``audience``) that does not exist, or in which nobody of the list is; and an
    issue of which those get nothing who are in no such part.
    """
    people, issue = context.people, context.issue
    if people is None or issue.language not in context.languages[:1]:
        return
    told = [(item, item.audience) for item in issue.items if item.audience]
    for item, segment in told:
        place = Place(item=item.id, field="audience")
        if segment not in people.variants:
            near = nearest(segment, people.variants)
            yield Finding(
                "item-audience",
                "error",
                f"'{item.title}' is for '{segment}', and there is no such segment.",
                f"Write '{near}' if that is meant."
                if near
                else "Name a segment that there is, or make one of that name.",
                place,
            )
        elif people.count and not people.variants[segment]:
            yield Finding(
                "item-audience",
                "warning",
                f"'{item.title}' is for '{segment}', and nobody on the list is in it: nobody would see it.",
                "Correct the segment or its name, or delete the audience to show the item to everybody.",
                place,
            )
    some = sum(people.variants.get(slug, 0) for slug in issue.segments)
    if told and len(told) == len(issue.items) and not issue.introduction and some < people.count:
        yield Finding(
            "item-audience",
            "error",
            "Every item is for a part of the readers, so that all the others would get an empty mail.",
            "Add an introduction or an item for everybody, or mail it to those parts only.",
        )
