"""A picture with its words."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from newsletter.items.base import FieldError, Item
from newsletter.items.text import FilePath, Line, Url


class Image(Item):
    """One picture. It needs words for those who do not see it, or an explicit ``decorative = true``."""

    kind: ClassVar[str] = "image"
    summary: ClassVar[str] = "A picture with a caption."
    example: ClassVar[str] = """\
## The delegation in Geneva

```image
src = "images/delegation.jpg"
alt = "Twelve people with banners in front of the Palais des Nations"
caption = "Members of the working groups on the first day of lobbying"
```
"""

    src: FilePath = Field(
        title="Picture",
        description="A JPEG, PNG, GIF or WebP file beside the issue file, or in a folder below it.",
        examples=["images/delegation.jpg"],
    )
    alt: Line | None = Field(
        default=None,
        title="Words for the picture",
        description="What a reader who does not see the picture should know.",
        examples=["Twelve people with banners in front of the Palais des Nations"],
    )
    decorative: bool = Field(
        default=False,
        title="Only decoration",
        description="Says that the picture tells nothing, so that screen readers pass over it.",
        examples=[True],
    )
    caption: Line | None = Field(
        default=None,
        title="Caption",
        description="A line under the picture, seen by all.",
        examples=["Members of the working groups on the first day of lobbying"],
    )
    link: Url | None = Field(
        default=None,
        title="Link",
        description="The page that opens when the picture is pressed.",
        examples=["https://www.example.org/delegation"],
    )

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        if not self.alt and not self.decorative:
            raise FieldError(
                "alt",
                "a picture needs words for those who do not see it; "
                'add alt = "…", or decorative = true where it tells nothing',
            )
        if self.decorative and (self.alt or self.link):
            raise FieldError(
                "decorative", "a decorative picture has neither alt nor link; delete them, or delete decorative"
            )
        return self
