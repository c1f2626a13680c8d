"""Something that happens at a time."""

from datetime import date, datetime
from typing import ClassVar, Self

from pydantic import Field, model_validator

from newsletter.items.base import FieldError, Item
from newsletter.items.text import Line, Url
from newsletter.items.values import Moment, Zone


class Event(Item):
    """Wall times in a named zone, a place or a page to watch, and a calendar file."""

    kind: ClassVar[str] = "event"
    summary: ClassVar[str] = "Something that happens at a time, with calendar links and times in several zones."
    example: ClassVar[str] = """\
## Tune in

```event
starts = 2020-11-09T14:30:00
ends = 2020-11-09T18:00:00
zone = "Europe/Zurich"
city = "Geneva"
watch_url = "https://media.example.org/upr-live"
```

Watch the review live on UN TV.
"""

    starts: Moment = Field(
        title="Starts",
        description="Date and time on the organiser's clock, or a date alone for a whole day.",
        examples=[datetime(2020, 11, 9, 14, 30), date(2020, 11, 17)],
    )
    ends: Moment | None = Field(
        default=None,
        title="Ends",
        description="On the same clock as the start.",
        examples=[datetime(2020, 11, 9, 18, 0)],
    )
    zone: Zone | None = Field(
        default=None,
        title="Time zone",
        description="The organiser's zone; the issue's own when left out.",
        examples=["Europe/Zurich"],
    )
    city: Line | None = Field(
        default=None,
        title="City of the clock",
        description="What to call the organiser's zone; the zone's own city when left out.",
        examples=["Geneva"],
    )
    place: Line | None = Field(
        default=None,
        title="Place",
        description="Where it happens, for those who go there.",
        examples=["Palais des Nations, Room XX"],
    )
    watch_url: Url | None = Field(
        default=None,
        title="Watch link",
        description="The page on which it can be watched or joined.",
        examples=["https://media.example.org/upr-live"],
    )
    watch_label: Line | None = Field(
        default=None,
        title="Words on the watch button",
        description="'Watch live' when left out.",
        examples=["Watch on UN TV"],
    )
    recording_url: Url | None = Field(
        default=None,
        title="Recording",
        description="The page of the recording, once there is one.",
        examples=["https://media.example.org/upr-recording"],
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends is None:
            return self
        if isinstance(self.ends, datetime) != isinstance(self.starts, datetime):
            raise FieldError("ends", "starts and ends must both have a time, or both be dates alone")
        if self.ends < self.starts:
            raise FieldError(
                "ends", f"it ends ({self.ends}) before it starts ({self.starts}); exchange or correct them"
            )
        return self
