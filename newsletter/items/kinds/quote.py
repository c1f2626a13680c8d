"""Somebody's words."""

from typing import ClassVar

from pydantic import Field

from newsletter.items.base import Item
from newsletter.items.text import Line, Url


class Quote(Item):
    """The text of the item is what was said."""

    kind: ClassVar[str] = "quote"
    summary: ClassVar[str] = "Somebody's words, with who said them and where."
    example: ClassVar[str] = """\
## In their words

```quote
by = "A member of the housing working group"
role = "Lobbying week, October 2020"
source = "https://www.example.org/voices"
```

We had ten minutes with each mission, and they took notes.
"""

    by: Line = Field(
        title="Who said it",
        description="The name, or a description where a name would put somebody at risk.",
        examples=["A member of the housing working group"],
    )
    role: Line | None = Field(
        default=None,
        title="Role or occasion",
        description="Who that is, or where it was said.",
        examples=["Lobbying week, October 2020"],
    )
    source: Url | None = Field(
        default=None,
        title="Source",
        description="The page on which the words can be found.",
        examples=["https://www.example.org/voices"],
    )
