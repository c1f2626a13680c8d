"""The text of a new issue, to be filled in: valid as it stands."""

import re
from calendar import month_name
from collections.abc import Sequence
from datetime import date, timedelta

from newsletter.issue import toml
from newsletter.issue.model import Issue
from newsletter.issue.promises import promises_of
from newsletter.issue.sections import MARK
from newsletter.issue.write import write_item
from newsletter.items.base import Item
from newsletter.items.registry import kinds
from newsletter.items.text import slugify

_TAKEN_OVER = ("language", "timezone", "zones", "series", "list", "sender", "reply_to")
_PROMISED = "# Promised in "
_EXAMPLES_OF = date(2020, 10, 28)  # the day on which the dates of the examples were ahead
_DATE = re.compile(r"2020-\d\d-\d\d|\b(?:October|November) \d{1,2}\b")
_OPENING = re.compile(r"^(`{3,}[a-z]+)$", re.MULTILINE)


def new_issue(
    title: str,
    kind_words: Sequence[str] = (),
    *,
    slug: str | None = None,
    language: str = "en",
    timezone: str = "UTC",
    day: date | None = None,
    today: date | None = None,
    previous: Issue | None = None,
    items: Sequence[Item] = (),
) -> str:
    """The file of a new issue with an example of each kind of ``kind_words``, then ``items`` as they are.

    ``day`` is the issue's date; the dates of the examples lie after it, or after ``today`` where there is none.
    ``previous``: language, zones, series, list and sender are taken over from it, and what it still owes its readers
    is drafted. Raises ``KeyError`` for a word that is no kind.
    """
    front = {"title": title, "subject": title, "slug": slug or slugify(title)}
    shared = {"language": language, "timezone": timezone} if previous is None else _taken_over(previous)
    fields = toml.write({**front, **shared, **({"date": day} if day else {})})
    notes = [_hint(name) for name in ("preheader", "zones", "list") if name not in shared]
    owed = _drafts(previous) if previous else []
    examples = [_example(word, day or today) for word in kind_words]
    texts = [*owed, *examples, *(write_item(item) for item in items)]
    head = f"{MARK}\n{fields}{''.join(notes)}{MARK}\n"
    introduction = "" if texts else "\nThe text before the first item is the introduction.\n"
    return "\n".join([head + introduction, *texts])


def is_hint(comment: str) -> bool:
    """Whether a comment is one that ``new_issue`` writes: nobody misses it."""
    return any(comment == _hint(name).strip() for name in Issue.model_fields) or comment.startswith(_PROMISED)


def _example(word: str, day: date | None) -> str:
    """The example of a kind, its dates moved by whole weeks past ``day``: they are as far ahead as they were."""
    example = kinds()[word].example.rstrip("\n") + "\n"
    if day is None:
        return example
    weeks = -((_EXAMPLES_OF - day).days // 7)
    return _DATE.sub(lambda found: _moved(found[0], timedelta(weeks=weeks)), example)


def _moved(written: str, by: timedelta) -> str:
    if written.startswith("2020"):
        return (date.fromisoformat(written) + by).isoformat()
    month, day = written.split()
    moved = date(2020, list(month_name).index(month), int(day)) + by
    return f"{moved:%B} {moved.day}"


def _taken_over(previous: Issue) -> dict[str, object]:
    values = previous.model_dump(include=set(_TAKEN_OVER))
    return {name: values[name] for name in _TAKEN_OVER if values[name]}


def _hint(name: str) -> str:
    info = Issue.model_fields[name]
    return f"# {toml.write({name: (info.examples or [''])[0]}).strip()}  # {info.description}\n"


def _drafts(previous: Issue) -> list[str]:
    owed = {promise.item for promise in promises_of(previous)}
    note = f"{_PROMISED}'{previous.title}': add place or watch_url, correct the text, then delete the details line."
    return [
        _OPENING.sub(lambda opening: f"{opening[0]}\n{note}", write_item(item), count=1)
        for item in previous.items
        if item.id in owed
    ]
