"""The issue: front matter, an introduction and a tuple of items, frozen."""

from collections.abc import Collection
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, SerializeAsAny, StringConstraints

from newsletter.issue.languages import check_language
from newsletter.items.base import Item, Part
from newsletter.items.text import FieldLine, Line, Markdown, Slug
from newsletter.items.values import Address, Day, Zone
from newsletter.items.written import Written

Language = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"),
    AfterValidator(check_language),
    Written("language", "a tag such as en, es or pt-BR"),
]
"""A language tag such as ``en``, ``es`` or ``pt-BR`` (BCP 47, language, script and region)."""


def check_name(value: str) -> str:
    """Refuse what a mail program could read as an address."""
    if any(char in '<>@"' for char in value):
        raise ValueError(
            f"'{value[:60]}' is more than a name; write the name alone, the address is a setting of the site"
        )
    return value


class Override(Part):
    """A warning of the checks that somebody accepted, and why."""

    check: Slug = Field(title="Check", description="The check that gave the warning.", examples=["link-words"])
    item: Slug | None = Field(
        default=None, title="Item", description="The item that it is about, if any.", examples=["tune-in"]
    )
    finding: Annotated[
        str, StringConstraints(pattern=r"^[0-9a-f]{8}$"), Written("text", "eight of the characters 0-9 and a-f")
    ] = Field(
        title="Finding",
        description="The key of the warning, as newsletter issue check shows it.",
        examples=["1f0c9a3e"],
    )
    reason: Line = Field(title="Reason", description="Why it may stay.", examples=["The page itself is called Here."])


class Issue(Part):
    """One newsletter before anybody reads it. Everything that a reader will see follows from this value, the theme
    and the organisation."""

    slug: Slug = Field(
        title="Name",
        description="Names the issue in commands and addresses; the file's own name when left out.",
        examples=["october-2020"],
    )
    title: Line = Field(title="Title", description="The heading of the mail.", examples=["October 2020 UPR Updates"])
    subject: FieldLine = Field(
        title="Subject",
        description="The subject line of the mail; under 60 characters are seen on a phone.",
        examples=["Watch the review on November 9"],
    )
    preheader: FieldLine | None = Field(
        default=None,
        title="Preheader",
        description="What an inbox shows after the subject: 40 to 110 characters that say more.",
        examples=["Lobbying is done. Help every eye follow the review."],
    )
    language: Language = Field(
        default="en", title="Language", description="The language of this file.", examples=["en"]
    )
    timezone: Zone = Field(
        default="UTC",
        title="Time zone",
        description="The zone in which the times of this file are meant.",
        examples=["Europe/Zurich"],
    )
    zones: tuple[Zone, ...] = Field(
        default=(),
        title="Further zones",
        description="Zones in which event times are shown too.",
        examples=[["America/New_York"]],
    )
    series: Line | None = Field(
        default=None, title="Series", description="What the issues are called together.", examples=["UPR Updates"]
    )
    list: Slug | None = Field(
        default=None, title="List", description="The mailing list it is meant for.", examples=["upr-network"]
    )
    date: Day | None = Field(
        default=None, title="Date", description="The day it is published.", examples=[date(2020, 10, 28)]
    )
    sender: Annotated[Line, AfterValidator(check_name)] | None = Field(
        default=None,
        title="Sender",
        description="The name it comes from; the site's sender when left out.",
        examples=["USHRN"],
    )
    reply_to: Address | None = Field(
        default=None,
        title="Replies to",
        description="Where answers go; the site's own when left out.",
        examples=["upr@example.org"],
    )
    overrides: tuple[Override, ...] = Field(
        default=(),
        title="Accepted warnings",
        description="Warnings of the checks that may stay, each with its reason.",
        examples=[[{"check": "link-words", "finding": "1f0c9a3e", "reason": "The page itself is called Here."}]],
    )
    introduction: Markdown = Field(
        default="",
        title="Introduction",
        description="The text before the first item.",
        examples=["Members of the Network have completed an intense period of lobbying."],
    )
    items: tuple[SerializeAsAny[Item], ...] = Field(
        default=(), title="Items", description="The items, in the order of the mail."
    )

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments for whom some of the items are."""
        return tuple(sorted({item.audience for item in self.items if item.audience}))

    def seen_by(self, segments: Collection[str]) -> "Issue":
        """The issue as somebody sees it who is in these segments and no others."""
        return self.without({item.id for item in self.items if item.audience and item.audience not in segments})

    def without(self, ids: Collection[str]) -> "Issue":
        """The issue without the items of these ids."""
        shown = tuple(item for item in self.items if item.id not in ids)
        return self if len(shown) == len(self.items) else self.model_copy(update={"items": shown})
