"""What the checks are to know before an issue leaves: beside the issue and its rendering, all that the store knows.

Readers are counted by the store. Only a few with the longest values are looked at, to weigh the largest mail.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import compress

from newsletter.checks import Context, People, Picture
from newsletter.delivery.envelopes import envelope_of
from newsletter.delivery.headers import AddressError
from newsletter.delivery.messages import Composer, Envelope, Recipient, values_of
from newsletter.delivery.readers import language_for, reader_values, used_names
from newsletter.issue.model import Issue
from newsletter.models import Mailing, Revision, TestSend
from newsletter.outside import kept
from newsletter.render import fill
from newsletter.render.fields import SYSTEM_FIELDS
from newsletter.render.rendering import Rendering
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.draft import FRONT, INTRODUCTION
from newsletter.store.media import read
from newsletter.store.promises import issues_oldest_first
from newsletter.store.rendering import issues_of, logo_of, render_revision
from newsletter.store.revisions import open_revision
from newsletter.store.surroundings import bare_contexts, frames_in, picture_of
from subscribers import attributes, audience, segments
from subscribers.audience import EVERYBODY, Part
from subscribers.counting import count_readers, with_longest_values
from subscribers.models import Feedback, MailingList
from subscribers.segments import Conditions, SegmentError

_NOBODY = "PREFLIGHT-NO-READER-00"
"""Stands where a subscription's token does; it is nobody's."""
_ANYBODY = "reader@example.org"
"""Whom the message is addressed to: no reader's address is handed to a check."""
_LATELY = timedelta(days=30)
_RECENT = 50
"""Mailings of a list among which the last one to the same people is looked for."""

Counts = tuple[int, Mapping[str, int]]
"""How many would get a mailing, and why others do not -> how many."""


def contexts_of(
    site: Site,
    revision: Revision,
    *,
    now: datetime,
    list_slug: str | None = None,
    part: Part = EVERYBODY,
    at: datetime | None = None,
    seen: Iterable[tuple[Issue, Rendering]] | None = None,
    crowd: Counts | None = None,
) -> tuple[tuple[str, Context], ...]:
    """What the checks look at in ``revision``, with the language: a context for each, the issue's own first. Nothing is
    stored.

    ``list_slug`` and ``part``: who would get it; the list that the issue names where none is given, and nobody where
    there is no such list. ``at``: the moment for which it is scheduled, else it leaves ``now``. ``seen``: what to look
    at in place of the whole issue in each language, such as the variants of a mailing. ``crowd``: what was counted
    already.

    Raises ``IssueError`` where the issue cannot be rendered, ``segments.SegmentError`` where ``part`` names something
    that is not there.
    """
    opened = open_revision(revision)
    with assets.not_kept():
        if seen is None:
            renderings = render_revision(site, revision)
            seen = [(issue, renderings[issue.language]) for issue in issues_of(revision)]
        pictures = _pictures(site, revision)
    bare = bare_contexts(
        site,
        seen,
        whole=(opened.issue, *opened.translations.values()),
        fallbacks=opened.fallbacks,
        pictures=pictures,
        known=issues_oldest_first(site),
        now=at or now,
    )
    written = min(revision.at, now)
    late = at is not None and at > now
    visits = kept.known(site, now)
    timed = [
        replace(one, written=written, scheduled=late, visits=visits, behind=_behind(revision, one.issue.language))
        for one in bare
    ]
    tested = _tested(revision)
    known = with_people(site, opened.issue, timed, list_slug=list_slug, part=part, now=now, crowd=crowd, tested=tested)
    return tuple((one.issue.language, one) for one in known)


def _behind(revision: Revision, language: str) -> dict[str, dict[str, bool]]:
    """What of a translation is not translated as the issue stands, as ``Context.behind`` holds it."""
    found: dict[str, dict[str, bool]] = {}
    for key, marks in revision.behind.get(language, {}).items():
        fields = found.setdefault("" if key in {FRONT, INTRODUCTION} else key, {})
        fields |= {name: mark > 0 for name, mark in marks.items()}
    return found


def with_people(
    site: Site,
    own: Issue,
    contexts: Sequence[Context],
    *,
    now: datetime,
    list_slug: str | None = None,
    part: Part = EVERYBODY,
    crowd: Counts | None = None,
    tested: bool | None = None,
) -> tuple[Context, ...]:
    """``contexts`` of the issue ``own``, in its languages and variants, with who would get it: as they are where there
    is no such list."""
    slug = list_slug or own.list
    mailing_list = MailingList.objects.filter(slug=slug).first() if slug else None
    if mailing_list is None:
        return tuple(contexts)
    renderings = {one.issue.language: one.rendering for one in contexts}
    fields = {name for one in contexts for name in used_names(one.rendering)} - {"language", "email", "local_time"}
    counted = count_readers(mailing_list, fields, at=now, part=part)
    count, left_out = crowd or _crowd(mailing_list, now, part)
    people = People(
        count=count,
        last_count=_last_count(mailing_list, part, own.slug),
        unconfirmed=counted.unconfirmed,
        empty_fields=counted.empty,
        languages=counted.languages,
        variants=_variants(mailing_list, own, now, part),
        left_out=left_out,
        tested=tested,
        **_complaints(now),
    )
    readers = _Readers(mailing_list, part, now, counted.languages, renderings, own.language)
    envelope = envelope_of(site, own, mailing_list, slug=own.slug, date=contexts[0].now)
    return tuple(_as_the_largest(replace(one, people=people), readers, envelope) for one in contexts)


