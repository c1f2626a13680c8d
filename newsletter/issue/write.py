"""An issue as its file: what ``parse`` reads back as the same value."""

import re
from typing import Any

from newsletter.issue import toml
from newsletter.issue.model import Issue
from newsletter.issue.parse import parse
from newsletter.issue.problems import IssueError, Place, Problem
from newsletter.issue.sections import MARK, fences_in
from newsletter.issue.validate import validate
from newsletter.items.base import Item
from newsletter.items.text import slugify

_CLOSING_MARKS = re.compile(r"(?:^|\s)#+$")


def write(issue: Issue) -> str:
    """The file of ``issue``: ``parse(write(issue))`` gives ``issue`` again.

    Raises ``IssueError`` for a value that no file can hold: two items with one id, or a text that would not end
    where its item ends (a ``##`` heading, or code that is never closed).
    """
    text = _front(issue) + "".join(_item(item) for item in issue.items)
    if parse(text, file=issue.slug, slug=issue.slug).issue != issue:
        raise IssueError(
            validate(issue)
            or (Problem("the issue cannot be written as a file: it would read otherwise", "", Place(file=issue.slug)),)
        )
    return text


def write_item(item: Item) -> str:
    """One item as it stands in an issue file."""
    return _item(item).lstrip("\n")


def _front(issue: Issue) -> str:
    fields = issue.model_dump(exclude={"introduction", "items"}, exclude_defaults=True)
    head = f"{MARK}\n{toml.write(fields)}{MARK}\n"
    return f"{head}\n{issue.introduction}\n" if issue.introduction else head


def _item(item: Item) -> str:
    fields = item.own_fields()
    if fields["id"] == slugify(item.title):
        del fields["id"]
    parts = [f"## {item.title}" + (" ##" if _CLOSING_MARKS.search(item.title) else "")]
    # Code in a text could be taken for the fields of another kind: an explicit fence says that it is none.
    if fields or item.kind != "text" or fences_in(item.body):
        parts.append(_fence(item.kind, fields))
    if item.body:
        parts.append(item.body)
    return "".join(f"\n{part}\n" for part in parts)


def _fence(kind: str, fields: dict[str, Any]) -> str:
    text = toml.write(fields)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{kind}\n{text}{marks}"
