"""The texts of an issue that a person wrote, each with its place, and the links in them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

from newsletter.issue.model import Issue
from newsletter.issue.problems import Place
from newsletter.items.base import Part

_MARKDOWN = {"introduction", "body"}


@dataclass(frozen=True)
class Text:
    """One text and where it stands."""

    value: str
    place: Place

    @property
    def markdown(self) -> bool:
        """Whether it is Markdown; all else is plain."""
        return self.place.field in _MARKDOWN

    def line(self, number: int) -> Place:
        """The place of one line of it, from 1; a plain text has one place."""
        return replace(self.place, line=number) if self.markdown else self.place


@dataclass(frozen=True)
class TextLink:
    """A link in Markdown: what is read, where it leads, where it stands."""

    words: str
    target: str
    place: Place


def texts_of(issue: Issue) -> Iterator[Text]:
    """Every text of ``issue`` that readers may see, in the order of the file."""
    for name in type(issue).model_fields:
        if name not in {"items", "overrides"}:
            yield from _texts(getattr(issue, name), None, name)
    for item in issue.items:
        for name in type(item).model_fields:
            yield from _texts(getattr(item, name), item.id, name)


def _texts(value: Any, item: str | None, path: str) -> Iterator[Text]:
    if isinstance(value, str) and value:
        yield Text(value, Place(item=item, field=path))
    elif isinstance(value, tuple):
        for number, one in enumerate(value, 1):  # from 1, as in all messages
            yield from _texts(one, item, f"{path}[{number}]")
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), item, f"{path}.{name}")


def links_of(text: Text) -> Iterator[TextLink]:
    """The links of a Markdown text, in order."""
    for block in _markdown().parse(text.value):
        line = block.map[0] + 1 if block.map else 1
        target, words = "", ""
        for token in block.children or ():
            if token.type == "link_open":
                target, words = str(token.attrs.get("href", "")), ""
                start = line
            elif token.type == "link_close":
                yield TextLink(words.strip(), target, text.line(start))
            elif token.type in {"softbreak", "hardbreak"}:
                words += " "
                line += 1
            else:
                words += token.content


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")
