"""Quotation marks without their partner."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import Prose, line_of, paragraphs, prose_of

_KNOWN = {"en", "es", "fr", "pt", "it", "ar"}
"""Languages that open with “ or « and close with ” or »; elsewhere („German“, »Danish«) they mean otherwise."""
_PAIRS = (("“", "”"), ("«", "»"))
_INCHES = re.compile(r"(?<=\d)[\"”″](?=[\s.,;:)x×]|$)")
_DITTO = re.compile(r"^\s*[\"”]\s*$")


@check(
    "quotes",
    "warning",
    bad="She said: “We were heard. Then the session closed.",
    good="She said: “We were heard.” Then the session closed.",
)
def quotes(context: Context) -> Iterator[Finding]:
    """A quotation that is opened and not closed, or the other way round, so that nobody knows where it ends. A
    quotation over several paragraphs may open each of them; inches are passed over.
    """
    if context.issue.language.split("-")[0] not in _KNOWN:
        return
    for prose in prose_of(context.texts):
        if any(mark in prose.said for mark in '“”«»"'):
            yield from _unbalanced(prose)


def _unbalanced(prose: Prose) -> Iterator[Finding]:
    parts = [
        (start, _INCHES.sub("\ufffc", part) if re.search(r"\d[\"”″]", part) else part)
        for start, part in paragraphs(prose)
    ]
    running = ""  # the mark of a quotation that goes on over several paragraphs
    for number, (start, part) in enumerate(parts):
        following = parts[number + 1][1].lstrip("> *_") if number + 1 < len(parts) else ""
        if (straight := part.count('"')) % 2 and not _DITTO.match(part):
            curly = "“" in part or "”" in part
            if not curly and part.lstrip("> *_").startswith('"') and straight == 1 and following.startswith('"'):
                continue
            if running != '"':
                yield _finding('"', prose, start + part.rindex('"'))
            running = ""
            continue
        for opening, closing in _PAIRS:
            wrong = _wrong(part, opening, closing, carried=running == opening)
            if wrong is None:
                if running == opening and closing in part:
                    running = ""
                continue
            at, is_open = wrong
            if is_open and following.startswith(opening) and any(closing in later for _, later in parts[number + 1 :]):
                running = opening
                continue
            if is_open and running == opening and following.startswith(opening):
                continue
            running = ""
            yield _finding(part[at], prose, start + at)


def _wrong(part: str, opening: str, closing: str, *, carried: bool) -> tuple[int, bool] | None:
    """Where the mark without a partner stands, and whether it opens. ``carried``: the quotation began above."""
    depth: list[int] = []
    spare = carried and not part.lstrip("> *_").startswith(opening)
    for match in re.finditer(f"[{opening}{closing}]", part):
        if match[0] == opening:
            depth.append(match.start())
        elif depth:
            depth.pop()
        elif spare:
            spare = False
        else:
            return match.start(), False
    return (depth[0], True) if depth else None


def _finding(mark: str, prose: Prose, position: int) -> Finding:
    around = " ".join(prose.text.value[max(0, position - 20) : position + 30].split())
    return Finding(
        "quotes",
        "warning",
        f"The quotation mark {mark} in '…{around}…' has no partner.",
        "Add the one that is missing, or delete this one.",
        prose.text.line(line_of(prose.text.value, position)),
    )