def _pictures(site: Site, revision: Revision) -> dict[str, Picture]:
    """The pictures of the mail by their address."""
    known = assets.by_public_id(revision.assets.values())
    found = {}
    for path, public_id in revision.assets.items():
        asset = known[public_id]
        if asset.width and asset.height:
            frames = frames_in(assets.path_of(site, asset)) if asset.mime == "image/gif" else 1
            picture = Picture(path, asset.mime, asset.size, asset.width, asset.height, frames)
            found[assets.address_of(site, asset)] = picture
    path, logo = site.settings.organisation.logo, logo_of(site)
    if path and logo:
        found[logo.url] = picture_of(path, read(site.root, path, picture=True))
    return found


def _crowd(mailing_list: MailingList, now: datetime, part: Part) -> Counts:
    tally = audience.tally(mailing_list.slug, at=now, part=part)
    return tally.mailable, tally.excluded


def _last_count(mailing_list: MailingList, part: Part, slug: str) -> int | None:
    """How many the last mailing of another issue went to, to the same part of the list."""
    rows = Mailing.objects.filter(list=mailing_list, dry_run=False).exclude(state=Mailing.State.CANCELLED)
    rows = rows.exclude(revision__issue__slug=slug).order_by("-started_at", "-pk")
    recent = rows.values_list("audience", "count")[:_RECENT]
    return next((count for whom, count in recent if whom == part.as_json()), None)


def _complaints(now: datetime) -> dict[str, int]:
    """What mail services judge the sender by: the mails of late, and the complaints about them."""
    mailings = Mailing.objects.filter(started_at__gte=now - _LATELY, started_at__lte=now, dry_run=False)
    counts = mailings.exclude(state=Mailing.State.CANCELLED).values_list("count", flat=True)
    told = Feedback.objects.filter(kind=Feedback.Kind.COMPLAINT, at__gte=now - _LATELY, at__lte=now, undone_at=None)
    return {"mailed": sum(counts), "complained": told.count()}


def _variants(mailing_list: MailingList, issue: Issue, now: datetime, part: Part) -> dict[str, int]:
    """How many are in each segment that an item is for, as far as there is such a segment."""
    told: dict[str, Conditions] = {}
    for slug in issue.segments:
        try:
            told[slug] = segments.saved(slug)
        except SegmentError:
            continue
    found = Counter(dict.fromkeys(told, 0))
    if told:
        for held, number in audience.held(mailing_list.slug, tuple(told.values()), at=now, part=part).items():
            for slug in compress(told, held):
                found[slug] += number
    return dict(found)


def _tested(revision: Revision) -> bool:
    """Whether a test was sent of what ``revision`` says; what was accepted since changes no mail."""
    tested = TestSend.objects.filter(revision__issue=revision.issue_id).values("revision")
    rows = Revision.objects.filter(pk__in=tested).order_by("-number")[:_RECENT]
    own = _content(revision) if rows else None
    return any(_content(row) == own for row in rows)


def _content(revision: Revision) -> tuple[tuple[Issue, ...], dict[str, str]]:
    plain = {"overrides": ()}
    return tuple(issue.model_copy(update=plain) for issue in issues_of(revision)), revision.assets


@dataclass(frozen=True)
class _Readers:
    """Those of the list, for a look at the ones with the longest values."""

    mailing_list: MailingList
    part: Part
    now: datetime
    languages: Collection[str]
    """What they ask for."""
    renderings: Mapping[str, Rendering]
    fallback: str

    def longest(self, rendering: Rendering) -> Iterator[dict[str, str]]:
        """The values of those who may have the longest ones of ``rendering``."""
        weights = Counter(
            {use.name: rendering.html.count(use.token) for use in rendering.fields if use.name not in SYSTEM_FIELDS}
        )
        if "local_time" in weights:
            weights["timezone"] += weights.pop("local_time")
        if not weights:
            yield {}  # all get the same
            return
        wanted = [
            one for one in self.languages if language_for(one, self.renderings, self.fallback) == rendering.language
        ]
        found = with_longest_values(self.mailing_list, weights, languages=wanted, at=self.now, part=self.part)
        kinds = attributes.declared()
        for reader in found:
            yield {**reader_values(reader, rendering.language, kinds), "language": rendering.language}
        if not found:
            yield {}


def _as_the_largest(context: Context, readers: _Readers, envelope: Envelope) -> Context:
    """``context`` with the size of the HTML, and the message, of the reader who gets the most."""
    largest, message = 0, None
    recipient = Recipient("0" * 22, _ANYBODY, "", _NOBODY, {})
    for values in readers.longest(context.rendering):
        reader = recipient._replace(values=values)
        size = len(fill(context.rendering, values_of(reader, envelope)).html.encode())
        if size > largest:
            largest, recipient = size, reader
    try:
        message = Composer(context.rendering, envelope).message(recipient)
    except (AddressError, ValueError):  # the settings are not complete: the plan says what they lack
        message = None
    return replace(context, largest=largest, message=message)
