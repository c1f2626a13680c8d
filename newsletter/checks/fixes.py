"""Applies a mend that is certain to the source of an issue: the field it belongs to reads otherwise after it, and
every other byte is as it was.

A place in the source is only a guess (a text can be quoted in many ways), so each guess is tried and the source read
again: it holds where the issue then says just what it should say.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from newsletter.checks.finding import Finding, Fix
from newsletter.issue.edits import Edit, edited, in_source, offset_of
from newsletter.issue.model import Issue
from newsletter.issue.parse import Parsed, parse
from newsletter.issue.places import Places
from newsletter.issue.problems import Place
from newsletter.issue.sections import split
from newsletter.issue.source import decode
from newsletter.items.base import Part

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_MARKDOWN = {"introduction", "body"}


class FixError(ValueError):
    """The mend cannot be applied; the message says why."""


def mended(source: str, finding: Finding) -> str:
    """``source``, the text of an issue file, with the fix of ``finding`` applied within the field that it is about.

    The place of ``finding`` may be as a check gives it, or with file and line. Raises ``FixError`` where the finding
    has no fix, or the text that it mends does not stand there any more.
    """
    if finding.fix is None:
        raise FixError("no mend of this is certain")
    text, problems = decode(source)
    parsed = parse(text, file="issue", slug="issue") if text is not None and not problems else None
    if text is None or parsed is None or parsed.issue is None:
        raise FixError("the file has mistakes that must be mended first")
    wanted = _wanted(parsed.issue, finding.fix, finding.place, parsed.places)
    for edits in _guesses(text, parsed, finding.fix, finding.place):
        if parse(edited(text, edits), file="issue", slug="issue").issue == wanted:
            return in_source(source, edits)
    raise FixError("the text that it mends does not stand there any more")


def mend_all(source: str, findings: Iterable[Finding]) -> tuple[str, tuple[Finding, ...]]:
    """``source`` with the fixes of all ``findings``, and those of them that were applied. What another fix has mended
    already is passed over."""
    applied = []
    for finding in sorted(
        findings, key=lambda one: one.place.line or 0, reverse=True
    ):  # lines above stay where they are
        try:
            source = mended(source, finding)
        except FixError:
            continue
        applied.append(finding)
    return source, tuple(reversed(applied))


def _wanted(issue: Issue, fix: Fix, place: Place, places: Places) -> Issue:
    """``issue`` as it is to read after ``fix``."""
    owner: Part | None = issue
    if place.item is not None:
        owner = next((item for item in issue.items if item.id == place.item), None)
    path = [int(number) - 1 if number else name for name, number in _STEP.findall(place.field or "")]
    if owner is None or not path:
        raise FixError("what it mends is not in this file")
    exclude = {"items"} if place.item is None else set()
    try:
        dump = _changed(owner.model_dump(exclude=exclude), path, lambda value: _replaced(value, fix, place, places))
        made = type(owner).model_validate(dump)
    except ValidationError as error:
        raise FixError("what it would be then is not allowed there") from error
    if isinstance(made, Issue):
        return made.model_copy(update={"items": issue.items})
    return issue.model_copy(update={"items": tuple(made if item is owner else item for item in issue.items)})


def _changed(thing: Any, path: list[Any], change: Any) -> Any:
    if not path:
        if not isinstance(thing, str):
            raise FixError("what it mends is no text")
        return change(thing)
    step, rest = path[0], path[1:]
    if isinstance(thing, tuple) and isinstance(step, int) and step < len(thing):
        return (*thing[:step], _changed(thing[step], rest, change), *thing[step + 1 :])
    if isinstance(thing, dict) and step in thing:
        return {**thing, step: _changed(thing[step], rest, change)}
    raise FixError("what it mends is not in this file")


def _position(value: str, fix: Fix, place: Place, places: Places) -> int:
    """Where in ``value`` the text that is mended begins: from the finding's line on, else anywhere."""
    line = place.line or 1
    if place.file is not None:
        line -= places.starts.get((place.item, place.field), line) - 1
    above = value.split("\n")[: max(line - 1, 0)] if place.field in _MARKDOWN else []
    begin = sum(len(one) + 1 for one in above)
    found = value.find(fix.old, begin)
    found = found if found >= 0 else value.find(fix.old)
    if found < 0 or not fix.old:
        raise FixError("the text that it mends does not stand there any more")
    return found


def _replaced(value: str, fix: Fix, place: Place, places: Places) -> str:
    begin = _position(value, fix, place, places)
    return value[:begin] + fix.new + value[begin + len(fix.old) :]


def _guesses(text: str, parsed: Parsed, fix: Fix, place: Place) -> Iterator[list[Edit]]:
    """The edits of ``text`` that may be the right ones, the likeliest first."""
    starts = parsed.places.starts
    line = parsed.places.place(place.item, place.field).line or 1
    begin = offset_of(text, line)
    if place.field in _MARKDOWN:
        value = _markdown(parsed.issue, place)
        at = begin + _position(value, fix, place, parsed.places)
        yield [(at, at + len(fix.old), fix.new)]
        return
    below = min((other for other in starts.values() if other > line), default=text.count("\n") + 2)
    end = offset_of(text, below)
    for old, new in ((_escaped(fix.old), _escaped(fix.new)), (fix.old, fix.new)):
        for found in re.finditer(re.escape(old), text[begin:end]):
            edit = (begin + found.start(), begin + found.end(), new)
            yield [edit]
            if place.item is not None and place.field == "title" and (place.item, "id") not in starts:
                yield [edit, _with_id(text, line, place.item)]  # its name is made from the title: it is to keep it


def _markdown(issue: Issue | None, place: Place) -> str:
    if issue is None or place.item is None:
        return issue.introduction if issue else ""
    return next((item.body for item in issue.items if item.id == place.item), "")


def _with_id(text: str, line: int, item: str) -> Edit:
    """Gives the item whose heading is ``line`` its id in so many words."""
    fence = next(section.kind for section in split(text).items if section.title.line == line)
    at = offset_of(text, (fence.line if fence else line) + 1)
    written = f"id = {json.dumps(item)}\n"
    return at, at, written if fence else f"```text\n{written}```\n"


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
