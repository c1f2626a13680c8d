"""The order of headings."""

import re
from collections.abc import Iterator

from newsletter.checks.dom import Element, hidden, short, tree, words
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.texts import Text
from newsletter.issue.problems import Place

_ASK = "Ask whoever looks after the site's templates to"
_EMPTY = re.compile(r"[ ]{0,3}#{1,6}[ \t]*#*[ \t]*")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")


@check(
    "headings",
    "warning",
    bad="<h1>October 2020 UPR Updates</h1>\n<h3>Tune in</h3>",
    good="<h1>October 2020 UPR Updates</h1>\n<h2>Tune in</h2>",
)
def headings(context: Context) -> Iterator[Finding]:
    """Screen readers jump from heading to heading and tell their level: there is one first heading, no level is skipped
    on the way down, and none is empty. Headings in texts are put in order when the mail is made (WCAG 2.2, success
    criteria 1.3.1 and 2.4.6).
    """
    for text in context.texts:
        if text.markdown and "#" in text.value:
            yield from _empty_in(text)
    found = [
        element for element in tree(context.rendering.html).iter("h1", "h2", "h3", "h4", "h5", "h6")
        if element.get("role") != "presentation" and not hidden(element)
    ]  # fmt: skip
    if not found:
        return
    firsts = [element for element in found if element.tag == "h1"]
    if not firsts:
        yield _finding(
            "The mail has headings, but no first one (h1) that names it.", f"{_ASK} make the issue's title the h1."
        )
    elif len(firsts) > 1:
        yield _finding(
            f"The mail has {len(firsts)} first headings (h1), such as '{_said(firsts[1])}'; there is one mail, and one "
            "title.",
            f"{_ASK} make all but the issue's title an h2.",
        )
    level = int(found[0].tag[1])
    for element in found[1:]:
        new = int(element.tag[1])
        if new > level + 1:
            yield _finding(
                f"The heading '{_said(element)}' is of level {new}, but the one before it of level {level}; a level is "
                "skipped.",
                f"{_ASK} make it an h{level + 1}.",
            )
        level = new
    empty_in_texts = any(True for text in context.texts if text.markdown for _ in _empty_in(text))
    if not empty_in_texts and any(not _said(element) for element in found):
        yield _finding(
            "A heading of the mail is empty.", f"{_ASK} leave a heading out where there are no words for it."
        )


def _said(element: Element) -> str:
    return short(words(element) or " ".join(image.get("alt", "") for image in element.iter("img")).strip())


def _empty_in(text: Text) -> Iterator[Finding]:
    fence = ""
    for number, line in enumerate(text.value.split("\n"), 1):
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1][0]
            elif line.strip(" \t") == fence * len(line.strip(" \t")):
                fence = ""
        elif not fence and _EMPTY.fullmatch(line):
            message, mend = "A heading has no words.", "Write what stands under it, or delete the marks."
            yield _finding(message, mend, text.line(number))


def _finding(message: str, mend: str, place: Place = Place()) -> Finding:  # noqa: B008 - frozen
    return Finding("headings", "warning", message, mend, place)
