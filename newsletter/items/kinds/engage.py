"""What readers can do: share, write, publish, follow a link."""

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from newsletter.items.base import FieldError, Item, Part
from newsletter.items.text import FieldLine, Line, PlainText, Url
from newsletter.items.values import Address, Day

Network = Literal["x", "facebook", "bluesky", "mastodon", "linkedin", "whatsapp", "email"]


class _Action(Part):
    label: FieldLine = Field(
        title="What to do",
        description="The action in a few words; shown in bold.",
        examples=["Share the broadcast"],
    )
    why: FieldLine | None = Field(
        default=None,
        title="Why",
        description="One line that says why it helps.",
        examples=["Every pair of eyes holds the government to its word."],
    )
    deadline: Day | None = Field(
        default=None,
        title="Deadline",
        description="The last day on which it helps.",
        examples=[date(2020, 11, 8)],
    )


class Share(_Action):
    """Links that open each network with the text filled in."""

    do: Literal["share"]
    networks: tuple[Network, ...] = Field(
        min_length=1,
        title="Networks",
        description="Where to share: x, facebook, bluesky, mastodon, linkedin, whatsapp, email.",
        examples=[["x", "facebook", "bluesky"]],
    )
    text: PlainText = Field(
        title="Prefilled text",
        description="What the reader's post starts with; each network's length limit is checked.",
        examples=["The human rights record of the US is reviewed on November 9. Watch it with us."],
    )
    url: Url | None = Field(
        default=None,
        title="Link to share",
        description="The page that is shared. Facebook shows only this page, never the text.",
        examples=["https://media.example.org/upr-live"],
    )


class Write(_Action):
    """A letter to a representative, prefilled."""

    do: Literal["write"]
    to: Line = Field(
        title="Write to",
        description="Whom the reader writes to.",
        examples=["Your representative"],
    )
    email: Address | None = Field(
        default=None,
        title="Address",
        description="The address of the letter; left out where each reader has another.",
        examples=["office@example.org"],
    )
    find_url: Url | None = Field(
        default=None,
        title="Where to find the address",
        description="A page on which readers find their own representative.",
        examples=["https://www.example.org/find-your-representative"],
    )
    subject: Line = Field(
        title="Subject of the letter",
        description="The subject line that is filled in.",
        examples=["Please watch the review on November 9"],
    )
    text: PlainText = Field(
        title="Text of the letter",
        description="What is filled in; kept short enough for a mail link.",
        examples=["I am writing to you as a constituent."],
    )

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.email is None and self.find_url is None:
            raise FieldError(
                "to", "it does not say where the letter goes; add email, or find_url where each reader has another"
            )
        return self


class Copy(_Action):
    """A text to copy: an op-ed for a local newspaper, or a press statement."""

    do: Literal["copy"]
    form: Literal["op-ed", "press statement"] = Field(
        title="Form",
        description="op-ed (at most 750 words) or press statement (at most 500 words).",
        examples=["op-ed"],
    )
    text: PlainText = Field(
        title="Text to copy",
        description="The draft that readers copy and make their own.",
        examples=["On November 9 the world asks our government about its human rights record."],
    )


class Link(_Action):
    """Any other action: one button that opens a page."""

    do: Literal["link"]
    button: FieldLine = Field(
        title="Button",
        description="The words on the button.",
        examples=["Watch on UN TV"],
    )
    url: Url = Field(
        title="Link",
        description="The page that the button opens.",
        examples=["https://media.example.org/upr-live"],
    )


Action = Annotated[Share | Write | Copy | Link, Field(discriminator="do")]


class Engage(Item):
    """A text and a list of actions, each with its own button or text to copy."""

    kind: ClassVar[str] = "engage"
    summary: ClassVar[str] = "What readers can do: share, write to somebody, publish a text, open a page."
    example: ClassVar[str] = """\
## How can you stay engaged?

```engage
deadline = 2020-11-09

[[actions]]
do = "share"
label = "Share the broadcast"
why = "Every pair of eyes holds the government to its word."
networks = ["x", "facebook", "bluesky", "mastodon", "linkedin", "whatsapp", "email"]
text = "The human rights record of the US is reviewed on November 9. Watch it with us."
url = "https://media.example.org/upr-live"

[[actions]]
do = "write"
label = "Write to your representative"
to = "Your representative"
find_url = "https://www.example.org/find-your-representative"
subject = "Please watch the review on November 9"
text = "I am writing to you as a constituent. The review is broadcast live on November 9."

[[actions]]
do = "copy"
label = "Send an opinion piece to your local newspaper"
form = "op-ed"
text = "On November 9 the world asks our government about its human rights record."
```

The next step is for all of us to publicize the review.
"""

    deadline: Day | None = Field(
        default=None,
        title="Deadline",
        description="The last day on which all of this helps.",
        examples=[date(2020, 11, 9)],
    )
    actions: tuple[Action, ...] = Field(
        default=(),
        title="Actions",
        description="What to do, an action each: do = share, write, copy or link.",
        examples=[[{"do": "link", "label": "Watch live", "button": "Watch", "url": "https://media.example.org/upr"}]],
    )
