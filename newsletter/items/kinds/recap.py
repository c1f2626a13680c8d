"""What was done: whom the network met, with what outcome, thanks to whom."""

from typing import ClassVar

from pydantic import Field

from newsletter.items.base import Item
from newsletter.items.text import Line


class Recap(Item):
    """A look back at lobbying: prose first, then what is known about it."""

    kind: ClassVar[str] = "recap"
    summary: ClassVar[str] = "A look back: who was met, what came of it, who is to be thanked."
    example: ClassVar[str] = """\
## Lobbying recap

```recap
met = ["Government missions in Geneva"]
by = ["Housing working group", "Migration working group"]
outcomes = ["Nine missions took up the housing questions"]
thanks = ["Issue-Area Working Groups"]
```

Two weeks of meetings ended on Friday.
"""

    met: tuple[Line, ...] = Field(
        default=(),
        title="Who was met",
        description="Missions, offices or people who were lobbied.",
        examples=[["Government missions in Geneva"]],
    )
    by: tuple[Line, ...] = Field(
        default=(),
        title="Who went",
        description="The groups that took part.",
        examples=[["Housing working group", "Migration working group"]],
    )
    outcomes: tuple[Line, ...] = Field(
        default=(),
        title="Outcomes",
        description="What came of it, a line each.",
        examples=[["Nine missions took up the housing questions"]],
    )
    thanks: tuple[Line, ...] = Field(
        default=(),
        title="Thanks to",
        description="Who is to be thanked; a quiet line at the end.",
        examples=[["Issue-Area Working Groups"]],
    )
