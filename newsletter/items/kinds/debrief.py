"""A session to look back together, whose details may still be owed."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from newsletter.items.kinds.event import Event
from newsletter.items.values import Day


class Debrief(Event):
    """An event; ``details = "to follow"`` makes an open promise that later issues keep."""

    kind: ClassVar[str] = "debrief"
    summary: ClassVar[str] = "A session to look back together; details that are still owed become a promise."
    example: ClassVar[str] = """\
## Post-review debrief

```debrief
starts = 2020-11-17
details = "to follow"
due = 2020-11-13
```

We will share details about joining the debrief in our next newsletter.
"""

    details: Literal["to follow"] | None = Field(
        default=None,
        title="Details",
        description='"to follow" while they are owed; left out once they are here.',
        examples=["to follow"],
    )
    due: Day | None = Field(
        default=None,
        title="Details promised by",
        description="The day by which readers have the details.",
        examples=[date(2020, 11, 13)],
    )
