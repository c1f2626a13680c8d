"""What of the mailed issues everybody may read, and how often it was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils.feedgenerator import Rss201rev2Feed

from newsletter.issue.model import Issue
from newsletter.items.kinds.event import Event
from newsletter.models import Delivery, Mailing, PageViews, Rendering
from newsletter.models import Issue as IssueRow
from newsletter.render.calendar import feed_of
from newsletter.render.rendering import Organisation
from newsletter.store.revisions import open_revision


@dataclass(frozen=True)
class Post:
    """An issue as it was last mailed, in its own language."""

    issue: IssueRow
    mailing: Mailing
    subject: str
    preheader: str
    languages: tuple[str, ...]
    at: datetime
    """When it was mailed."""


def posts(*, now: datetime, most: int | None = None, before: int | None = None) -> list[Post]:
    """What was mailed and is not private, the newest first; ``before``: only mailings of a lower number.

    An issue that was mailed more than once stands where its newest mailing does. What nobody got whole but for items
    for some parts of the readers (a variant) is not told to everybody.
    """
    rows = Mailing.objects.filter(_told(now)).select_related("revision__issue").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found: dict[int, Post] = {}
    for mailing in rows.iterator(chunk_size=200):
        if most is not None and len(found) >= most:
            break
        if mailing.revision.issue_id in found:
            continue
        if sent := post_of(mailing):
            found[mailing.revision.issue_id] = sent
    return list(found.values())


def post_of(mailing: Mailing) -> Post | None:
    """What everybody may see of ``mailing``; nothing where only parts of the readers got it, with items for them."""
    whole = list(mailing.renderings.filter(variant="").order_by("pk").defer("html", "text", "fields"))
    if not whole:
        return None
    own = open_revision(mailing.revision).issue.language
    first = next((one for one in whole if one.language == own), whole[0])
    languages = tuple(one.language for one in whole)
    return Post(mailing.revision.issue, mailing, first.subject, first.preheader, languages, mailing.not_before)


def rendering_of(slug: str, *, now: datetime, language: str = "") -> Rendering | None:
    """The issue as it was last mailed, in its own language or in ``language``; ``None`` where it is nobody's to see."""
    rows = Rendering.objects.filter(mailing__in=Mailing.objects.filter(_told(now), revision__issue__slug=slug))
    rows = rows.filter(variant="", **({"language": language} if language else {}))
    return rows.select_related("mailing__revision__issue").order_by("-mailing_id", "pk").first()


def _told(now: datetime) -> Q:
    """Mailings of which somebody has the mail, whatever became of the rest, and whose issue is not private."""
    has = Exists(Delivery.objects.filter(mailing=OuterRef("pk"), state=Delivery.State.ACCEPTED))
    left = Q(send_at=None) | Q(send_at__lte=now)
    return Q(has, left, dry_run=False, revision__issue__private=False)


def rss(found: Sequence[Post], *, title: str, about: str, base_url: str, language: str) -> bytes:
    """The feed of ``found`` (RSS 2.0, https://www.rssboard.org/rss-specification)."""
    feed = Rss201rev2Feed(
        title=title,
        link=f"{base_url}/archive/",
        description=about,
        language=language,
        feed_url=f"{base_url}/archive/feed.xml",
    )
    for one in found:
        link = f"{base_url}/archive/{one.issue.slug}/"
        feed.add_item(
            title=one.issue.title,
            link=link,
            description=one.preheader or one.subject,
            unique_id=link,
            unique_id_is_permalink=True,
            pubdate=one.at,
        )
    written: bytes = feed.writeString("utf-8").encode()
    return written


def events(found: Sequence[Post], *, organisation: Organisation, title: str) -> bytes:
    """The events of ``found`` that are for everybody, as one calendar (RFC 5545)."""
    entries = []
    for one in found:
        issue: Issue = open_revision(one.mailing.revision).issue
        sequences = one.mailing.revision.sequences
        entries += [
            (item, issue, sequences.get(item.id, 0), one.mailing.revision.at)
            for item in issue.items
            if isinstance(item, Event) and item.audience is None
        ]
    return feed_of(entries, organisation, title=title)


def count_view(issue_id: int, *, at: datetime) -> None:
    """One more view of an issue on that day; where the store is busy it is not counted, and nobody waits for it."""
    try:
        with transaction.atomic():
            row, _ = PageViews.objects.get_or_create(issue_id=issue_id, day=at.date())
            PageViews.objects.filter(pk=row.pk).update(count=F("count") + 1)
    except OperationalError:
        return


def views_of(issues: Sequence[int]) -> dict[int, int]:
    """How often each of ``issues`` was opened in the archive."""
    rows = PageViews.objects.filter(issue__in=issues).values_list("issue").annotate(Sum("count"))
    return dict(rows.order_by())
