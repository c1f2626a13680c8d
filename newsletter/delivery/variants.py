"""Variants of an issue: what somebody sees depends on the segments that its items are for."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import compress

from newsletter.issue.model import Issue
from newsletter.models import Revision
from newsletter.render.rendering import Rendering
from newsletter.site import Site
from newsletter.store.rendering import issues_of, render_revision
from subscribers import segments
from subscribers.audience import Held
from subscribers.segments import Conditions, SegmentError

MOST = 24
"""Variants times languages of a mailing."""
_LONGEST = 64


@dataclass(frozen=True)
class Variant:
    """What readers see who are in ``segments``, of those that items are for, and in no others."""

    segments: tuple[str, ...]
    renderings: Mapping[str, Rendering]
    """By language."""

    @property
    def name(self) -> str:
        """For the ledger; empty where nothing is shown but what is for everybody."""
        name = "+".join(self.segments)
        return name if len(name) <= _LONGEST else sha256(name.encode()).hexdigest()


class VariantError(Exception):
    """The items are for such parts of the readers that it cannot be mailed so; the message says how to mend it."""


def told_by(issue: Issue) -> tuple[Conditions, ...]:
    """The segments that items are for. Raises ``SegmentError``, which names the item, where there is no such one."""
    found = []
    for slug in issue.segments:
        try:
            found.append(segments.saved(slug))
        except SegmentError as error:
            item = next(one.id for one in issue.items if one.audience == slug)
            raise SegmentError(f"item {item}: {error}") from None
    return tuple(found)


def variants_of(
    site: Site, revision: Revision, slugs: tuple[str, ...], held: Mapping[Held, int]
) -> dict[Held, Variant]:
    """What those get who are in which of the segments ``slugs``: rendered for each combination that there is.

    Raises ``VariantError`` where they are too many, or where somebody would get an issue without anything in it.
    """
    languages = len(issues_of(revision))
    if len(held) * languages > MOST:
        raise VariantError(
            f"the items are for so many parts of the readers that there are {len(held) * languages} different mails; "
            f"{MOST} are the most: let fewer items name an audience"
        )
    made = {}
    for one, number in held.items():
        here = tuple(compress(slugs, one))
        [own, *_] = issues_of(revision, segments=here)
        if number and slugs and not own.items and not own.introduction:
            raise VariantError(
                f"{number:,} readers would get an issue with nothing in it, as all its items are for others; "
                f"mail it to those it is for (--segment {slugs[0]}), or add something for everybody"
            )
        made[one] = Variant(here, render_revision(site, revision, segments=here))
    return made
