"""How large the mail is."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place
from newsletter.render.fields import MAX_VALUE
from newsletter.render.rendering import Rendering

_WARN = 90_000
_FAIL = 100_000
LARGEST_VALUES = {"unsubscribe_url": 77, "preferences_url": 77, "local_time": 200}
"""The most bytes that the system's own values take: a header line (RFC 5322, section 2.1.1), a time with its zone."""
LARGEST_VALUE = MAX_VALUE * len("&quot;")
"""The most bytes of any other value: each character escaped."""


@check(
    "size",
    "error",
    "warning",
    bad="a mail of 104 KB: its end, with the unsubscribe link, is cut off in Gmail",
    good="a mail of 40 KB, with long texts on a page that it links to",
)
def size(context: Context) -> Iterator[Finding]:
    """Gmail cuts off what is past about 102 KB of HTML, and the unsubscribe link with it. A warning from 90 KB on, an
    error from 100 KB on, counted for the reader of the list with the longest values, or where no list is known for the
    longest that there can be (1 KB is 1,000 bytes; pictures do not count).
    """
    total = _could_be(context.rendering) if context.largest is None else context.largest
    if total < _WARN:
        return
    longest = max(context.issue.items, key=lambda item: len(item.model_dump_json()), default=None)
    yield Finding(
        "size",
        "error" if total >= _FAIL else "warning",
        f"The HTML has {total / 1000:.0f} KB for the reader with the longest values; "
        "Gmail cuts off what is past about 102 KB.",
        f"Shorten the mail or move texts to a page that it links to; the longest item is '{longest.title}'."
        if longest
        else "Shorten the introduction, or move part of it to a page that the mail links to.",
        Place(),
    )


def _could_be(rendering: Rendering) -> int:
    """The bytes of the HTML for a reader whose values are all as long as they can be."""
    total = len(rendering.html.encode())
    for use in rendering.fields:
        if use.where in {"html", "url"}:
            growth = LARGEST_VALUES.get(use.name, LARGEST_VALUE) - len(use.token)
            total += rendering.html.count(use.token) * max(growth, 0)
    return total
