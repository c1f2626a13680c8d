"""One thing to press."""

from typing import ClassVar

from pydantic import Field

from newsletter.items.base import Item
from newsletter.items.text import FieldLine, Url


class Button(Item):
    """A line or two and one button."""

    kind: ClassVar[str] = "button"
    summary: ClassVar[str] = "A line or two and one button."
    example: ClassVar[str] = """\
## Join the working group

```button
label = "Sign up for the next call"
url = "https://www.example.org/working-groups"
```

The housing group meets every second Tuesday.
"""

    label: FieldLine = Field(
        title="Label",
        description="What happens when it is pressed, in two to five words.",
        examples=["Sign up for the next call"],
    )
    url: Url = Field(
        title="Link",
        description="The page that the button opens.",
        examples=["https://www.example.org/working-groups"],
    )
