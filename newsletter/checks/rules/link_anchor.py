"""Links to other places of the same mail."""

import re
from collections.abc import Iterator

from newsletter.checks.addresses import addresses_of
from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.nearest import nearest
from newsletter.issue.problems import Place

_ID = re.compile(r"<[a-z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


@check(
    "link-anchor",
    "error",
    "warning",
    bad="See [how to tune in](#tunein).\n\n## Tune in",
    good="See [how to tune in](#tune-in).\n\n## Tune in",
)
def link_anchor(context: Context) -> Iterator[Finding]:
    """A link to an item that is not in the mail, or that only a part of the readers get: nothing happens when it is
    pressed.
    """
    items = {item.id: item for item in context.issue.items}
    told = set()
    for address in addresses_of(context.texts):
        if not address.url.startswith("#"):
            continue
        name = address.url[1:]
        told.add(name)
        here = items.get(address.text.place.item or "")
        if name not in items:
            near = nearest(name, items)
            yield Finding(
                "link-anchor",
                "error",
                f"A link leads to '#{name}', and there is no such item in this mail.",
                f"Write #{near}, if that is meant." if near else "Write the id of an item, or the address of a page.",
                address.place,
            )
        elif (audience := items[name].audience) and (here is None or here.audience != audience):
            yield Finding(
                "link-anchor",
                "warning",
                f"A link leads to '{items[name].title}', which only readers of '{audience}' get; nothing happens for "
                "all others.",
                "Move the link into an item for the same readers, or take it out.",
                address.place,
            )
    there: set[str] | None = None
    for href in dict.fromkeys(link.href for link in context.page.links if link.href.startswith("#")):
        if there is None:
            there = set(_ID.findall(context.rendering.html))
        if href[1:] not in there and href[1:] not in told:
            yield Finding(
                "link-anchor",
                "error",
                f"A link of the mail leads to '{href}', and there is no such place in it.",
                "Ask whoever looks after the site's templates to correct the link, or the id that it leads to.",
                Place(),
            )
