"""The language that the mail says it is in."""

import re
from collections.abc import Iterator

from newsletter.checks.dom import hidden, tree
from newsletter.checks.engine import Context, Finding, check
from newsletter.render.words import direction

_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-[a-z0-9]{5,8})*", re.IGNORECASE)
_ASK = "Ask whoever looks after the site's templates to"


@check("language", "warning", bad="<html>", good='<html lang="en" dir="ltr">')
def language(context: Context) -> Iterator[Finding]:
    """A screen reader chooses its voice by the language that the mail names, and a right-to-left script needs its
    direction. Both stand on the outermost tag, and again on the first one of the body, as web mail programs drop the
    outermost (WCAG 2.2, success criteria 3.1.1 and 3.1.2).
    """
    html = context.rendering.html
    root = tree(html)
    if "<html" not in html[:2_000].lower() or root.find("body") is None:
        return  # a part of a page
    tongue = context.issue.language
    first = next((child for child in root.find("body") if isinstance(child.tag, str)), None)
    for where, element in (("The mail", root), ("The first part of the mail's body", first)):
        if element is None:
            continue
        said, side = element.get("lang", "").strip(), element.get("dir", "").strip().lower()
        if not said:
            yield _finding(
                f"{where} does not say in which language it is, so that screen readers may read it with a wrong voice.",
                f'{_ASK} add lang="{tongue}" to <{element.tag}>.',
            )
        elif _main(said) != _main(tongue):
            yield _finding(
                f"{where} says that it is in '{said}', but the issue is in '{tongue}'.",
                f'{_ASK} write lang="{{{{ language }}}}" in <{element.tag}>, or correct language in the front matter.',
            )
        if side != direction(tongue):
            yield _finding(
                f"{where} does not say in which direction '{tongue}' is written."
                if not side
                else f"{where} says that it is written '{side}', which '{tongue}' is not.",
                f'{_ASK} add dir="{direction(tongue)}" to <{element.tag}>.',
            )
    for element in root.iterfind(".//*[@lang]"):
        said = element.get("lang")
        if said and element not in (root, first) and not _TAG.fullmatch(said.strip()) and not hidden(element):
            yield _finding(
                f"'{said}' is no name of a language, so that screen readers do not know it.",
                f'{_ASK} write a tag such as lang="es" or lang="pt-BR" in <{element.tag}>.',
            )


def _main(tag: str) -> str:
    return tag.replace("_", "-").split("-")[0].casefold()


def _finding(message: str, mend: str) -> Finding:
    return Finding("language", "warning", message, mend)
