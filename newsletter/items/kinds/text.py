"""Plain text: the kind of an item that has no fence."""

from typing import ClassVar

from newsletter.items.base import Item


class Text(Item):
    """A heading and Markdown."""

    kind: ClassVar[str] = "text"
    summary: ClassVar[str] = "A heading and text, for whatever no other kind fits."
    example: ClassVar[str] = """\
## What the review is

Every four to five years the record of each country is **reviewed by the others**.
"""
