"""All that a check may look at, as pure values."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from functools import cached_property

from newsletter.checks.answers import Spam, Visit
from newsletter.checks.letter import Letter
from newsletter.checks.page import Page, read_page
from newsletter.checks.texts import Text, TextLink, links_of, texts_of
from newsletter.issue.model import Issue
from newsletter.issue.promises import Promise
from newsletter.render.rendering import Organisation, Rendering
from newsletter.render.theme import Theme


@dataclass(frozen=True)
class Picture:
    """A picture of the mail, as its file is."""

    path: str
    """As the issue names it."""
    mime: str
    size: int
    """In bytes."""
    width: int
    """In pixels of the file, not as displayed."""
    height: int
    frames: int = 1
    """More than one where it is animated."""


@dataclass(frozen=True)
class People:
    """Who would get the mail. Numbers only: no address, no name."""

    count: int
    last_count: int | None = None
    """Of the mailing to the same people of this list before this one; ``None``: there was none."""
    suppressed: int = 0
    """In the audience though suppressed; the sender leaves them out, and there must be none."""
    unconfirmed: int = 0
    """In the audience though the list asks for a confirmation that they never gave; there must be none."""
    empty_fields: Mapping[str, int] = field(default_factory=dict)
    """Reader field of the issue -> how many have no value for it."""
    languages: Mapping[str, int] = field(default_factory=dict)
    """Language tag -> how many asked for it; ``""`` where nothing is known."""
    variants: Mapping[str, int] = field(default_factory=dict)
    """Segment that an item is for -> how many are in it; one that does not exist is left out."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why people of the list do not get it -> how many."""
    mailed: int = 0
    """Mails of this sender that were accepted in the last thirty days, as far as they were counted."""
    complained: int = 0
    """Readers of these who reported one as spam."""
    tested: bool | None = None
    """Whether a test was sent of exactly this revision; ``None``: not known."""


@dataclass(frozen=True)
class Context:
    """All that a check may look at."""

    issue: Issue
    rendering: Rendering
    """Of ``issue``, in its language."""
    theme: Theme
    organisation: Organisation
    now: datetime
    """The moment of sending, for a scheduled mail the scheduled one; it knows its zone."""
    _: KW_ONLY
    written: datetime | None = None
    """When the issue was last changed, or is looked at; ``None``: the same moment as ``now``."""
    scheduled: bool = False
    """It leaves later than it is checked."""
    earlier: tuple[Promise, ...] = ()
    """Promises of earlier issues that were still open before this one, the soonest due first."""
    others: tuple[str, ...] = ()
    """Titles and slugs of other issues of the site."""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """By the ``src`` that they have in the HTML."""
    largest: int | None = None
    """Bytes of the HTML of the reader with the longest values; ``None``: as rendered."""
    message: bytes | None = None
    """The mail (RFC 5322) as that reader gets it, where a mailing is planned."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """The site's own e-mail templates by path, never the shipped ones."""
    untranslated: Mapping[str, str] = field(default_factory=dict)
    """Item id -> the language in which it stands, where that is not the language of the issue."""
    behind: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    """In a translation: item id (empty: front matter and introduction) -> field that is not translated as the issue
    stands -> whether it was translated before that changed."""
    languages: tuple[str, ...] = ()
    """All languages that the issue is in, its own first; empty: not known."""
    people: People | None = None
    """Who would get it, where a list is known."""
    visits: Mapping[str, Visit] = field(default_factory=dict)
    """What was found behind links when they were followed, by address as the issue has it; lately, or not at all."""
    spam: Spam | None = None
    """What SpamAssassin says of ``message``, where it was asked."""

    @cached_property
    def letter(self) -> Letter:
        """``message`` as servers read it."""
        return Letter(self.message or b"")

    @cached_property
    def page(self) -> Page:
        """What a mail program shows of the HTML."""
        return read_page(self.rendering.html)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text of the issue with its place."""
        return tuple(texts_of(self.issue))

    @cached_property
    def links(self) -> tuple[TextLink, ...]:
        """Every link in the Markdown of the issue with its place."""
        return tuple(link for text in self.texts if text.markdown for link in links_of(text))
