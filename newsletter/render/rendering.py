"""What a rendering is made of, and what it needs beside the issue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Where = Literal["html", "text", "subject", "url"]
Part = Literal["html", "text"]
"""The parts of a mail; a mail program shows one of them."""


@dataclass(frozen=True)
class FieldUse:
    """One token of a rendering and what stands there for a reader.

    The token (letters, digits, underscores; prefix-free; with a nonce of the issue) occurs in the part named by
    ``where``. ``url`` is for the system's own addresses (``unsubscribe_url``), which may stand in HTML and in text.
    """

    token: str
    name: str
    default: str
    where: Where
    moment: datetime | None = None
    """For ``local_time``: the moment that is told on the reader's clock."""


@dataclass(frozen=True)
class Calendar:
    """The .ics file of one event or debrief."""

    item: str
    filename: str
    content: bytes


@dataclass(frozen=True)
class Rendering:
    """One issue in one language for one set of items: everything that is the same for all readers."""

    language: str
    subject: str
    preheader: str
    html: str
    text: str
    fields: tuple[FieldUse, ...]


@dataclass(frozen=True)
class Organisation:
    """Who sends: what stands in the head and the foot of a mail."""

    name: str
    postal_address: str
    domain: str
    """The host of the site; calendar ids end in it."""
    why: str = ""
    """Why readers get this; a sentence made from the name when empty."""


@dataclass(frozen=True)
class Picture:
    """An image that readers can fetch: its address, and its size in CSS pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Assets:
    """Addresses of what an issue refers to."""

    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """By ``src`` of the image item."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Addresses of files for download, by ``file`` of the resource."""
    calendars: Mapping[str, str] = field(default_factory=dict)
    """Addresses of .ics files by item id; an event without one links to ``<item>.ics`` beside the page."""
    logo: Picture | None = None
    archive_url: str | None = None
    """Where the issue can be read in a browser, if anywhere."""
    sequences: Mapping[str, int] = field(default_factory=dict)
    """How often each event has changed since it was first saved (RFC 5545, section 3.8.7.4)."""
    changed_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """When the issue was last saved: DTSTAMP of its calendar files."""
