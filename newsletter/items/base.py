"""What every item has, and how its fields describe themselves to forms and documentation."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from newsletter.items.text import Line, Markdown, Slug


class FieldError(ValueError):
    """Two fields do not fit together; ``field`` is the one to look at first."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Part(BaseModel):
    """A frozen value with known fields only. Each field carries a title (its label), a description (help) and
    examples; constraints are pydantic's own."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Item(Part):
    """One piece of an issue. A subclass is one kind, in a file of its own, with two templates of the same name."""

    kind: ClassVar[str]
    """The word after the opening fence, such as ``event``."""
    summary: ClassVar[str]
    """What the kind is for, in one sentence for an editor."""
    example: ClassVar[str]
    """An item of this kind as it stands in an issue file, complete and valid."""

    id: Slug = Field(
        title="Id",
        description="Names the item in links, calendars and translations. Made from the title when left out.",
        examples=["tune-in"],
    )
    title: Line = Field(title="Title", description="The heading of the item.", examples=["Tune in"])
    body: Markdown = Field(
        default="",
        title="Text",
        description="Markdown: paragraphs, lists, links, bold, tables; headings from ### on.",
        examples=["Watch the session **live** on [UN TV](https://media.example.org)."],
    )
    audience: Slug | None = Field(
        default=None,
        title="Audience",
        description="The segment that sees this item; everybody when left out.",
        examples=["geneva-delegates"],
    )

    def own_fields(self) -> dict[str, Any]:
        """The fields of the fence: all that are set, but title and body, in the order of the class."""
        return self.model_dump(exclude={"title", "body"}, exclude_defaults=True)
