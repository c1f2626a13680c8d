"""The texts of an issue that a person wrote, each with its place, and the links in them."""

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class TextLink:
    """A link or a picture in Markdown."""

    words: str
    target: str
    place: Place
    picture: bool = False


def texts_of(issue: Issue) -> Iterator[Text]:
    """Every text of ``issue`` in the order of the file."""
    for name in type(issue).model_fields:
        if name != "items":
            yield from _texts(getattr(issue, name), None, name)
    for item in issue.items:
        for name in type(item).model_fields:
            yield from _texts(getattr(item, name), item.id, name)


def _texts(value: Any, item: str | None, path: str) -> Iterator[Text]:
    if isinstance(value, str) and value:
        yield Text(value, Place(item=item, field=path))
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _texts(one, item, f"{path}[{number}]")
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), item, f"{path}.{name}")


def links_of(text: Text) -> Iterator[TextLink]:
    """The links and pictures of a Markdown text, in order."""
    for block in _markdown().parse(text.value):
        target, words = "", ""
        for token in block.children or ():
            if token.type == "link_open":
                target, words = str(token.attrs.get("href", "")), ""
            elif token.type == "link_close":
                yield TextLink(words.strip(), target, text.place)
            elif token.type == "image":
                yield TextLink(token.content, str(token.attrs.get("src", "")), text.place, picture=True)
                words += token.content
            elif token.type in {"softbreak", "hardbreak"}:
                words += " "
            else:
                words += token.content


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")
